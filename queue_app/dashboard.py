"""READ for the supervisor's dashboard: the three indicators, waits and officers of a period beside the period before,
and the visits behind each figure. One reading of the log; nothing here changes anything.

Speed is the share of services within their standard time, accuracy the share that ended done, for the service that was
asked for, satisfaction the share of answers 3 or 4 (of 1 to 4) to the short survey. Each has Wilson's 95 % interval.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.contest import contested_speed
from metrics.periods import Period, day_of
from metrics.plausibility import reason_to_exclude
from metrics.proportion import wilson_low
from metrics.quantiles import median, p90
from metrics.speed import DEFAULT_RULES, OfficeSpeed
from metrics.visit import Visit
from queue_app import finality, history, report
from queue_app.history import LoggedLeg
from queue_app.lifecycle import Outcome
from queue_app.models import Office, Service, User
from queue_app.models.feedback import Feedback, Question

T = TypeVar("T")
K = TypeVar("K")

LEAST = 10
"""Answers or services under which a share of an officer's is not shown: too few to say anything, or to stay unknown."""


@dataclass(frozen=True, slots=True)
class Filters:
    """A service's code, a counter's number, an officer's user name, a category; empty: all."""

    service: str = ""
    counter: int | None = None
    officer: str = ""
    category: str = ""

    def match(self, visit: Visit) -> bool:
        return (
            (not self.service or visit.service == self.service)
            and (self.counter is None or visit.counter == self.counter)
            and (not self.officer or visit.officer == self.officer)
            and (not self.category or visit.category == self.category)
        )


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``n``, with Wilson's 95 % interval; all None for no data."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def low(self) -> float | None:
        return wilson_low(self.hits, self.n) if self.n else None

    @property
    def high(self) -> float | None:
        return 1 - wilson_low(self.n - self.hits, self.n) if self.n else None


@dataclass(frozen=True, slots=True)
class Indicators:
    """The figures of one period. Times in seconds, None for no data. ``left``: went, or had not come when called."""

    speed: Share
    accuracy: Share
    satisfaction: Share
    served: int
    serve_median_s: float | None
    waited: int
    wait_median_s: float | None
    wait_p90_s: float | None
    left: int


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """An officer's accuracy and satisfaction, to stand beside the speed."""

    accuracy: Share
    satisfaction: Share


@dataclass(frozen=True, slots=True)
class DayFigures:
    day: date
    waited: int
    wait_median_s: float | None
    speed: Share
    accuracy: Share
    satisfaction: Share


@dataclass(frozen=True, slots=True)
class Dashboard:
    """``ended``: the part of the period whose days are over, which officers' figures and serve times are of (None: none
    is). ``serve_s``: serve times of the chosen service, by code; ``heat``: waits by weekday (0 Monday) and hour.
    """

    period: Period
    before: Period
    ended: Period | None
    now: Indicators
    earlier: Indicators
    speed: OfficeSpeed | None
    officers: Mapping[str, OfficerRow]
    days: Sequence[DayFigures]
    heat: Mapping[tuple[int, int], Sequence[float]]
    serve_s: Mapping[str, Sequence[float]]
    standards_s: Mapping[str, float]
    legs: Sequence[LoggedLeg]


@dataclass(frozen=True, slots=True)
class _Answer:
    at: datetime
    officer: str | None
    value: int


def load(session: Session, office: Office, period: Period, filters: Filters, now: datetime) -> Dashboard:
    """Everything that the dashboard of ``period`` shows, by one reading of the log."""
    days = (period.end_day - period.start_day).days + 1
    before = Period(period.start_day - timedelta(days=days), period.start_day - timedelta(days=1), period.zone)
    reference = report.reference_period(period, now)
    whole = Period(min(reference.start_day, before.start_day), period.end_day, period.zone)
    logged = history.legs(session, office, whole)
    standards_s = history.standards_s(session, office)
    answers = _answers(session, office, whole, filters)
    ended = finality.ended_part(period, day_of(now, period.zone))
    of_period = [leg for leg in _within(logged, period) if filters.match(leg.visit)]
    of_ended = [leg for leg in of_period if ended is not None and _is_in(ended, leg.visit.counted_at)]
    of_before = [leg.visit for leg in _within(logged, before) if filters.match(leg.visit)]
    visits = [leg.visit for leg in of_period]
    served = _kept([leg.visit for leg in of_ended], period)
    return Dashboard(
        period=period,
        before=before,
        ended=ended,
        now=_indicators(visits, served, [a for a in answers if _is_in(period, a.at)], standards_s),
        earlier=_indicators(
            of_before, _kept(of_before, before), [a for a in answers if _is_in(before, a.at)], standards_s
        ),
        speed=_speed([leg.visit for leg in logged], filters, ended, reference, standards_s) if ended else None,
        officers=_officers(served, [a for a in answers if ended is not None and _is_in(ended, a.at)]),
        days=_days(visits, served, [a for a in answers if _is_in(period, a.at)], period, standards_s, now),
        heat=_grouped((_hour(v, period), v.wait_s) for v in visits if v.called_at is not None),
        serve_s=_grouped((v.service, v.serve_s) for v in served),
        standards_s=standards_s,
        legs=of_ended,
    )


def beside_speed(session: Session, office: Office, period: Period) -> Mapping[str, OfficerRow]:
    """Each officer's accuracy and satisfaction in the period: speed is never shown alone."""
    visits = [leg.visit for leg in history.legs(session, office, period)]
    return _officers(_kept(visits, period), _answers(session, office, period, Filters()))


def _speed(
    visits: Sequence[Visit], filters: Filters, period: Period, reference: Period, standards_s: Mapping[str, float]
) -> OfficeSpeed:
    """Only matching visits of the period are measured; no officer is taken out of what others are compared with."""
    everybody = replace(filters, officer="")
    measured = [v for v in visits if not _is_in(period, v.counted_at) or everybody.match(v)]
    speed = contested_speed(
        measured,
        period=period,
        reference_period=Period(reference.start_day, period.end_day, period.zone),
        standards_s=standards_s,
        rules=DEFAULT_RULES,
    )
    chosen = tuple(row for row in speed.officers if filters.officer in ("", row.officer))
    return replace(speed, officers=chosen)


def _is_in(period: Period, instant: datetime) -> bool:
    start, end = period.bounds
    return start <= instant < end


def _within(legs: Iterable[LoggedLeg], period: Period) -> list[LoggedLeg]:
    start, end = period.bounds
    return [leg for leg in legs if start <= leg.visit.counted_at < end]


def _kept(visits: Iterable[Visit], period: Period) -> list[Visit]:
    """The plausible services; whose they are matters only where officers are told apart."""
    named = ((visit, visit if visit.officer is not None else replace(visit, officer="?")) for visit in visits)
    return [visit for visit, known in named if reason_to_exclude(known, period.zone, DEFAULT_RULES.limits) is None]


def _indicators(
    visits: Sequence[Visit], served: Sequence[Visit], answers: Sequence[_Answer], standards_s: Mapping[str, float]
) -> Indicators:
    waits = [v.wait_s for v in visits if v.called_at is not None and v.wait_s is not None and v.wait_s >= 0]
    times = [v.serve_s for v in served if v.serve_s is not None]
    return Indicators(
        speed=_within_standard(served, standards_s),
        accuracy=_share(served, _is_right),
        satisfaction=_share(answers, _is_content),
        served=len(served),
        serve_median_s=median(times),
        waited=len(waits),
        wait_median_s=median(waits),
        wait_p90_s=p90(waits),
        left=sum(v.end in ("abandoned", "cancelled", "no_show", "expired") for v in visits),
    )


def _share(things: Iterable[T], is_hit: Callable[[T], bool]) -> Share:
    hits = [is_hit(thing) for thing in things]
    return Share(sum(hits), len(hits))


def _is_right(visit: Visit) -> bool:
    return visit.outcome in ("", Outcome.DONE) and visit.service_given in (None, visit.service)


def _is_content(answer: _Answer) -> bool:
    return answer.value >= 3


def _within_standard(served: Iterable[Visit], standards_s: Mapping[str, float]) -> Share:
    measured = [v for v in served if v.service in standards_s]
    return _share(measured, lambda v: (v.serve_s or 0.0) <= standards_s[v.service])


def _officers(served: Iterable[Visit], answers: Iterable[_Answer]) -> dict[str, OfficerRow]:
    visits: defaultdict[str, list[Visit]] = defaultdict(list)
    told: defaultdict[str, list[_Answer]] = defaultdict(list)
    for visit in served:
        if visit.officer is not None:
            visits[visit.officer].append(visit)
    for answer in answers:
        if answer.officer is not None:
            told[answer.officer].append(answer)
    return {
        name: OfficerRow(_share(visits[name], _is_right), _share(told[name], _is_content))
        for name in visits.keys() | told.keys()
    }


def _days(
    visits: Iterable[Visit],
    served: Iterable[Visit],
    answers: Iterable[_Answer],
    period: Period,
    standards_s: Mapping[str, float],
    now: datetime,
) -> list[DayFigures]:
    waits = _grouped((day_of(v.counted_at, period.zone), v.wait_s) for v in visits if v.called_at is not None)
    services: defaultdict[date, list[Visit]] = defaultdict(list)
    for visit in served:
        services[day_of(visit.counted_at, period.zone)].append(visit)
    told: defaultdict[date, list[_Answer]] = defaultdict(list)
    for answer in answers:
        told[day_of(answer.at, period.zone)].append(answer)
    last = min(period.end_day, day_of(now, period.zone))
    days = [period.start_day + timedelta(days=n) for n in range((last - period.start_day).days + 1)]
    return [
        DayFigures(
            d,
            len(waits.get(d, ())),
            median(waits.get(d, ())),
            _within_standard(services[d], standards_s),
            _share(services[d], _is_right),
            _share(told[d], _is_content),
        )
        for d in days
    ]


def _hour(visit: Visit, period: Period) -> tuple[int, int]:
    local = visit.arrived_at.astimezone(period.zone)
    return local.weekday(), local.hour


def _grouped(pairs: Iterable[tuple[K, float | None]]) -> dict[K, list[float]]:
    groups: defaultdict[K, list[float]] = defaultdict(list)
    for key, value in pairs:
        if value is not None and value >= 0:
            groups[key].append(value)
    return dict(groups)


def _answers(session: Session, office: Office, period: Period, filters: Filters) -> list[_Answer]:
    """Of the short survey; a counter is not known of an answer, so a choice of counters has none."""
    start, end = period.bounds
    if filters.counter is not None:
        return []
    rows = session.execute(
        select(Feedback, Service.code, User.username)
        .join(Service, Service.id == Feedback.service_id)
        .outerjoin(User, User.id == Feedback.officer_id)
        .where(Feedback.office_id == office.id, Feedback.created_at >= start, Feedback.created_at < end)
    )
    found = []
    for told, service, officer in rows:
        value = told.answers.get(Question.SATISFACTION)
        answer = (service, officer, told.ticket.category.value)
        wanted = (filters.service, filters.officer, filters.category)
        if value is not None and all(not w or w == a for w, a in zip(wanted, answer, strict=True)):
            found.append(_Answer(told.created_at, officer, value))
    return found

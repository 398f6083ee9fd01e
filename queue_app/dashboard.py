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

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.contest import contested_speed
from metrics.local_time import LocalDays
from metrics.periods import Period, day_of
from metrics.plausibility import KEPT, reasons_to_exclude
from metrics.proportion import wilson_low
from metrics.quantiles import median, p90
from metrics.speed import DEFAULT_RULES, OfficeSpeed
from metrics.visit_table import NOBODY, Floats, Mask, VisitTable, grouped
from queue_app import finality, history, report, visit_days
from queue_app.lifecycle import Outcome
from queue_app.models import Office, Service, Ticket, User
from queue_app.models.feedback import Feedback, Question
from queue_app.visit_days import LegTable

T = TypeVar("T")

LEAST = 10
"""Answers or services under which a share of an officer's is not shown: too few to say anything, or to stay unknown."""


@dataclass(frozen=True, slots=True)
class Filters:
    """A service's code, a counter's number, an officer's user name, a category; empty: all."""

    service: str = ""
    counter: int | None = None
    officer: str = ""
    category: str = ""

    def matching(self, visits: VisitTable) -> Mask:
        """Which visits are chosen."""
        found = np.ones(len(visits), np.bool_)
        for wanted, column in (
            (self.service, visits.service),
            (self.officer, visits.officer),
            (self.category, visits.category),
        ):
            if wanted:
                found &= column.are(wanted)
        return found if self.counter is None else found & (visits.counter == self.counter)


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
    heat: Mapping[tuple[int, int], Floats]
    serve_s: Mapping[str, Floats]
    standards_s: Mapping[str, float]
    legs: LegTable


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
    logged = visit_days.legs(session, office, whole)
    standards_s = history.standards_s(session, office)
    answers = _answers(session, office, whole, filters)
    ended = finality.ended_part(period, day_of(now, period.zone))
    matching = filters.matching(logged.visits)
    visits = logged.visits.where(matching & logged.visits.in_period(period))
    is_ended = logged.visits.in_period(ended) if ended else np.zeros(len(logged), np.bool_)
    of_ended = logged.where(matching & is_ended)
    of_before = logged.visits.where(matching & logged.visits.in_period(before))
    served = _kept(of_ended.visits, period)
    said = [a for a in answers if _is_in(period, a.at)]
    is_called = visits.is_called & (visits.wait_s >= 0)
    hours = LocalDays(visits.arrived_at, period.zone).weekday_hours()
    return Dashboard(
        period=period,
        before=before,
        ended=ended,
        now=_indicators(visits, served, said, standards_s),
        earlier=_indicators(
            of_before, _kept(of_before, before), [a for a in answers if _is_in(before, a.at)], standards_s
        ),
        speed=_speed(logged.visits, filters, ended, reference, standards_s) if ended else None,
        officers=_officers(served, [a for a in answers if ended is not None and _is_in(ended, a.at)]),
        days=_days(visits, served, said, period, standards_s, now),
        heat={divmod(hour, 24): waits for hour, waits in grouped(hours[is_called], visits.wait_s[is_called]).items()},
        serve_s={served.service.known[c]: s for c, s in grouped(served.service.codes, served.serve_s).items()},
        standards_s=standards_s,
        legs=of_ended,
    )


def beside_speed(session: Session, office: Office, period: Period) -> Mapping[str, OfficerRow]:
    """Each officer's accuracy and satisfaction in the period: speed is never shown alone."""
    visits = visit_days.visits(session, office, period)
    served = _kept(visits.where(visits.in_period(period)), period)
    return _officers(served, _answers(session, office, period, Filters()))


def _speed(
    visits: VisitTable, filters: Filters, period: Period, reference: Period, standards_s: Mapping[str, float]
) -> OfficeSpeed:
    """Only matching visits of the period are measured; no officer is taken out of what others are compared with."""
    everybody = replace(filters, officer="")
    speed = contested_speed(
        visits.where(~visits.in_period(period) | everybody.matching(visits)),
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


def _kept(visits: VisitTable, period: Period) -> VisitTable:
    """The plausible services; whose they are matters only where officers are told apart."""
    reasons = reasons_to_exclude(visits.with_somebody(), period.zone, DEFAULT_RULES.limits)
    return visits.where(reasons == KEPT)


def _indicators(
    visits: VisitTable, served: VisitTable, answers: Sequence[_Answer], standards_s: Mapping[str, float]
) -> Indicators:
    waits = visits.wait_s[visits.wait_s >= 0]
    return Indicators(
        speed=_counted(*_within_standard(served, standards_s)),
        accuracy=_counted(_is_right(served)),
        satisfaction=_share(answers, _is_content),
        served=len(served),
        serve_median_s=median(served.serve_s),
        waited=len(waits),
        wait_median_s=median(waits),
        wait_p90_s=p90(waits),
        left=int(visits.end.are("abandoned", "cancelled", "no_show", "expired").sum()),
    )


def _share(things: Iterable[T], is_hit: Callable[[T], bool]) -> Share:
    hits = [is_hit(thing) for thing in things]
    return Share(sum(hits), len(hits))


def _counted(hits: Mask, of: Mask | None = None) -> Share:
    """How many of all, or of some, are hits."""
    return Share(int(hits.sum()), len(hits)) if of is None else Share(int((hits & of).sum()), int(of.sum()))


def _is_right(served: VisitTable) -> Mask:
    asked, given, _ = served.services
    found: Mask = served.outcome.are("", Outcome.DONE) & ((given == NOBODY) | (given == asked))
    return found


def _is_content(answer: _Answer) -> bool:
    return answer.value >= 3


def _within_standard(served: VisitTable, standards_s: Mapping[str, float]) -> tuple[Mask, Mask]:
    """Which services were within their standard time, and which have one."""
    standards = [standards_s.get(code, np.nan) for code in served.service.known]
    standard = np.array([*standards, np.nan])[served.service.codes]
    return served.serve_s <= standard, ~np.isnan(standard)


def _officers(served: VisitTable, answers: Iterable[_Answer]) -> dict[str, OfficerRow]:
    right = grouped(served.officer.codes, _is_right(served))
    hits = {name: right[code] for code, name in enumerate(served.officer.known) if code in right}
    told: defaultdict[str, list[_Answer]] = defaultdict(list)
    for answer in answers:
        if answer.officer is not None:
            told[answer.officer].append(answer)
    none = np.zeros(0, np.bool_)
    return {
        name: OfficerRow(_counted(hits.get(name, none)), _share(told[name], _is_content))
        for name in hits.keys() | told.keys()
    }


def _days(
    visits: VisitTable,
    served: VisitTable,
    answers: Iterable[_Answer],
    period: Period,
    standards_s: Mapping[str, float],
    now: datetime,
) -> list[DayFigures]:
    waited = visits.where(visits.wait_s >= 0)
    waits = grouped(LocalDays(waited.counted_at, period.zone).ordinal, waited.wait_s)
    within, has_standard = _within_standard(served, standards_s)
    each = np.stack([within, has_standard, _is_right(served)], axis=1)
    services = grouped(LocalDays(served.counted_at, period.zone).ordinal, each)
    told: defaultdict[date, list[_Answer]] = defaultdict(list)
    for answer in answers:
        told[day_of(answer.at, period.zone)].append(answer)
    last = min(period.end_day, day_of(now, period.zone))
    days = [period.start_day + timedelta(days=n) for n in range((last - period.start_day).days + 1)]
    nothing = np.zeros((0, 3), np.bool_)
    found = []
    for day in days:
        of_day, wait_s = services.get(day.toordinal(), nothing), waits.get(day.toordinal(), ())
        speed = _counted(of_day[:, 0], of_day[:, 1])
        satisfaction = _share(told[day], _is_content)
        found.append(DayFigures(day, len(wait_s), median(wait_s), speed, _counted(of_day[:, 2]), satisfaction))
    return found


def _answers(session: Session, office: Office, period: Period, filters: Filters) -> list[_Answer]:
    """Of the short survey; a counter is not known of an answer, so a choice of counters has none."""
    start, end = period.bounds
    if filters.counter is not None:
        return []
    rows = session.execute(
        select(
            Feedback.created_at,
            Feedback.answers[Question.SATISFACTION.value].as_integer(),
            Service.code,
            User.username,
            Ticket.category,
        )
        .join(Ticket, Ticket.id == Feedback.ticket_id)
        .join(Service, Service.id == Feedback.service_id)
        .outerjoin(User, User.id == Feedback.officer_id)
        .where(Feedback.office_id == office.id, Feedback.created_at >= start, Feedback.created_at < end)
    )
    found = []
    for at, value, service, officer, category in rows:
        answer = (service, officer, category.value)
        wanted = (filters.service, filters.officer, filters.category)
        if value is not None and all(not w or w == a for w, a in zip(wanted, answer, strict=True)):
            found.append(_Answer(at, officer, value))
    return found

"""READ for the supervisor's dashboard: the three indicators, waits and officers of a period beside the period before,
and the visits behind each figure. One reading of the log; nothing here changes anything.

Speed is the share of services within their standard time, accuracy the share that ended done, for the service that was
asked for, satisfaction the share of answers 3 or 4 (of 1 to 4) to the short survey. Each has Wilson's 95 % interval.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import String, false, select, type_coerce
from sqlalchemy.orm import Session

from metrics.contest import contested_speed
from metrics.local_time import LocalDays, Micros, micros
from metrics.occupancy import Occupancy
from metrics.periods import Period, day_of
from metrics.plausibility import KEPT, reasons_to_exclude
from metrics.proportion import wilson_low
from metrics.quantiles import median, p90
from metrics.speed import DEFAULT_RULES, OfficeSpeed
from metrics.visit_table import NOBODY, Floats, Mask, VisitTable, Words, between, grouped
from queue_app import finality, history, occupancy, report, visit_days
from queue_app.lifecycle import Outcome
from queue_app.models import Office, Service, Ticket, User
from queue_app.models.feedback import Feedback, Question
from queue_app.visit_days import LegTable

_CONTENT = 3
"""The least answer of somebody who is content."""

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

    def includes(self, officer: str, counter: int) -> bool:
        """Whether this officer at this counter is chosen."""
        return self.officer in ("", officer) and self.counter in (None, counter)


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
    ``officers_time`` and ``counters_time``: what shifts went to; a service or category narrows nothing there.
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
    officers_time: Mapping[str, Occupancy]
    counters_time: Mapping[int, Occupancy]
    legs: LegTable


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """Of the short survey: when, about whom, and whether content."""

    at: Micros
    officer: Words
    content: Mask

    def within(self, period: Period) -> "_Answers":
        chosen = between(self.at, period)
        return _Answers(self.at[chosen], self.officer.where(chosen), self.content[chosen])


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
    said = answers.within(period)
    is_called = visits.is_called & (visits.wait_s >= 0)
    hours = LocalDays(visits.arrived_at, period.zone).weekday_hours()
    stays = occupancy.stays(session, office, logged, ended, now) if ended else ()
    stays = [stay for stay in stays if filters.includes(stay.officer, stay.counter)]
    return Dashboard(
        period=period,
        before=before,
        ended=ended,
        now=_indicators(visits, served, said, standards_s),
        earlier=_indicators(of_before, _kept(of_before, before), answers.within(before), standards_s),
        speed=_speed(logged, filters, ended, reference, standards_s) if ended else None,
        officers=_officers(served, said.within(ended)) if ended else {},
        days=_days(visits, served, said, period, standards_s, now),
        heat={divmod(hour, 24): waits for hour, waits in grouped(hours[is_called], visits.wait_s[is_called]).items()},
        serve_s=_by_word(served.service, served.serve_s),
        standards_s=standards_s,
        officers_time=occupancy.by_officer(stays),
        counters_time=occupancy.by_counter(stays),
        legs=of_ended,
    )


def beside_speed(session: Session, office: Office, period: Period) -> Mapping[str, OfficerRow]:
    """Each officer's accuracy and satisfaction in the period: speed is never shown alone."""
    visits = visit_days.visits(session, office, period)
    served = _kept(visits.where(visits.in_period(period)), period)
    return _officers(served, _answers(session, office, period, Filters()))


def _speed(
    legs: LegTable, filters: Filters, period: Period, reference: Period, standards_s: Mapping[str, float]
) -> OfficeSpeed:
    """Only matching visits of the period are measured; no officer is taken out of what others are compared with."""
    everybody, visits = replace(filters, officer=""), legs.visits
    compared = Period(reference.start_day, period.end_day, period.zone)

    def measure() -> OfficeSpeed:
        measured = visits.where(~visits.in_period(period) | everybody.matching(visits))
        return contested_speed(
            measured, period=period, reference_period=compared, standards_s=standards_s, rules=DEFAULT_RULES
        )

    asked = (everybody, period, compared, *standards_s.items())
    speed = visit_days.of_past(legs, period.end_day, asked, measure)
    chosen = tuple(row for row in speed.officers if filters.officer in ("", row.officer))
    return replace(speed, officers=chosen)


def _kept(visits: VisitTable, period: Period) -> VisitTable:
    """The plausible services; whose they are matters only where officers are told apart."""
    reasons = reasons_to_exclude(visits.with_somebody(), period.zone, DEFAULT_RULES.limits)
    return visits.where(reasons == KEPT)


def _indicators(
    visits: VisitTable, served: VisitTable, answers: _Answers, standards_s: Mapping[str, float]
) -> Indicators:
    waits = visits.wait_s[visits.wait_s >= 0]
    return Indicators(
        speed=counted(*within_standard(served, standards_s)),
        accuracy=counted(is_right(served)),
        satisfaction=counted(answers.content) if len(answers.content) >= LEAST else Share(0, 0),
        served=len(served),
        serve_median_s=median(served.serve_s),
        waited=len(waits),
        wait_median_s=median(waits),
        wait_p90_s=p90(waits),
        left=int(visits.end.are("abandoned", "cancelled", "no_show", "expired").sum()),
    )


def counted(hits: Mask, of: Mask | None = None) -> Share:
    """How many of all, or of some, are hits."""
    return Share(int(hits.sum()), len(hits)) if of is None else Share(int((hits & of).sum()), int(of.sum()))


def is_right(served: VisitTable) -> Mask:
    """Which services ended done, for the service that was asked for."""
    asked, given, _ = served.services
    found: Mask = served.outcome.are("", Outcome.DONE) & ((given == NOBODY) | (given == asked))
    return found


def within_standard(served: VisitTable, standards_s: Mapping[str, float]) -> tuple[Mask, Mask]:
    """Which services were within their standard time, and which have one."""
    standards = [standards_s.get(code, np.nan) for code in served.service.known]
    standard = np.array([*standards, np.nan])[served.service.codes]
    return served.serve_s <= standard, ~np.isnan(standard)


def _officers(served: VisitTable, answers: _Answers) -> dict[str, OfficerRow]:
    right = _by_word(served.officer, is_right(served))
    content = _by_word(answers.officer, answers.content)
    none = np.zeros(0, np.bool_)
    return {
        name: OfficerRow(counted(right.get(name, none)), counted(content.get(name, none)))
        for name in right.keys() | content.keys()
    }


def _by_word(words: Words, values: NDArray[Any]) -> dict[str, NDArray[Any]]:
    return {words.known[code]: found for code, found in grouped(words.codes, values).items() if code != NOBODY}


def _days(
    visits: VisitTable,
    served: VisitTable,
    answers: _Answers,
    period: Period,
    standards_s: Mapping[str, float],
    now: datetime,
) -> list[DayFigures]:
    waited = visits.where(visits.wait_s >= 0)
    waits = grouped(LocalDays(waited.counted_at, period.zone).ordinal, waited.wait_s)
    within, has_standard = within_standard(served, standards_s)
    each = np.stack([within, has_standard, is_right(served)], axis=1)
    services = grouped(LocalDays(served.counted_at, period.zone).ordinal, each)
    told = grouped(LocalDays(answers.at, period.zone).ordinal, answers.content)
    last = min(period.end_day, day_of(now, period.zone))
    days = [period.start_day + timedelta(days=n) for n in range((last - period.start_day).days + 1)]
    nothing = np.zeros((0, 3), np.bool_)
    found = []
    for day in days:
        of_day, wait_s = services.get(day.toordinal(), nothing), waits.get(day.toordinal(), ())
        speed = counted(of_day[:, 0], of_day[:, 1])
        satisfaction = counted(told.get(day.toordinal(), nothing[:, 0]))
        found.append(DayFigures(day, len(wait_s), median(wait_s), speed, counted(of_day[:, 2]), satisfaction))
    return found


def _answers(session: Session, office: Office, period: Period, filters: Filters) -> _Answers:
    """A counter is not known of an answer, so a choice of counters has none."""
    start, end = period.bounds
    value = Feedback.answers[Question.SATISFACTION.value].as_integer()
    chosen = [Feedback.office_id == office.id, Feedback.created_at >= start, Feedback.created_at < end]
    if filters.counter is not None:
        chosen.append(false())
    if filters.service:
        chosen.append(Service.code == filters.service)
    if filters.officer:
        chosen.append(User.username == filters.officer)
    if filters.category:
        chosen.append(type_coerce(Ticket.category, String) == filters.category)
    rows = session.execute(
        select(Feedback.created_at, User.username, value)
        .join(Ticket, Ticket.id == Feedback.ticket_id)
        .join(Service, Service.id == Feedback.service_id)
        .outerjoin(User, User.id == Feedback.officer_id)
        .where(*chosen, value.is_not(None))
    ).all()
    return _Answers(
        at=np.array([micros(row[0]) for row in rows], np.int64),
        officer=Words.of(row[1] for row in rows),
        content=np.array([row[2] >= _CONTENT for row in rows], np.bool_),
    )

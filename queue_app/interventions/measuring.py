"""READ: the effect of an intervention on each indicator, from the log and the answers. Days that are not over count in
nothing. ``prepare`` reads, ``measure`` computes and can be done in another thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from metrics.effect import Cases, Effect, Plan, TooLittle, evaluate, indicators
from metrics.local_time import LocalDays, micros
from metrics.periods import Period, day_of, day_start
from metrics.visit_table import NOBODY, Mask
from queue_app import visit_days
from queue_app.dashboard import is_right
from queue_app.errors import N_
from queue_app.models import Feedback, GroupKind, Intervention, Monitored, Question
from queue_app.visit_days import LegTable
from queue_app.visit_days.legs import Ids
from queue_app.visit_days.reading import ONE_DAY, Reading

BEFORE_DAYS = 400
"""A year and a month: a yearly wave can be told from the change."""

AFTER_DAYS = 180
_AFTER_AT_LEAST = 60
"""What comes after is looked at as long as there is something before, and this long in any case: a trend of a month
says nothing of half a year."""

FEWEST_OFFICERS = 3
"""Under so many officers a group's result is a person's, and is not given away."""

FEW = N_("Angka ini tentang kurang dari %(fewest)s petugas, jadi tidak dibagikan.")

TIMES = frozenset({Monitored.WAIT, Monitored.SPEED})
"""Indicators that are times: their effect is a ratio, and less is better."""

_TO_IKM = 25.0

Found = Effect | TooLittle
Measured = Mapping[Monitored, Found]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Everything the measurement needs: of each indicator the group's cases, then the control group's.

    ``period`` None: the date has no day behind it yet. ``key``: what the measurement may be remembered by, for this
    ``database``; empty while days of it are still read from the log. ``officers``: how many people the group's figures
    are of. ``measured``: the effects where they are remembered; then there are no cases.
    """

    period: Period | None
    key: bytes
    cases: Mapping[Monitored, Sequence[Cases]]
    load: Mapping[int, float]
    start_day: date
    washout: int
    officers: int
    database: object = None
    measured: "Measured | None" = None

    @property
    def is_personal(self) -> bool:
        """The group's figures are of too few people to be a group's."""
        return 0 < self.officers < FEWEST_OFFICERS


def prepare(session: Session, found: Intervention, now: datetime) -> Prepared:
    """Read the cases of all indicators, unless their effects are remembered: that may be 400,000 visits."""
    zone = found.office.zone
    last = min(day_of(now, zone) - ONE_DAY, found.start_day + timedelta(days=AFTER_DAYS - 1))
    if last < found.start_day:
        return Prepared(None, b"", {}, {}, found.start_day, found.washout, 0)
    read = Period(found.start_day - timedelta(days=BEFORE_DAYS), last, zone)
    reading = visit_days.read(session, found.office, read)
    key = _key(session, found, read, reading) if last <= reading.through else b""
    known: Prepared | None = visit_days.FIGURES.find(session, key) if key else None
    return known or _prepared(session, found, read, reading.whole(), key)


def _key(session: Session, found: Intervention, read: Period, reading: Reading) -> bytes:
    """The same while the plan, the legs and the answers are: of answers there are only ever more."""
    start, end = read.bounds
    of_days = Feedback.office_id == found.office_id, Feedback.created_at >= start, Feedback.created_at < end
    answers = session.execute(select(func.count(), func.max(Feedback.id)).where(*of_days)).one()
    said = repr(("effect", found.id, found.version, read.start_day, read.end_day, reading.digest, *answers))
    return blake2b(said.encode()).digest()


def _prepared(session: Session, found: Intervention, read: Period, legs: LegTable, key: bytes) -> Prepared:
    zone = read.zone
    period = _balanced(legs.where(legs.visits.in_period(read)), found.start_day, read)
    legs = legs.where(legs.visits.in_period(period))
    answers = _answers(session, found, period)
    table, groups = legs.visits, _groups(found, legs.service_id, legs.officer_id, legs.counter_id)
    plausible = indicators.plausible(table, zone)
    served = [indicators.speed(table.where(part & plausible), zone) for part in groups]
    right = [table.where(part & plausible) for part in groups]
    cases = {
        Monitored.SPEED: served,
        Monitored.WAIT: [indicators.wait(table.where(part), zone) for part in groups],
        Monitored.ACCURACY: [indicators.accuracy(part, is_right(part), zone) for part in right],
        Monitored.SATISFACTION: answers,
    }
    after = table.counted_at >= micros(day_start(found.start_day, zone))
    officers = np.unique(legs.officer_id[plausible & groups[0] & after])
    return Prepared(
        period=period,
        key=key,
        database=session.get_bind(),
        cases=cases,
        load=indicators.load(table, zone),
        start_day=found.start_day,
        washout=found.washout,
        officers=int((officers != NOBODY).sum()),
    )


def measure(prepared: Prepared) -> Measured:
    """Each indicator's effect, or why it cannot be told; empty before the date. A second or two, then remembered."""
    if prepared.period is None:
        return {}
    if prepared.measured is not None:
        return prepared.measured
    measured = _measured(prepared)
    if prepared.key:
        without_cases = replace(prepared, cases={}, load={}, measured=measured)
        visit_days.FIGURES.remembered(prepared.database, prepared.key, lambda: without_cases)
    return measured


def _measured(prepared: Prepared) -> Measured:
    found = {}
    for indicator, (cases, *control) in prepared.cases.items():
        plan = Plan(
            prepared.start_day,
            washout=prepared.washout,
            medians=indicator in TIMES,
            load=prepared.load if indicator is Monitored.WAIT else {},
        )
        found[indicator] = evaluate(cases, plan, control[0] if control else None)
    return found


def _balanced(legs: LegTable, start_day: date, read: Period) -> Period:
    """From the first day with a record on; after the date no longer than before it, or two months."""
    if not len(legs):
        return read
    first = date.fromordinal(int(LocalDays(legs.visits.counted_at, read.zone).ordinal.min()))
    first = min(first, start_day)
    longest = max(start_day - first, timedelta(days=_AFTER_AT_LEAST))
    return Period(first, min(read.end_day, start_day + longest - ONE_DAY), read.zone)


def _groups(found: Intervention, service: Ids, officer: Ids, counter: Ids) -> list[Mask]:
    """Who is of the group, and who of the control group, where there is one."""
    columns = {GroupKind.SERVICES: service, GroupKind.OFFICERS: officer, GroupKind.COUNTERS: counter}

    def of(kind: GroupKind, members: list[int]) -> Mask:
        if kind is GroupKind.OFFICE:
            return np.ones(len(service), np.bool_)
        chosen: Mask = np.isin(columns[kind], members)
        return chosen

    group = of(found.group, found.members)
    if found.control is None:
        return [group]
    if found.control is GroupKind.OTHERS:
        known = columns[found.group] != NOBODY
        return [group, ~group & known]
    return [group, of(found.control, found.control_members) & ~group]


def _answers(session: Session, found: Intervention, period: Period) -> list[Cases]:
    """Answers to the question of satisfaction as 25 to 100, by the service; a counter is not known of them."""
    start, end = period.bounds
    value = Feedback.answers[Question.SATISFACTION.value].as_integer()
    rows = session.execute(
        select(Feedback.created_at, Feedback.service_id, Feedback.officer_id, value)
        .where(Feedback.office_id == found.office_id, Feedback.created_at >= start, Feedback.created_at < end)
        .where(value.is_not(None))
    ).all()
    at = np.array([micros(row[0]) for row in rows], np.int64)
    service = np.array([row[1] for row in rows], np.int32)
    officer = np.array([NOBODY if row[2] is None else row[2] for row in rows], np.int32)
    marks = np.array([row[3] for row in rows], np.float64) * _TO_IKM
    whole = Cases(LocalDays(at, period.zone).ordinal, marks, {"service": service.astype(np.int64)})
    nowhere = np.full(len(rows), NOBODY, np.int32)
    return [whole.where(part) for part in _groups(found, service, officer, nowhere)]

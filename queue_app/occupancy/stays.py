"""READ what the time of the period's shifts went to, per officer and per counter."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from metrics.occupancy import Occupancy
from metrics.periods import Period, day_of
from queue_app import shift_history, visit_days
from queue_app.lifecycle import ShiftState
from queue_app.models import Office, Shift
from queue_app.occupancy import keeping, spans
from queue_app.occupancy.spans import ONE_DAY
from queue_app.shift_history import LoggedShift
from queue_app.visit_days import Reading


@dataclass(frozen=True, slots=True)
class Stay:
    """The time of one officer at one counter over the shifts of a period."""

    officer: str
    counter: int
    parts: Occupancy


def stays(session: Session, office: Office, reading: Reading, period: Period, now: datetime) -> Sequence[Stay]:
    """Of the shifts opened on the period's days, which are over. ``reading``: at least of these days."""
    start, end = period.bounds
    # A shift that nobody closed is counted to the end of the period: not beyond the days that are over.
    until = min(now, end)
    of_period = Shift.office_id == office.id, Shift.opened_at >= start, Shift.opened_at < end

    def measure() -> Sequence[Stay]:
        kept = keeping.read(session, office, period)
        missing = set(session.scalars(select(Shift.id).where(*of_period))) - kept.shifts
        names = reading.names
        sums: defaultdict[tuple[str, int], Occupancy] = defaultdict(Occupancy)
        for (officer_id, counter_id), parts in kept.parts.items():
            sums[names.officers[officer_id], names.counters[counter_id]] += parts
        for shift, parts in _measured(session, office, shift_history.logged(session, office, missing), until):
            sums[shift.record.officer, shift.record.counter] += parts
        return [Stay(officer, counter, parts) for (officer, counter), parts in sorted(sums.items())]

    # What a closed shift went to does not change any more, so their number and the newest say which they are.
    count, newest, still_open = session.execute(
        select(func.count(), func.max(Shift.id), func.count().filter(Shift.state != ShiftState.CLOSED)).where(
            *of_period
        )
    ).one()
    return measure() if still_open else reading.of_past(period.end_day, ("occupancy", period, count, newest), measure)


def by_officer(found: Iterable[Stay]) -> dict[str, Occupancy]:
    sums: defaultdict[str, Occupancy] = defaultdict(Occupancy)
    for stay in found:
        sums[stay.officer] += stay.parts
    return dict(sums)


def by_counter(found: Iterable[Stay]) -> dict[int, Occupancy]:
    sums: defaultdict[int, Occupancy] = defaultdict(Occupancy)
    for stay in found:
        sums[stay.counter] += stay.parts
    return dict(sums)


def _measured(
    session: Session, office: Office, shifts: Sequence[LoggedShift], until: datetime
) -> Iterator[tuple[LoggedShift, Occupancy]]:
    """What shifts that are not kept went to: some days in a row at a time."""
    for together in _runs(shifts, office):
        first, last = together[0].record.opened_at, max(shift.record.closed_at or until for shift in together)
        days = Period(day_of(first, office.zone), day_of(last, office.zone), office.zone)
        legs = visit_days.legs(session, office, days)
        places = spans.places(session, office, legs.visits, *days.bounds)
        yield from ((shift, places.parts(shift.record, until)) for shift in together)


def _runs(shifts: Iterable[LoggedShift], office: Office) -> Iterator[list[LoggedShift]]:
    run: list[LoggedShift] = []
    before = date.min
    for shift in shifts:
        day = day_of(shift.record.opened_at, office.zone)
        if run and day > before + ONE_DAY:
            yield run
            run = []
        run.append(shift)
        before = day
    if run:
        yield run

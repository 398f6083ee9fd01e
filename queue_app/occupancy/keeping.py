"""Keep what the shifts of a day that is over went to, throw it away, and prove that it is what the log says.

Only shifts that were opened and closed on that day: tickets of that day and of the day before are all that they can
have served. So what is kept stands on the kept legs of both, and is thrown away with either by the database itself. All
other shifts are measured anew each time (``stays``). Repeatable, in several processes at once.
"""

import inspect
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

import metrics.occupancy
from metrics.occupancy import Occupancy
from metrics.periods import Period
from queue_app import shift_history, visit_days
from queue_app.database import Database, insert_or_ignore
from queue_app.models import Office, StayDay, VisitDay
from queue_app.occupancy import spans
from queue_app.occupancy.spans import ONE_DAY
from queue_app.visit_days.packing import form as form_of_legs

Seat = tuple[int, int]
"""Ids of an officer and of a counter."""

_AT_ONCE = 10
_MICROSECOND = timedelta(microseconds=1)
_PARTS = ("serving", "called", "idle", "paused")


@dataclass(frozen=True, slots=True)
class Kept:
    """Which shifts, and what they went to together."""

    shifts: frozenset[int]
    parts: Mapping[Seat, Occupancy]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a kept day is not what the log says."""

    day: date
    kept: str
    logged: str


@cache
def form() -> int:
    """Of which making kept stays are. What another version of these programs kept is not read, but made anew."""
    sources = (metrics.occupancy, shift_history, spans)
    return zlib.crc32("".join(map(inspect.getsource, sources)).encode(), form_of_legs())


def fill_all(database: Database) -> int:
    """``fill`` of every office."""
    with database.read() as session:
        office_ids = session.scalars(select(Office.id)).all()
    return sum(fill(database, office_id) for office_id in office_ids)


def fill(database: Database, office_id: int) -> int:
    """Keep each day whose legs and those of the day before are kept, the latest first; how many."""
    with database.read() as session:
        days = _missing(session, office_id)
    return sum(_keep(database, office_id, days[n : n + _AT_ONCE]) for n in range(0, len(days), _AT_ONCE))


def read(session: Session, office: Office, period: Period) -> Kept:
    """What is kept of the period's days."""
    rows = select(StayDay.content).where(
        StayDay.office_id == office.id,
        StayDay.day.between(period.start_day, period.end_day),
        StayDay.form == form(),
    )
    return _joined(session.scalars(rows).all())


def first_difference(session: Session, office: Office) -> tuple[int, Difference | None]:
    """Make each kept day anew and compare; how many were alike, and what was not. From the kept legs where there are
    some: ``visit_days.first_difference`` proves that these are what the log says.
    """
    rows = select(StayDay.day, StayDay.content).where(StayDay.office_id == office.id, StayDay.form == form())
    alike = 0
    for day, content in session.execute(rows.order_by(StayDay.day)).all():
        logged = _made(session, office, day)
        if content != logged:
            return alike, Difference(day, str(content), str(logged))
        alike += 1
    return alike, None


def _missing(session: Session, office_id: int) -> Sequence[date]:
    legs = set(session.scalars(_days_of(VisitDay, office_id, form_of_legs())))
    there = set(session.scalars(_days_of(StayDay, office_id, form())))
    return sorted((day for day in legs - there if day - ONE_DAY in legs), reverse=True)


def _days_of(table: type[VisitDay] | type[StayDay], office_id: int, of_form: int) -> Select[date]:
    return select(table.day).where(table.office_id == office_id, table.form == of_form)


def _keep(database: Database, office_id: int, days: Sequence[date]) -> int:
    both = {*days, *(day - ONE_DAY for day in days)}
    chosen = VisitDay.office_id == office_id, VisitDay.day.in_(both), VisitDay.form == form_of_legs()
    legs = select(VisitDay.day, VisitDay.made).where(*chosen).order_by(VisitDay.day)
    with database.read() as session:
        office = session.get_one(Office, office_id)
        stands_on = dict(session.execute(legs).all())
        made = {day: _made(session, office, day) for day in days}
    with database.write() as session:
        # Whoever deletes legs meanwhile waits, and takes this with them; who made them anew gave them another name.
        locked = session.execute(legs.with_for_update(read=True, key_share=True)).all()
        still = {day for day, name in locked if stands_on.get(day) == name}
        whole = [day for day in days if {day, day - ONE_DAY} <= still]
        old = StayDay.office_id == office_id, StayDay.day.in_(whole), StayDay.form != form()
        session.execute(delete(StayDay).where(*old))
        rows = ({"office_id": office_id, "day": day, "eve": day - ONE_DAY, "content": made[day]} for day in whole)
        return sum(insert_or_ignore(session, StayDay, form=form(), **row) for row in rows)


def _made(session: Session, office: Office, day: date) -> dict[str, Any]:
    """From the day's legs, which are what the log says, and the log."""
    period = Period(day, day, office.zone)
    start, end = period.bounds
    shifts = [
        shift
        for shift in shift_history.opened(session, office, start, end)
        if shift.record.closed_at is not None and shift.record.closed_at <= end
    ]
    parts: defaultdict[Seat, Occupancy] = defaultdict(Occupancy)
    if shifts:
        places = spans.places(session, office, visit_days.legs(session, office, period).visits, start, end)
        for shift in shifts:
            parts[shift.officer_id, shift.counter_id] += places.parts(shift.record, end)
    return {"shifts": sorted(shift.id for shift in shifts), "parts": _as_stored(parts)}


def _as_stored(parts: Mapping[Seat, Occupancy]) -> list[list[int]]:
    return [[*seat, *(getattr(of, name) // _MICROSECOND for name in _PARTS)] for seat, of in sorted(parts.items())]


def _joined(contents: Iterable[Mapping[str, Any]]) -> Kept:
    """Of many days: summed as numbers, for a year has thousands of rows."""
    sums: defaultdict[Seat, list[int]] = defaultdict(lambda: [0] * len(_PARTS))
    shifts: set[int] = set()
    for content in contents:
        shifts.update(content["shifts"])
        for officer_id, counter_id, *parts in content["parts"]:
            seat = officer_id, counter_id
            sums[seat] = [one + more for one, more in zip(sums[seat], parts, strict=True)]
    return Kept(
        frozenset(shifts),
        {
            seat: Occupancy(**{name: part * _MICROSECOND for name, part in zip(_PARTS, parts, strict=True)})
            for seat, parts in sums.items()
        },
    )

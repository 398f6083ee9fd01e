"""Keep the legs of days that are over, throw them away, and prove that they are what the log says. Repeatable; two
processes that keep the same day write the same.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from metrics.visit_table import Words
from queue_app.database import Database, insert_or_ignore, streamed
from queue_app.models import Event, Office, Ticket, VisitDay
from queue_app.opening import local_day
from queue_app.visit_days.legs import Columns
from queue_app.visit_days.packing import form, pack, unpack
from queue_app.visit_days.reading import ONE_DAY
from queue_app.visit_days.unfinished import from_log

_SETTLED = timedelta(minutes=10)
"""A move whose time was taken before midnight is in the log by then."""

_AT_ONCE = 10

_BITS = 62
"""Of a content's name: it fits a signed number of 64."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a kept day is not what the log says; ``ticket`` None: of another number of legs."""

    day: date
    ticket: int | None
    name: str
    kept: str
    logged: str


def fill_all(database: Database, now: datetime) -> int:
    """``fill`` of every office."""
    with database.read() as session:
        office_ids = session.scalars(select(Office.id)).all()
    return sum(fill(database, office_id, now) for office_id in office_ids)


def fill(database: Database, office_id: int, now: datetime) -> int:
    """Keep each day of the office's history that is over and not kept yet, the latest first; how many."""
    with database.read() as session:
        missing = _missing(session, session.get_one(Office, office_id), now)
    return sum(_keep(database, office_id, missing[n : n + _AT_ONCE]) for n in range(0, len(missing), _AT_ONCE))


def rebuild(database: Database, office_id: int, now: datetime) -> int:
    """Throw away all that is kept of the office and keep it anew; how many days."""
    with database.write() as session:
        session.execute(delete(VisitDay).where(VisitDay.office_id == office_id))
    return fill(database, office_id, now)


def first_difference(session: Session, office: Office) -> tuple[int, Difference | None]:
    """Make each kept day anew from the log and compare every field; how many were alike, and what was not."""
    rows = select(VisitDay.day, VisitDay.content).where(VisitDay.office_id == office.id, VisitDay.form == form())
    alike = 0
    for day, content in streamed(session, rows.order_by(VisitDay.day), _AT_ONCE):
        found = _difference(day, unpack(content), from_log(session, office, day, day))
        if found is not None:
            return alike, found
        alike += 1
    return alike, None


def _missing(session: Session, office: Office, now: datetime) -> Sequence[date]:
    first = session.scalar(select(func.min(Ticket.day)).where(Ticket.office_id == office.id))
    if first is None:
        return ()
    last = local_day(office, now - _SETTLED) - ONE_DAY
    kept = set(session.scalars(select(VisitDay.day).where(VisitDay.office_id == office.id, VisitDay.form == form())))
    days = (last - n * ONE_DAY for n in range((last - first).days + 1))
    return [day for day in days if day not in kept]


def _keep(database: Database, office_id: int, days: Sequence[date]) -> int:
    with database.read() as session:
        office = session.get_one(Office, office_id)
        seq = office.version
        made = {day: from_log(session, office, day, day) for day in days}
    with database.write() as session:
        # Whoever writes to the log takes this row too: what came in between is seen, and what comes later waits.
        session.execute(select(Office.id).where(Office.id == office_id).with_for_update())
        moved = set(session.scalars(_moved_since(office_id, seq)))
        whole = {day: columns for day, columns in made.items() if day not in moved}
        old = VisitDay.office_id == office_id, VisitDay.day.in_(whole), VisitDay.form != form()
        session.execute(delete(VisitDay).where(*old))
        return sum(
            insert_or_ignore(
                session,
                VisitDay,
                office_id=office_id,
                day=day,
                form=form(),
                made=secrets.randbits(_BITS),
                content=pack(columns),
            )
            for day, columns in whole.items()
        )


def _moved_since(office_id: int, seq: int) -> Select[date]:
    """The days of the tickets that later rows of the log are about."""
    return (
        select(Ticket.day)
        .join(Event, Event.ticket_id == Ticket.id)
        .where(Event.office_id == office_id, Event.seq > seq)
        .distinct()
    )


def _difference(day: date, kept: Columns, logged: Columns) -> Difference | None:
    counts = len(kept["ticket"]), len(logged["ticket"])
    if counts[0] != counts[1]:
        return Difference(day, None, "legs", *map(str, counts))
    return next(_differences(day, kept, logged), None)


def _differences(day: date, kept: Columns, logged: Columns) -> Iterator[Difference]:
    for place, ticket in enumerate(logged["ticket"]):
        for name, column in logged.items():
            pair = [_value(columns.get(name), place) for columns in (kept, {name: column})]
            if pair[0] != pair[1]:
                yield Difference(day, int(ticket), name, *pair)


def _value(column: Any, place: int) -> str:
    if column is None:
        return "-"
    return str(column[place] if isinstance(column, Words) else column[place].item())

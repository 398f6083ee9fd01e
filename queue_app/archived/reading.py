"""READ packed rows: for whoever reads the log of past days. Each row is an ``Event`` that belongs to no session."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from metrics.periods import day_of
from queue_app.archived.packing import unpack
from queue_app.models import ArchivedDay, Event, Office, Ticket
from queue_app.prepared import Prepared

_IDS_AT_ONCE = 5_000
_KNOWN = "archived through"
_THROUGH = Prepared(
    select(func.max(ArchivedDay.day)).where(ArchivedDay.office_id == bindparam("of_office")), flushes=True
)


def through(session: Session, office_id: int) -> date | None:
    """The last day of which rows are packed; None: there are none. Asked once in a session."""
    known: dict[int, date | None] = session.info.setdefault(_KNOWN, {})
    if office_id not in known:
        known[office_id] = _THROUGH.scalar(session, {"of_office": office_id})
    return known[office_id]


def count(session: Session, office_id: int) -> int:
    """How many rows are packed."""
    if through(session, office_id) is None:
        return 0
    return session.scalar(select(func.sum(ArchivedDay.rows)).where(ArchivedDay.office_id == office_id)) or 0


def of_days(session: Session, office_id: int, first: date, last: date) -> list[Event]:
    """Packed rows about the tickets of these days, by ticket and number."""
    if not _reaches(session, office_id, first):
        return []
    rows = _rows(session, office_id, ArchivedDay.day.between(first, last))
    return sorted((row for row in rows if row.ticket_id is not None), key=by_ticket)


def of_tickets(session: Session, office_id: int, ticket_ids: Collection[int]) -> list[Event]:
    """Packed rows about these tickets, by ticket and number."""
    last, ids = through(session, office_id), sorted(set(ticket_ids))
    if last is None:
        return []
    days: set[date] = set()
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = Ticket.id.in_(ids[start : start + _IDS_AT_ONCE])
        days |= set(session.scalars(select(Ticket.day).where(some, Ticket.day <= last).distinct()))
    wanted = frozenset(ids)
    rows = _rows(session, office_id, ArchivedDay.day.in_(days)) if days else ()
    return sorted((row for row in rows if row.ticket_id in wanted), key=by_ticket)


def of_shifts(session: Session, office: Office, opened: Mapping[int, datetime]) -> list[Event]:
    """Packed rows about these shifts, in the order of their numbers. ``opened``: when each was."""
    days = {day_of(at, office.zone) for at in opened.values()}
    if not days or not _reaches(session, office.id, min(days)):
        return []
    rows = _rows(session, office.id, ArchivedDay.day.in_(days))
    return sorted((row for row in rows if row.shift_id in opened), key=by_number)


def between(session: Session, office: Office, start: datetime, end: datetime) -> list[Event]:
    """Packed rows from ``start`` until before ``end``, in the order of their numbers."""
    if through(session, office.id) is None:
        return []
    first, last = (f"{at.astimezone(UTC):%Y-%m}" for at in (start, end))
    months = ArchivedDay.month.between(first, last)
    rows = _rows(session, office.id, months)
    return sorted((row for row in rows if start <= row.at < end), key=by_number)


def numbered(session: Session, office_id: int, first: int, last: int) -> list[Event]:
    """Packed rows with these numbers, in their order."""
    if through(session, office_id) is None:
        return []
    rows = _rows(session, office_id, (ArchivedDay.first_seq <= last) & (ArchivedDay.last_seq >= first))
    return sorted((row for row in rows if first <= row.seq <= last), key=by_number)


def first_at(session: Session, office: Office) -> datetime | None:
    """The beginning of the first month of which the office has packed rows."""
    month = session.scalar(select(func.min(ArchivedDay.month)).where(ArchivedDay.office_id == office.id))
    return None if month is None else datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)


def by_ticket(row: Event) -> tuple[int, int]:
    return row.ticket_id or 0, row.seq


def by_number(row: Event) -> int:
    return row.seq


def _reaches(session: Session, office_id: int, first: date) -> bool:
    last = through(session, office_id)
    return last is not None and last >= first


def _rows(session: Session, office_id: int, which: ColumnElement[bool]) -> Iterator[Event]:
    contents = session.scalars(select(ArchivedDay.content).where(ArchivedDay.office_id == office_id, which))
    return (row.event for content in contents for row in unpack(content))

"""The rows of the log of a stretch of days, in order, with what each ticket was."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from metrics.periods import Period
from queue_app import archived
from queue_app.database import streamed
from queue_app.event_export import past
from queue_app.event_export.row import Row, as_row
from queue_app.models import Counter, Event, Office, Service, Ticket, User
from queue_app.models.log import stands

_AT_ONCE = 2_000


def rows(session: Session, office: Office, period: Period, *, by_ticket: bool = False) -> Iterator[Row]:
    """The rows of ``period``, oldest first; ``by_ticket``: those that moved a ticket, ticket by ticket."""
    start, end = period.bounds
    picked = _selected(office).where(Event.at >= start, Event.at < end)
    if by_ticket:
        picked = picked.where(Event.ticket_version.is_not(None)).order_by(Event.ticket_id, Event.seq)
    else:
        picked = picked.order_by(Event.seq)
    live = map(as_row, streamed(session, picked, _AT_ONCE))
    kept = archived.between(session, office, start, end)
    if not kept:
        yield from live
        return
    if by_ticket:
        kept = [event for event in kept if event.ticket_version is not None]
    key = _by_ticket if by_ticket else _by_number
    yield from archived.merged(live, sorted(past.as_rows(session, office, kept), key=key), key=key)


def after(session: Session, office: Office, seq: int, most: int) -> list[Row]:
    """The next ``most`` rows after the one numbered ``seq``, oldest first."""
    picked = _selected(office).where(Event.seq > seq).order_by(Event.seq).limit(most)
    live = [as_row(found) for found in session.execute(picked)]
    if len(live) == most and live[-1].seq == seq + most:  # numbers have no gaps, so nothing is missing
        return live
    kept = archived.numbered(session, office.id, seq + 1, seq + most)
    old = past.as_rows(session, office, kept) if kept else ()
    return list(archived.merged(live, old, key=_by_number))[:most]


def _selected(office: Office) -> Select[Any]:
    officer = aliased(User)
    return (
        select(
            *(Event.seq, Event.at, Event.action, Event.ticket_id, Event.from_state, Event.to_state, Event.data),
            *(Event.officer_id, Event.actor_id, Ticket.day, Ticket.label, Ticket.number),
            *(Ticket.channel, Ticket.category),
            Service.code.label("service"),
            Counter.number.label("counter"),
            officer.username.label("officer"),
            stands().label("stands"),
        )
        .outerjoin(Ticket, Ticket.id == Event.ticket_id)
        .outerjoin(Service, Service.id == Event.service_id)
        .outerjoin(Counter, Counter.id == Event.counter_id)
        .outerjoin(officer, officer.id == Event.officer_id)
        .where(Event.office_id == office.id)
    )


def _by_number(row: Row) -> int:
    return row.seq


def _by_ticket(row: Row) -> tuple[int, int]:
    return row.case or 0, row.seq

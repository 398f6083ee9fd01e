"""READ: single visits behind the figures, and what the log says of one ticket."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import archived, opening
from queue_app.errors import N_, NotFound
from queue_app.history import LoggedLeg
from queue_app.models import Counter, Event, Office, Ticket, User

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the log: at which counter (its number), and by whom (None: the citizen, or the server)."""

    event: Event
    counter: int | None
    username: str | None
    name: str | None


def of(session: Session, office: Office, public_id: str, now: datetime) -> tuple[Ticket, Sequence[Row]]:
    """A ticket of a day that is over, with its rows, oldest first. A day that goes on is the officer's own first.

    Raises NotFound ``unknown_ticket``.
    """
    ticket = session.scalar(select(Ticket).where(Ticket.public_id == public_id, Ticket.office_id == office.id))
    if ticket is None or ticket.day >= opening.local_day(office, now):
        raise NotFound("unknown_ticket", N_("Tiket itu tidak ada di kantor Anda."))
    rows = session.execute(
        select(Event, Counter.number, User.username, User.display_name)
        .outerjoin(Counter, Counter.id == Event.counter_id)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Event.ticket_id == ticket.id)
        .order_by(Event.seq)
    ).all()
    of_log = [Row(*row) for row in rows]
    old = _archived(session, archived.of_tickets(session, office.id, [ticket.id]))
    return ticket, list(archived.merged(of_log, old, key=lambda row: row.event.seq))


def _archived(session: Session, events: Sequence[Event]) -> list[Row]:
    """The same of archived rows."""
    counters = dict(
        session.execute(select(Counter.id, Counter.number).where(Counter.id.in_({e.counter_id for e in events}))).all()
    )
    people = {who.id: who for who in session.scalars(select(User).where(User.id.in_({e.actor_id for e in events})))}
    return [
        Row(
            event,
            None if event.counter_id is None else counters[event.counter_id],
            None if event.actor_id is None else people[event.actor_id].username,
            None if event.actor_id is None else people[event.actor_id].display_name,
        )
        for event in events
    ]


def tickets_of(session: Session, legs: Iterable[LoggedLeg]) -> Mapping[int, tuple[str, str]]:
    """Label and public id of each leg's ticket, by its id."""
    ids = sorted({int(leg.visit.ticket) for leg in legs})
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = session.execute(select(Ticket.id, Ticket.label, Ticket.public_id).where(Ticket.id.in_(some)))
        found.update({row.id: (row.label, row.public_id) for row in rows})
    return found

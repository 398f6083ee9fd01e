"""Archived rows as other programs get them: what ``reading`` asks of the database, looked up for packed ones."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import archived
from queue_app.event_export.row import Row, as_row
from queue_app.lifecycle import Action
from queue_app.models import Counter, Event, Office, Service, Ticket, User

_AT_ONCE = 5_000
_TAKEN_BACK = (Action.UNDO.value, Action.WITHDRAW.value)


@dataclass(frozen=True, slots=True)
class _Found:
    """A row with what is picked of its ticket and their names."""

    seq: int
    at: datetime
    action: str
    ticket_id: int | None
    from_state: Any
    to_state: Any
    data: Any
    officer_id: int | None
    actor_id: int | None
    day: date | None
    label: str | None
    number: int | None
    channel: Any
    category: Any
    service: str | None
    counter: int | None
    officer: str | None
    stands: bool


def as_rows(session: Session, office: Office, events: Sequence[Event]) -> list[Row]:
    """In the same order."""
    ids = sorted({event.ticket_id for event in events if event.ticket_id is not None})
    parts = [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
    tickets = {t.id: t for some in parts for t in session.execute(_TICKETS.where(Ticket.id.in_(some)))}
    services = dict(session.execute(select(Service.id, Service.code).where(Service.office_id == office.id)).all())
    counters = dict(session.execute(select(Counter.id, Counter.number).where(Counter.office_id == office.id)).all())
    officers = dict(session.execute(select(User.id, User.username)).all())
    taken_back = _taken_back(session, office, parts)
    found = []
    for event in events:
        ticket = tickets.get(event.ticket_id or 0)
        found.append(
            _Found(
                seq=event.seq,
                at=event.at,
                action=event.action,
                ticket_id=event.ticket_id,
                from_state=event.from_state,
                to_state=event.to_state,
                data=event.data,
                officer_id=event.officer_id,
                actor_id=event.actor_id,
                day=ticket.day if ticket else None,
                label=ticket.label if ticket else None,
                number=ticket.number if ticket else None,
                channel=ticket.channel if ticket else None,
                category=ticket.category if ticket else None,
                service=services.get(event.service_id or 0),
                counter=counters.get(event.counter_id or 0),
                officer=officers.get(event.officer_id or 0),
                stands=not _is_taken_back(event, taken_back[event.ticket_id or 0]),
            )
        )
    return [as_row(one) for one in found]


_TICKETS = select(Ticket.id, Ticket.day, Ticket.label, Ticket.number, Ticket.channel, Ticket.category)


def _taken_back(session: Session, office: Office, ids: Sequence[Sequence[int]]) -> dict[int, list[tuple[str, int]]]:
    """By ticket the undoing rows, archived or not: action and version."""
    found: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for some in ids:
        live = select(Event.ticket_id, Event.action, Event.ticket_version).where(
            Event.ticket_id.in_(some), Event.action.in_(_TAKEN_BACK)
        )
        kept = (
            (row.ticket_id, row.action, row.ticket_version)
            for row in archived.of_tickets(session, office.id, some)
            if row.action in _TAKEN_BACK
        )
        for ticket, action, version in (*session.execute(live), *kept):
            if ticket is not None and version is not None:
                found[ticket].append((action, version))
    return found


def _is_taken_back(event: Event, by: Sequence[tuple[str, int]]) -> bool:
    """As ``models.log.stands`` says it."""
    version = event.ticket_version
    return version is not None and any(
        at == version + 1 if action == Action.UNDO else at > version for action, at in by
    )

"""Packed rows as ``history`` folds them: what its query picks of a row of the log, picked of a packed one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from queue_app.lifecycle import Action, ClaimAction
from queue_app.models import Event, Ticket

ENDS = (Action.FINISH, Action.CONTINUE, Action.CANCEL, Action.EXPIRE)
"""The moves whose data say how a leg ended."""

_CLAIMS = frozenset(ClaimAction)
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Folded:
    """A row as ``history`` reads it."""

    ticket_id: int
    seq: int
    action: str
    at: datetime
    service_id: int | None
    counter_id: int | None
    officer_id: int | None
    outcome: str | None
    untimed: bool | None
    service_given: str | None
    known: bool | None
    again_of: int | None
    correction: bool | None
    checklist: bool | None
    ticket_version: int | None
    of_leg: int | None
    channel: str
    category: str


def folded(session: Session, events: Sequence[Event]) -> list[Folded]:
    """Of rows about tickets, in their order."""
    ids = sorted({event.ticket_id for event in events if event.ticket_id is not None})
    facts = type_coerce(Ticket.channel, String), type_coerce(Ticket.category, String)
    tickets = {
        ticket_id: (channel, category)
        for start in range(0, len(ids), _AT_ONCE)
        for ticket_id, channel, category in session.execute(
            select(Ticket.id, *facts).where(Ticket.id.in_(ids[start : start + _AT_ONCE]))
        )
    }
    return [
        _folded(event, event.ticket_id, *tickets[event.ticket_id]) for event in events if event.ticket_id is not None
    ]


def _folded(event: Event, ticket_id: int, channel: str, category: str) -> Folded:
    ended = event.data if event.action in ENDS else {}
    return Folded(
        ticket_id=ticket_id,
        seq=event.seq,
        action=event.action,
        at=event.at,
        service_id=event.service_id,
        counter_id=event.counter_id,
        officer_id=event.officer_id,
        outcome=ended.get("outcome"),
        untimed=ended.get("untimed"),
        service_given=ended.get("service_given"),
        known=ended.get("known"),
        again_of=ended.get("again_of"),
        correction=ended.get("correction"),
        checklist=event.data.get("checklist") if event.action == Action.BOOK else None,
        ticket_version=event.ticket_version,
        of_leg=event.data.get("leg") if event.action in _CLAIMS else None,
        channel=channel,
        category=category,
    )

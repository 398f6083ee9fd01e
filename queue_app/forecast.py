"""Whose turn is when: each waiting ticket's position, and the wait it may expect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.estimate import WaitRange
from queue_app import opening
from queue_app.lifecycle import Action, TicketState
from queue_app.models import Event, Office, Ticket

__all__ = ["Place", "Places", "WaitRange", "places", "serving_s"]


@dataclass(frozen=True, slots=True)
class Place:
    """A waiting ticket's turn among all who wait for the same counters (1 is called next), and its wait from now."""

    position: int
    estimate: WaitRange | None


Places = Mapping[int, Place]
"""By ticket id."""


def places(session: Session, office: Office, now: datetime) -> Places:
    """The place of every ticket that waits today."""
    today = opening.local_day(office, now)
    line = session.execute(
        select(Ticket.id, Ticket.service_id)
        .where(Ticket.office_id == office.id, Ticket.day == today, Ticket.state == TicketState.WAITING)
        .order_by(Ticket.due_at, Ticket.id)
    ).all()
    return {ticket_id: Place(position, None) for position, (ticket_id, _) in enumerate(line, start=1)}


def serving_s(session: Session, ticket: Ticket, now: datetime) -> float | None:
    """Seconds the ticket has been served in this leg until ``now``, holds taken out; None before the start."""
    total, running_since = 0.0, None
    for action, at in session.execute(
        select(Event.action, Event.at).where(Event.ticket_id == ticket.id).order_by(Event.ticket_version)
    ):
        if action in (Action.START, Action.RESUME):
            total, running_since = (0.0 if action == Action.START else total), at
        elif running_since is not None and action in (Action.HOLD, Action.TRANSFER, Action.FINISH):
            total, running_since = total + (at - running_since).total_seconds(), None
    if running_since is None:
        return None
    return total + (now - running_since).total_seconds()

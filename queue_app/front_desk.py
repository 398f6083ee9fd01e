"""What the reception does for a citizen who has a number: put the category right, give the number up."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from queue_app import booking, calling, lifecycle, opening, writer
from queue_app.errors import N_, Invalid, StaleTicket
from queue_app.lifecycle import Action, TicketState
from queue_app.models import Category, Office, Ticket, User
from queue_app.writer import Entry

EXPECTED = 40
"""Bookings that have not come yet which the reception is shown."""


def set_category(
    session: Session,
    who: User,
    public_id: str,
    category: Category,
    reason: str | None,
    now: datetime,
    version: int | None = None,
) -> Ticket:
    """Put right who is treated with priority; the order follows at once. Setting what is set already is harmless.

    Raises NotFound ``unknown_ticket``, Invalid ``reason_needed``, IllegalMove once the ticket is called, StaleTicket.
    """
    entry = _entry(who, reason, now)
    ticket = calling.find(session, who, public_id)
    lifecycle.target(Action.SET_CATEGORY, ticket.state)
    if ticket.category is category:
        return ticket
    if version is not None and version != ticket.version:
        raise StaleTicket(ticket.state)
    data = {"from_category": ticket.category.value, "to_category": category.value}
    changed = Entry(entry.now, entry.actor, entry.reason, data)
    return writer.move(session, ticket, Action.SET_CATEGORY, changed, category=category)


def cancel(session: Session, who: User, public_id: str, reason: str | None, now: datetime) -> Ticket:
    """Give a citizen's number up, as the citizen wishes. Doing it twice is harmless.

    Raises NotFound ``unknown_ticket``, Invalid ``reason_needed``, IllegalMove.
    """
    entry = _entry(who, reason, now)
    return booking.cancel(session, calling.find(session, who, public_id), now, entry=entry)


def expected(session: Session, office: Office, now: datetime) -> Sequence[Ticket]:
    """Today's bookings that have not come yet, by their slot; those for any time last."""
    return session.scalars(
        select(Ticket)
        .where(
            Ticket.office_id == office.id,
            Ticket.day == opening.local_day(office, now),
            Ticket.state == TicketState.BOOKED,
        )
        .order_by(Ticket.slot_start.is_(None), Ticket.slot_start, Ticket.id)
        .limit(EXPECTED)
        .options(joinedload(Ticket.service))
    ).all()


def _entry(who: User, reason: str | None, now: datetime) -> Entry:
    words = writer.short(reason)
    if words is None:
        raise Invalid("reason_needed", N_("Tuliskan alasannya."))
    return Entry(now, who, words)

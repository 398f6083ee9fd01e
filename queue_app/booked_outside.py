"""Coming bookings that stand at a time at which their service is closed; and agreeing to that before it comes so."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from queue_app import agreement, opening
from queue_app.agreement import Effect
from queue_app.errors import N_
from queue_app.lifecycle import TicketState
from queue_app.models import Office, Ticket
from queue_app.opening import Calendar


def coming(session: Session, office: Office, now: datetime) -> list[Ticket]:
    """Bookings from today on that stand outside the opening hours as they are now."""
    today = opening.local_day(office, now)
    booked = session.scalars(
        select(Ticket)
        .where(Ticket.office_id == office.id, Ticket.day >= today, Ticket.state == TicketState.BOOKED)
        .options(joinedload(Ticket.service))
    ).all()
    calendar = opening.calendar(session, office, today, max((ticket.day for ticket in booked), default=today))
    return [ticket for ticket in booked if not _is_open(calendar, ticket)]


@contextmanager
def agreed(session: Session, office: Office, now: datetime, mark: str) -> Iterator[None]:
    """What is changed within brings no bookings to stand outside that did not before, but those that ``mark`` names.

    Raises Unagreed, and then the transaction must not be committed.
    """
    before = {ticket.id for ticket in coming(session, office, now)}
    yield
    by_day = Counter(ticket.day for ticket in coming(session, office, now) if ticket.id not in before)
    said = N_("%(day)s: %(count)s pendaftaran akan berada di luar jam buka.")
    agreement.require([Effect(said, {"day": day, "count": count}) for day, count in sorted(by_day.items())], mark)


def _is_open(calendar: Calendar, ticket: Ticket) -> bool:
    intervals = calendar.intervals(ticket.service, ticket.day)
    if ticket.slot_start is None:
        return bool(intervals)
    start = ticket.slot_start.astimezone(calendar.office.zone)
    minute = start.hour * 60 + start.minute
    return any(opens <= minute < closes for opens, closes in intervals)

"""Coming bookings that stand at a time at which their service is closed; and agreeing to that before it comes so."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from queue_app import opening
from queue_app.errors import N_, QueueError
from queue_app.lifecycle import TicketState
from queue_app.models import Office, Ticket
from queue_app.opening import Calendar


class NotAgreed(QueueError):
    """Nobody has said yes to it yet. ``by_day``: how many bookings would come to stand outside, by local day."""

    def __init__(self, by_day: Mapping[date, int]) -> None:
        self.count = sum(by_day.values())
        said = N_("Belum disimpan: %(count)s pendaftaran akan berada di luar jam buka. Periksa, lalu setujui.")
        super().__init__("bookings_outside", said, count=self.count)
        self.by_day = by_day


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
def agreed(session: Session, office: Office, now: datetime, most: int) -> Iterator[None]:
    """What is changed within may bring at most ``most`` bookings to stand outside that did not before.

    Raises NotAgreed, and then the transaction must not be committed.
    """
    before = {ticket.id for ticket in coming(session, office, now)}
    yield
    outside = [ticket for ticket in coming(session, office, now) if ticket.id not in before]
    if len(outside) > most:
        raise NotAgreed(dict(sorted(Counter(ticket.day for ticket in outside).items())))


def _is_open(calendar: Calendar, ticket: Ticket) -> bool:
    intervals = calendar.intervals(ticket.service, ticket.day)
    if ticket.slot_start is None:
        return bool(intervals)
    start = ticket.slot_start.astimezone(calendar.office.zone)
    minute = start.hour * 60 + start.minute
    return any(opens <= minute < closes for opens, closes in intervals)

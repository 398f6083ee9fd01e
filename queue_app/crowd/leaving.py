"""When the holder of a ticket should leave for the office. Reads only."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from metrics.crowd import leaving
from queue_app import opening
from queue_app.errors import N_, Invalid
from queue_app.lifecycle import TicketState
from queue_app.queries import TicketView

READY_WAYS = (10, 20, 30, 45, 60)
LONGEST_WAY_MINUTES = int(leaving.LONGEST_WAY.total_seconds()) // 60
MARGIN_MINUTES = int(leaving.MARGIN.total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Leaving:
    """``at`` is when to leave at the latest; ``is_now`` when that has come; ``day`` when it is not the ticket's."""

    at: datetime
    is_now: bool
    day: date | None


def read_way(text: str) -> int:
    """Whole minutes of the way. Raises Invalid ``bad_way``."""
    minutes = int(text) if re.fullmatch(r"[0-9]{1,4}", text.strip(), re.ASCII) else -1
    if not 0 <= minutes <= LONGEST_WAY_MINUTES:
        raise Invalid(
            "bad_way",
            N_("Lama perjalanan: isi angka 0 sampai %(longest)s menit."),
            longest=LONGEST_WAY_MINUTES,
        )
    return minutes


def may_matter(view: TicketView) -> bool:
    """Whether the ticket's turn is still to come: after a call nobody is sent on the way."""
    return view.ticket.state in (TicketState.BOOKED, TicketState.WAITING)


def of(view: TicketView, way_minutes: int, now: datetime) -> Leaving | None:
    """When to leave; None when it is not known when the turn may come, or it has come."""
    turn_at = _turn_at(view, now)
    if turn_at is None:
        return None
    at = leaving.leave_by(turn_at, timedelta(minutes=way_minutes))
    day = opening.local_day(view.ticket.office, at)
    return Leaving(at, at <= now, day if at > now and day != view.ticket.day else None)


def too_late_at(view: TicketView) -> datetime | None:
    """After this a booked slot says nothing about the turn any more; None without a slot."""
    ticket = view.ticket
    if ticket.slot_start is None:
        return None
    return ticket.slot_start + timedelta(minutes=ticket.service.slot_minutes + ticket.office.grace_minutes)


def _turn_at(view: TicketView, now: datetime) -> datetime | None:
    """The earliest that the turn may come: the slot of a booking, the low end of the range while waiting."""
    ticket = view.ticket
    if ticket.state is TicketState.BOOKED:
        until = too_late_at(view)
        return ticket.slot_start if until is not None and now <= until else None
    if ticket.state is TicketState.WAITING and view.estimate is not None:
        return now + timedelta(minutes=view.estimate.low_minutes)
    return None

"""What can be had now: whether the office is open, and whether a service still gives a number. Reads only."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from queue_app import arrival, opening, stops
from queue_app.models import Channel, Office, Service
from queue_app.opening import Calendar


class Offer(StrEnum):
    """Whether who comes in person is given a number of a service now. STOPPED: by a supervisor, for today."""

    OPEN = "open"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class OpenStatus:
    """Whether somebody can come in now. ``closes`` while open; otherwise when it opens next, if that is known.

    ``is_break``: it was open today already, and will be again. ``reason``: why it stays closed all day. ``zone``: what
    its time is called.
    """

    is_open: bool
    zone: str
    closes: str | None = None
    next_day: date | None = None
    opens: str | None = None
    is_break: bool = False
    reason: str = ""


def offer(session: Session, service: Service, calendar: Calendar, now: datetime) -> Offer:
    """``calendar`` must hold today."""
    today, minute = opening.local_day(service.office, now), _minute(service.office, now)
    if not any(opens <= minute < closes for opens, closes in calendar.intervals(service, today)):
        return Offer.CLOSED
    if stops.is_issuing_stopped(service, today):
        return Offer.STOPPED
    if service.daily_quota is None and service.kiosk_quota is None:
        return Offer.OPEN
    left = arrival.places_of(session, service, [today], now, Channel.KIOSK)[0].remaining
    return Offer.SOLD_OUT if left == 0 else Offer.OPEN


def open_status(session: Session, office: Office, now: datetime) -> OpenStatus:
    """Whether any service of the office can be had at this moment."""
    return status_by(opening.window(session, office, now), now)


def status_by(calendar: Calendar, now: datetime) -> OpenStatus:
    """The same by a calendar of all days that can be booked."""
    office = calendar.office
    today, minute = opening.local_day(office, now), _minute(office, now)
    zone = opening.zone_name(office, now)
    offered = [service for service in office.services if service.active]
    hours = [interval for service in offered for interval in calendar.intervals(service, today)]
    closing = [closes for opens, closes in hours if opens <= minute < closes]
    if closing:
        return OpenStatus(is_open=True, zone=zone, closes=opening.clock_text(max(closing)))
    later_today = [opens for opens, _ in hours if opens > minute]
    if later_today:
        is_break = any(closes <= minute for _, closes in hours)
        opens = opening.clock_text(min(later_today))
        return OpenStatus(is_open=False, zone=zone, next_day=today, opens=opens, is_break=is_break)
    closed = OpenStatus(is_open=False, zone=zone, reason=calendar.closed.get(today, ""))
    found = [
        (day, calendar.intervals(service, day)[0][0])
        for service in offered
        if (day := calendar.next_open_day(service, today, now)) is not None
    ]
    if not found:
        return closed
    day, opens_minute = min(found)
    return replace(closed, next_day=day, opens=opening.clock_text(opens_minute))


def _minute(office: Office, now: datetime) -> int:
    local = now.astimezone(office.zone)
    return local.hour * 60 + local.minute

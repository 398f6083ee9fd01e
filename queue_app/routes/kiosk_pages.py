"""What the kiosk shows of an office: which services give a number now, and how long their lines are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from queue_app import availability, opening, queries
from queue_app.availability import Offer
from queue_app.forecast import WaitRange
from queue_app.models import Office, Service
from queue_app.opening import Calendar
from queue_app.routes import citizen_pages


@dataclass(frozen=True, slots=True)
class Card:
    """A service as the kiosk offers it. ``wait``: of whoever comes now. ``day`` and ``opens``: when it
    opens again, if it is closed and that is known."""

    service: Service
    offer: Offer
    waiting: int
    wait: WaitRange | None
    day: date | None = None
    opens: str | None = None


def cards(session: Session, office: Office, now: datetime) -> list[Card]:
    """The offered services in the order of their letters."""
    return _cards(session, office, citizen_pages.service_rows(session, office, now), now)


def card(session: Session, office: Office, code: str, now: datetime) -> Card:
    """One of them. Raises NotFound ``unknown_service``."""
    wanted = queries.service(session, office.id, code)
    rows = [row for row in citizen_pages.service_rows(session, office, now) if row.service.id == wanted.id]
    return _cards(session, office, rows, now)[0]


def _cards(session: Session, office: Office, rows: Sequence[citizen_pages.ServiceRow], now: datetime) -> list[Card]:
    calendar = opening.window(session, office, now)
    return [_card(session, row, calendar, now) for row in rows]


def _card(session: Session, row: citizen_pages.ServiceRow, calendar: Calendar, now: datetime) -> Card:
    service = row.service
    offer = availability.offer(session, service, calendar, now)
    if offer is Offer.CLOSED:
        day, opens = _next(calendar, service, opening.local_day(service.office, now), now)
        return Card(service, offer, row.waiting, None, day, opens)
    return Card(service, offer, row.waiting, row.wait)


def _next(calendar: Calendar, service: Service, today: date, now: datetime) -> tuple[date | None, str | None]:
    """The next local day and time at which the service opens."""
    local = now.astimezone(service.office.zone)
    minute = local.hour * 60 + local.minute
    later = [opens for opens, _ in calendar.intervals(service, today) if opens > minute]
    if later:
        return today, opening.clock_text(min(later))
    day = calendar.next_open_day(service, today, now)
    return day, opening.clock_text(calendar.intervals(service, day)[0][0]) if day else None

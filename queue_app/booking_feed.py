"""The bookings of an office as a calendar that other programs fetch: how many are booked when, and nothing of whom.

The address carries a secret, for calendars can send no token; a new address makes the old one worthless.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.audit import changes
from queue_app.errors import N_, NotFound
from queue_app.models import BookingFeed, Office, Service, Ticket, User
from queue_app.models.ticket import IS_LIVE

SUBJECT = "booking_feed"


@dataclass(frozen=True, slots=True)
class Booked:
    """So many live numbers of a service for a slot, ``slot`` None: for any time of the day."""

    service: Service
    day: date
    slot: datetime | None
    count: int


def renew(session: Session, office: Office, by: User | None, now: datetime) -> str:
    """A new secret for the office's address; the old one is over. It is given here once."""
    had = _take_away(session, office)
    secret = secrets.token_urlsafe(24)
    session.add(BookingFeed(office_id=office.id, digest=_digest(secret), made_at=now))
    changes.record(session, office, by, SUBJECT, {"made_at": had}, {"made_at": now.isoformat()}, now)
    return secret


def stop(session: Session, office: Office, by: User | None, now: datetime) -> None:
    """The address is over, and there is no other."""
    changes.record(session, office, by, SUBJECT, {"made_at": _take_away(session, office)}, {"made_at": None}, now)


def made_at(session: Session, office: Office) -> datetime | None:
    """Since when there is an address; None while there is none."""
    return session.scalar(select(BookingFeed.made_at).where(BookingFeed.office_id == office.id))


def office_of(session: Session, slug: str, secret: str) -> Office:
    """The office whose address this is. Raises NotFound ``unknown_feed``."""
    found = session.scalar(
        select(Office)
        .join(BookingFeed, BookingFeed.office_id == Office.id)
        .where(Office.slug == slug, BookingFeed.digest == _digest(secret))
    )
    if found is None:
        raise NotFound("unknown_feed", N_("Alamat kalender ini tidak (lagi) berlaku. Mintalah yang baru."))
    return found


def booked(session: Session, office: Office, now: datetime) -> Iterator[Booked]:
    """From today on, in the order of time."""
    rows = session.execute(
        select(Service, Ticket.day, Ticket.slot_start, func.count())
        .join(Service, Service.id == Ticket.service_id)
        .where(
            Ticket.office_id == office.id,
            Ticket.day >= opening.local_day(office, now),
            IS_LIVE,
        )
        .group_by(Service.id, Ticket.day, Ticket.slot_start)
        .order_by(Ticket.day, Ticket.slot_start.nulls_first(), Service.code)
    )
    for service, day, slot, count in rows:
        yield Booked(service, day, slot, count)


def _take_away(session: Session, office: Office) -> str | None:
    since = session.scalar(delete(BookingFeed).where(BookingFeed.office_id == office.id).returning(BookingFeed.made_at))
    return since.isoformat() if since is not None else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

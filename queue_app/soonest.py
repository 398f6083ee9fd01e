"""Where one is served soonest: the services of many offices, each with its wait now and its next free arrival slot.

Reads only. What is shown may be a minute old; within a minute an office is read once, however many ask.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from metrics.estimate import WaitRange
from queue_app import arrival, availability, forecast, opening, queries, stops
from queue_app.availability import Offer, OpenStatus
from queue_app.errors import N_, NotFound
from queue_app.models import Channel, Office, Service
from queue_app.opening import Calendar
from queue_app.visit_days.memory import Memory

MOST_OFFICES = 60
"""On one list; a city has fewer."""

_READ = Memory(600)


@dataclass(frozen=True, slots=True)
class Chance:
    """One service of an office. ``offer``: whether who comes in person is given a number now; ``wait`` is theirs, None
    where nothing honest can be said. ``slot``: the start of the next slot that can still be booked online.
    ``soonest``: when one who decides now is probably called, the later end of it; None where nobody knows.
    """

    code: str
    name_id: str
    name_en: str
    offer: Offer
    waiting: int
    wait: WaitRange | None
    slot: datetime | None
    soonest: datetime | None

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_id


@dataclass(frozen=True, slots=True)
class OfficeChances:
    """An office with its services, soonest first."""

    slug: str
    name: str
    address: str
    zone: ZoneInfo
    today: date
    status: OpenStatus
    chances: Sequence[Chance]

    @property
    def soonest(self) -> datetime | None:
        return self.chances[0].soonest if self.chances else None


def of_offices(
    session: Session, now: datetime, slugs: Sequence[str] = (), service: str = ""
) -> tuple[list[OfficeChances], list[str]]:
    """The offices (the named ones, or the first by name), the one that serves soonest first; and what services they
    have, by their Indonesian names. ``service``: only those of that name, in any case of letters.

    Raises NotFound ``unknown_office`` for a name that no office has.
    """
    read = [_remembered(session, office, now) for office in _offices(session, slugs)]
    names = sorted({chance.name_id for office in read for chance in office.chances}, key=str.casefold)
    found = [narrowed for office in read if (narrowed := _only(office, service)).chances or not service]
    return sorted(found, key=lambda office: (*_order(office.soonest), office.name)), names


def of_office(session: Session, office: Office, now: datetime) -> OfficeChances:
    """One office's services, soonest first."""
    return _remembered(session, office, now)


def _offices(session: Session, slugs: Sequence[str]) -> Sequence[Office]:
    query = select(Office).options(selectinload(Office.services)).order_by(Office.name, Office.slug)
    if not slugs:
        return session.scalars(query.limit(MOST_OFFICES)).all()
    found = session.scalars(query.where(Office.slug.in_(slugs[:MOST_OFFICES]))).all()
    if len(found) < len(set(slugs[:MOST_OFFICES])):
        raise NotFound("unknown_office", N_("Kantor itu tidak ditemukan."))
    return found


def _only(office: OfficeChances, service: str) -> OfficeChances:
    if not service:
        return office
    wanted = service.casefold()
    kept = [one for one in office.chances if wanted in (one.name_id.casefold(), one.name_en.casefold())]
    return OfficeChances(
        office.slug, office.name, office.address, office.zone, office.today, office.status, tuple(kept)
    )


def _remembered(session: Session, office: Office, now: datetime) -> OfficeChances:
    minute = int(now.timestamp()) // 60
    return _READ.remembered(session, (office.id, minute), lambda: _read(session, office, now))


def _read(session: Session, office: Office, now: datetime) -> OfficeChances:
    calendar = opening.window(session, office, now)
    today = opening.local_day(office, now)
    waits = forecast.newcomers(session, office, now)
    chances = []
    for row in queries.waiting_counts(session, office, today):
        service = row.service
        if not service.active:
            continue
        offer = availability.offer(session, service, calendar, now)
        comes_now = offer is Offer.OPEN and not stops.is_paused(service, today)
        wait = waits.get(service.id) if comes_now else None
        slot = next_slot(session, service, calendar, now)
        chances.append(
            Chance(
                code=service.code,
                name_id=service.name("id"),
                name_en=service.name("en"),
                offer=offer,
                waiting=row.count,
                wait=wait,
                slot=slot,
                soonest=min(_moments(wait, slot, now), default=None),
            )
        )
    return OfficeChances(
        slug=office.slug,
        name=office.name,
        address=office.address or "",
        zone=office.zone,
        today=today,
        status=availability.status_by(calendar, now),
        chances=tuple(sorted(chances, key=lambda chance: (*_order(chance.soonest), chance.code))),
    )


def _moments(wait: WaitRange | None, slot: datetime | None, now: datetime) -> Iterator[datetime]:
    if wait is not None and wait.after_hours != "likely":
        yield now + timedelta(minutes=wait.high_minutes)
    if slot is not None:
        yield slot


def _order(soonest: datetime | None) -> tuple[bool, float]:
    return soonest is None, soonest.timestamp() if soonest else 0.0


def next_slot(session: Session, service: Service, calendar: Calendar, now: datetime) -> datetime | None:
    """The start of the first coming arrival slot with a place for who books online; None when all are taken or shut."""
    today = opening.local_day(service.office, now)
    days = [today + timedelta(days=ahead) for ahead in range(service.office.booking_days_ahead + 1)]
    opened = [
        day
        for day in days
        if calendar.next_open_day(service, day - timedelta(days=1), now) == day
        and not stops.is_issuing_stopped(service, day)
    ]
    places = arrival.places_of(session, service, opened, now, Channel.ONLINE)
    for day, of_day in zip(opened, places, strict=True):
        if of_day.remaining == 0:
            continue
        for slot in arrival.slots(session, service, day, now):
            if slot.remaining and slot.start > now:
                return slot.start
    return None

"""When an office and its services are open, and which arrival slots a day has. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app.errors import N_, Invalid
from queue_app.models import Closure, Office, OpeningHours, Service, SlotUsage

Interval = tuple[int, int]
"""Minutes from local midnight: opens, closes."""

_SEARCH_DAYS = 60


@dataclass(frozen=True, slots=True)
class Slot:
    """An arrival window; ``start_minute`` from local midnight, ``start`` and ``end`` aware."""

    start_minute: int
    start: datetime
    end: datetime
    capacity: int
    remaining: int

    @property
    def name(self) -> str:
        return clock_text(self.start_minute)


def clock_text(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def local_day(office: Office, now: datetime) -> date:
    return now.astimezone(office.zone).date()


def local_instant(office: Office, day: date, minute: int) -> datetime:
    """The instant of a wall-clock minute of a local day; 1440 is the next midnight."""
    wall = datetime.combine(day + timedelta(days=minute // 1440), time(minute % 1440 // 60, minute % 60))
    return wall.replace(tzinfo=office.zone)


def intervals(session: Session, service: Service, day: date) -> list[Interval]:
    """The open intervals of a service on a local day, in order; empty when it is closed."""
    if session.scalar(select(Closure.id).where(Closure.office_id == service.office_id, Closure.day == day)):
        return []
    rows = session.scalars(
        select(OpeningHours)
        .where(
            OpeningHours.office_id == service.office_id,
            (OpeningHours.service_id == service.id) | OpeningHours.service_id.is_(None),
        )
        .order_by(OpeningHours.opens_minute)
    ).all()
    own = [row for row in rows if row.service_id == service.id]
    return [(row.opens_minute, row.closes_minute) for row in own or rows if row.weekday == day.weekday()]


def next_open_day(session: Session, service: Service, after: date, now: datetime) -> date | None:
    """The first day later than ``after``, not past and within the booking window, on which the service is open."""
    today = local_day(service.office, now)
    day = max(after + timedelta(days=1), today)
    last = min(today + timedelta(days=service.office.booking_days_ahead), day + timedelta(days=_SEARCH_DAYS))
    while day <= last:
        if any(closes > _minute_of(service.office, day, now) for _, closes in intervals(session, service, day)):
            return day
        day += timedelta(days=1)
    return None


def require_open_day(session: Session, service: Service, day: date, now: datetime) -> list[Interval]:
    """The open intervals of ``day``, which can still be booked.

    Raises Invalid ``past_date``, ``too_far_ahead`` or ``closed_day``, each naming the next possible day.
    """
    today = local_day(service.office, now)
    if day < today:
        raise _refused(session, service, today - timedelta(days=1), now, "past_date", _PAST)
    if day > today + timedelta(days=service.office.booking_days_ahead):
        raise _refused(session, service, today - timedelta(days=1), now, "too_far_ahead", _TOO_FAR)
    still_open = [i for i in intervals(session, service, day) if i[1] > _minute_of(service.office, day, now)]
    if not still_open:
        raise _refused(session, service, day, now, "closed_day", _CLOSED)
    return still_open


def require_open_now(session: Session, service: Service, now: datetime) -> None:
    """Raises Invalid ``closed_day`` or ``closed_now``, naming when it opens, unless a walk-in can join now."""
    today = local_day(service.office, now)
    minute = _minute_of(service.office, today, now)
    still_open = require_open_day(session, service, today, now)
    if all(opens > minute for opens, _ in still_open):
        raise Invalid(
            "closed_now",
            N_("Layanan ini belum buka. Buka pukul %(opens)s."),
            opens=clock_text(still_open[0][0]),
            next_date=today,
        )


def slots(session: Session, service: Service, day: date, now: datetime) -> list[Slot]:
    """The arrival slots of an open day that have not ended. Raises as ``require_open_day``."""
    open_intervals = require_open_day(session, service, day, now)
    taken = {
        row.start_minute: row.taken
        for row in session.scalars(select(SlotUsage).where(SlotUsage.service_id == service.id, SlotUsage.day == day))
    }
    return [
        Slot(
            start_minute=start,
            start=local_instant(service.office, day, start),
            end=local_instant(service.office, day, end),
            capacity=service.slot_capacity,
            remaining=max(0, service.slot_capacity - taken.get(start, 0)),
        )
        for start, end in _windows(open_intervals, service.slot_minutes)
        if local_instant(service.office, day, end) > now
    ]


def _windows(open_intervals: list[Interval], minutes: int) -> Iterator[Interval]:
    for opens, closes in open_intervals:
        for start in range(opens, closes, minutes):
            yield start, min(start + minutes, closes)


def _minute_of(office: Office, day: date, now: datetime) -> int:
    """The local minute of ``now`` when it falls on ``day``; -1 for a later day (nothing of it has passed)."""
    local = now.astimezone(office.zone)
    return local.hour * 60 + local.minute if local.date() == day else -1


_PAST = N_("Tanggal itu sudah lewat. Hari terdekat yang bisa dipilih: %(next_date)s.")
_TOO_FAR = N_("Tanggal itu terlalu jauh. Hari terdekat yang bisa dipilih: %(next_date)s.")
_CLOSED = N_("Layanan tutup pada hari itu. Hari terdekat yang bisa dipilih: %(next_date)s.")
_NEVER_OPEN = N_("Layanan ini belum memiliki jam buka dalam waktu dekat. Silakan hubungi kantor.")


def _refused(session: Session, service: Service, after: date, now: datetime, code: str, message: str) -> Invalid:
    day = next_open_day(session, service, after, now)
    return Invalid(code, message if day else _NEVER_OPEN, next_date=day)

"""What the citizen's pages show: when the office is open, how busy its services are, which times can be chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import forecast, opening, queries
from queue_app.errors import N_, QueueError
from queue_app.lifecycle import TicketState
from queue_app.models import Closure, DailySequence, Office, OpeningHours, Service, Ticket
from queue_app.opening import Interval, Slot

_DAYS_OFFERED = 7
_CLOSURES_SHOWN = timedelta(days=30)
_PARTS_OF_DAY = (
    (5 * 60, N_("Dini hari")),
    (11 * 60, N_("Pagi")),
    (15 * 60, N_("Siang")),
    (18 * 60, N_("Sore")),
    (24 * 60, N_("Malam")),
)
"""Until which minute, and its name."""
_NO_DAY = N_("Saat ini tidak ada hari yang bisa dipilih untuk layanan ini. Silakan hubungi kantor.")
_QUOTA_FULL = N_("Kuota layanan ini untuk hari itu sudah habis. Silakan pilih hari lain.")


@dataclass(frozen=True, slots=True)
class OpenStatus:
    """Whether somebody can come in now. ``closes`` while open; otherwise when it opens next, if that is known."""

    is_open: bool
    closes: str | None = None
    next_day: date | None = None
    opens: str | None = None


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Weekdays (0 Monday) from ``first`` to ``last`` that have the same hours; none: closed."""

    first: int
    last: int
    hours: tuple[Interval, ...]

    @property
    def is_round_the_clock(self) -> bool:
        return self.hours == ((0, 1440),)

    @property
    def texts(self) -> list[str]:
        return [f"{opening.clock_text(opens)}–{opening.clock_text(closes)}" for opens, closes in self.hours]


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service with its line now. ``wait``: what the last in its line may expect. ``next_day``: the first day with
    opening time left."""

    service: Service
    waiting: int
    wait: forecast.WaitRange | None
    next_day: date | None


@dataclass(frozen=True, slots=True)
class DayOption:
    day: date
    is_full: bool


@dataclass(frozen=True, slots=True)
class SlotGroup:
    """The arrival slots of one part of the day; ``name`` is a message id."""

    name: str
    slots: Sequence[Slot]

    @property
    def free(self) -> int:
        return sum(slot.remaining > 0 for slot in self.slots)


@dataclass(frozen=True, slots=True)
class Times:
    """The choice of a day and an arrival slot. ``refusal`` says why ``day`` cannot be had,
    ``next_day`` is another that can."""

    days: Sequence[DayOption]
    day: date | None
    groups: Sequence[SlotGroup]
    today: date
    last_day: date
    refusal: QueueError | None = None
    next_day: date | None = None

    @property
    def slot_count(self) -> int:
        return sum(len(group.slots) for group in self.groups)


def open_status(session: Session, office: Office, now: datetime) -> OpenStatus:
    """Whether any service of the office can be had at this moment."""
    today = opening.local_day(office, now)
    minute = _minute(office, now)
    offered = [service for service in office.services if service.active]
    hours = [interval for service in offered for interval in opening.intervals(session, service, today)]
    closing = [closes for opens, closes in hours if opens <= minute < closes]
    if closing:
        return OpenStatus(is_open=True, closes=opening.clock_text(max(closing)))
    later_today = [opens for opens, _ in hours if opens > minute]
    if later_today:
        return OpenStatus(is_open=False, next_day=today, opens=opening.clock_text(min(later_today)))
    found = [
        (day, opening.intervals(session, service, day)[0][0])
        for service in offered
        if (day := opening.next_open_day(session, service, today, now)) is not None
    ]
    if not found:
        return OpenStatus(is_open=False)
    day, opens = min(found)
    return OpenStatus(is_open=False, next_day=day, opens=opening.clock_text(opens))


def week(session: Session, office: Office) -> list[HoursRow]:
    """The office's own hours, Monday to Sunday, equal neighbours as one row."""
    rows = session.scalars(
        select(OpeningHours)
        .where(OpeningHours.office_id == office.id, OpeningHours.service_id.is_(None))
        .order_by(OpeningHours.weekday, OpeningHours.opens_minute)
    ).all()
    by_day = [
        (weekday, tuple((row.opens_minute, row.closes_minute) for row in rows if row.weekday == weekday))
        for weekday in range(7)
    ]
    groups = [(hours, [weekday for weekday, _ in days]) for hours, days in groupby(by_day, key=lambda day: day[1])]
    return [HoursRow(days[0], days[-1], hours) for hours, days in groups]


def closures(session: Session, office: Office, now: datetime) -> Sequence[Closure]:
    """The days of the coming weeks on which the office stays closed."""
    today = opening.local_day(office, now)
    return session.scalars(
        select(Closure)
        .where(Closure.office_id == office.id, Closure.day.between(today, today + _CLOSURES_SHOWN))
        .order_by(Closure.day)
    ).all()


def service_rows(session: Session, office: Office, now: datetime) -> list[ServiceRow]:
    """The offered services with their lines."""
    today = opening.local_day(office, now)
    waits = _last_waits(session, office, now)
    return [
        ServiceRow(
            service=row.service,
            waiting=row.count,
            wait=waits.get(row.service.id),
            next_day=opening.next_open_day(session, row.service, today - timedelta(days=1), now),
        )
        for row in queries.waiting_counts(session, office, today)
        if row.service.active
    ]


def times(session: Session, service: Service, wanted: date | None, now: datetime) -> Times:
    """The days that can be chosen, and the slots of ``wanted`` (None: of the first day that has a place)."""
    today = opening.local_day(service.office, now)
    days = _day_options(session, service, today, now)
    free = [option.day for option in days if not option.is_full]
    day = wanted or (free[0] if free else None)
    refusal, slots = _slots(session, service, day, now)
    if day is not None and refusal is None and all(option.day != day for option in days):
        days = [*days, DayOption(day, is_full=False)]
    others = [other for other in free if other != day]
    return Times(
        days=days,
        day=day,
        groups=_in_groups(slots),
        today=today,
        last_day=today + timedelta(days=service.office.booking_days_ahead),
        refusal=refusal,
        next_day=next((other for other in others if day is None or other > day), others[0] if others else None),
    )


def _slots(
    session: Session, service: Service, day: date | None, now: datetime
) -> tuple[QueueError | None, Sequence[Slot]]:
    """Why nothing can be had on ``day``, or its slots."""
    if day is None:
        return QueueError("no_day", _NO_DAY), []
    try:
        found = opening.slots(session, service, day, now)
    except QueueError as refusal:
        return refusal, []
    if _full_days(session, service, day, day):
        return QueueError("quota_full", _QUOTA_FULL, day=day), []
    return None, found


def _day_options(session: Session, service: Service, today: date, now: datetime) -> list[DayOption]:
    days: list[date] = []
    day = opening.next_open_day(session, service, today - timedelta(days=1), now)
    while day is not None and len(days) < _DAYS_OFFERED:
        days.append(day)
        day = opening.next_open_day(session, service, day, now)
    full = _full_days(session, service, days[0], days[-1]) if days else set()
    return [DayOption(day, day in full) for day in days]


def _full_days(session: Session, service: Service, first: date, last: date) -> set[date]:
    if service.daily_quota is None:
        return set()
    return set(
        session.scalars(
            select(DailySequence.day).where(
                DailySequence.service_id == service.id,
                DailySequence.day.between(first, last),
                DailySequence.taken >= service.daily_quota,
            )
        )
    )


def _in_groups(slots: Sequence[Slot]) -> list[SlotGroup]:
    groups = groupby(slots, key=lambda slot: _part_of_day(slot.start_minute))
    return [SlotGroup(name, list(found)) for name, found in groups]


def _part_of_day(minute: int) -> str:
    return next(name for until, name in _PARTS_OF_DAY if minute < until)


def _last_waits(session: Session, office: Office, now: datetime) -> Mapping[int, forecast.WaitRange]:
    """By service, what whoever stands last in its line may expect."""
    places = forecast.places(session, office, now)
    line = session.execute(
        select(Ticket.id, Ticket.service_id)
        .where(
            Ticket.office_id == office.id,
            Ticket.day == opening.local_day(office, now),
            Ticket.state == TicketState.WAITING,
        )
        .order_by(Ticket.due_at, Ticket.id)
    )
    known = [(service_id, places[ticket_id].estimate) for ticket_id, service_id in line if ticket_id in places]
    return {service_id: estimate for service_id, estimate in known if estimate is not None}


def _minute(office: Office, now: datetime) -> int:
    local = now.astimezone(office.zone)
    return local.hour * 60 + local.minute

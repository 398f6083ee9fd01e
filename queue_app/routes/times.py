"""Which days and arrival slots a citizen can choose, for the pages that book a place or move one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from queue_app import arrival, opening, stops
from queue_app.arrival import Slot
from queue_app.capacity import Held
from queue_app.errors import N_, QueueError
from queue_app.models import Channel, Service

_DAYS_OFFERED = 7
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
class DayOption:
    """``opens``: when its first places open, as none is open yet. ``is_stopped``: no new numbers are given."""

    day: date
    is_full: bool
    opens: datetime | None = None
    is_stopped: bool = False

    @property
    def is_free(self) -> bool:
        return not (self.is_full or self.is_stopped) and self.opens is None


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
    ``next_day`` is another that can. ``opens``: when more online places of the day open. ``held``: the place of this
    day that is kept for whoever asks; ``own_day``: the day of the booking that is being moved. ``zone``: what the
    office's time is called."""

    days: Sequence[DayOption]
    day: date | None
    groups: Sequence[SlotGroup]
    today: date
    last_day: date
    zone: str
    needs_slot: bool
    refusal: QueueError | None = None
    next_day: date | None = None
    opens: datetime | None = None
    held: Held | None = None
    own_day: date | None = None

    @property
    def slot_count(self) -> int:
        return sum(len(group.slots) for group in self.groups)

    @property
    def held_day(self) -> date | None:
        """The day on which whoever asks has a place, so that it is not full for them."""
        return self.held.day if self.held else self.own_day

    @property
    def held_slot(self) -> str:
        return opening.clock_text(self.held.start_minute) if self.held else ""


def times(
    session: Session,
    service: Service,
    wanted: date | None,
    now: datetime,
    held: Held | None = None,
    own_day: date | None = None,
) -> Times:
    """The days that can be chosen, and the slots of ``wanted`` (None: of the held place, or of the first day that has
    one). Neither the day of the held place nor ``own_day``, that of a booking to be moved, counts as full; that booking
    needs no new number on its day."""
    today = opening.local_day(service.office, now)
    kept = held if held is not None and held.service_id == service.id and held.expires_at > now else None
    days = _day_options(session, service, today, now)
    free = [option.day for option in days if option.is_free]
    day = wanted or (kept.day if kept else None) or (free[0] if free else None)
    kept = kept if kept is not None and kept.day == day else None
    refusal, slots = _slots(session, service, day, now)
    is_own = day is not None and day == own_day
    passes = {"quota_full"} if kept is not None else {"quota_full", "issuing_stopped"} if is_own else set()
    if day is not None and refusal is not None and refusal.code in passes:
        refusal, slots = None, arrival.slots(session, service, day, now)
    if day is not None and refusal is None and all(option.day != day for option in days):
        days = [*days, DayOption(day, is_full=False)]
    others = [other for other in free if other != day]
    return Times(
        days=days,
        day=day,
        groups=_in_groups(slots),
        today=today,
        last_day=today + timedelta(days=service.office.booking_days_ahead),
        zone=opening.zone_name(service.office, now),
        needs_slot=service.online_needs_slot,
        refusal=refusal,
        next_day=next((other for other in others if day is None or other > day), others[0] if others else None),
        opens=arrival.next_opening(service, day, now) if day is not None and refusal is None else None,
        held=kept,
        own_day=own_day,
    )


def _slots(
    session: Session, service: Service, day: date | None, now: datetime
) -> tuple[QueueError | None, Sequence[Slot]]:
    """Why nothing can be had on ``day``, or its slots."""
    if day is None:
        return QueueError("no_day", _NO_DAY), []
    try:
        found = arrival.slots(session, service, day, now)
        stops.require_issued(session, service, day)
    except QueueError as refusal:
        return refusal, []
    (places,) = arrival.places_of(session, service, [day], now, Channel.ONLINE)
    if places.remaining != 0:
        return None, found
    if places.opens is not None:
        return arrival.not_released(service, places.opens), []
    return QueueError("quota_full", _QUOTA_FULL, day=day), []


def _day_options(session: Session, service: Service, today: date, now: datetime) -> list[DayOption]:
    calendar = opening.window(session, service.office, now)
    days: list[date] = []
    day = calendar.next_open_day(service, today - timedelta(days=1), now)
    while day is not None and len(days) < _DAYS_OFFERED:
        days.append(day)
        day = calendar.next_open_day(service, day, now)
    places = arrival.places_of(session, service, days, now, Channel.ONLINE)
    return [
        DayOption(
            day,
            is_full=of_day.remaining == 0,
            opens=of_day.opens if of_day.remaining == 0 else None,
            is_stopped=stops.is_issuing_stopped(service, day),
        )
        for day, of_day in zip(days, places, strict=True)
    ]


def _in_groups(slots: Sequence[Slot]) -> list[SlotGroup]:
    groups = groupby(slots, key=lambda slot: _part_of_day(slot.start_minute))
    return [SlotGroup(name, list(found)) for name, found in groups]


def _part_of_day(minute: int) -> str:
    return next(name for until, name in _PARTS_OF_DAY if minute < until)

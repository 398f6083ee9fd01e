"""The arrival slots of a day, and how many places each channel may have of a slot and of the day. Reads only."""

from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Integer, bindparam, select
from sqlalchemy.orm import Session

from queue_app import no_shows, opening, release
from queue_app.errors import N_, Invalid, NotFound, QueueError
from queue_app.models import Channel, DailySequence, Service, SlotHold, SlotUsage
from queue_app.opening import Interval
from queue_app.prepared import Prepared

ALL_CHANNELS = "taken"
"""The column that counts all channels together."""


# Composed once; those of a stretch of days also answer for days between them, of which nobody asks.
_DAYS = bindparam("first", type_=Date), bindparam("last", type_=Date)
_OF_SERVICE = bindparam("of_service", type_=Integer)
_TAKEN = Prepared(
    select(DailySequence.__table__).where(DailySequence.service_id == _OF_SERVICE, DailySequence.day.between(*_DAYS)),
    flushes=True,
)
_EXPIRED = Prepared(
    select(SlotHold.day, SlotHold.start_minute, SlotHold.channel).where(
        SlotHold.service_id == _OF_SERVICE, SlotHold.day.between(*_DAYS), SlotHold.expires_at <= bindparam("now")
    ),
    flushes=True,
)
_TAKEN_OF_SLOTS = Prepared(
    select(SlotUsage.__table__).where(SlotUsage.service_id == _OF_SERVICE, SlotUsage.day == bindparam("of_day")),
    flushes=True,
)


@dataclass(frozen=True, slots=True)
class Slot:
    """An arrival window; ``start_minute`` from local midnight, ``start`` and ``end`` aware.

    ``capacity`` counts places for all channels, ``online_limit`` how many of them online may take by now, and
    ``online_share`` once all of them are released. ``remaining`` is what the channel that asked may still take.
    """

    start_minute: int
    start: datetime
    end: datetime
    capacity: int
    online_limit: int
    online_share: int
    remaining: int

    @property
    def name(self) -> str:
        return opening.clock_text(self.start_minute)


@dataclass(frozen=True, slots=True)
class DayPlaces:
    """The places of a whole day for one channel, slots aside. None: no limit.

    ``limit`` is the channel's own by now, ``share`` once all of it is released; ``remaining`` what it may still take.
    ``opens`` is when online gets more.
    """

    quota: int | None
    limit: int | None
    share: int | None
    remaining: int | None
    opens: datetime | None


def slots(
    session: Session, service: Service, day: date, now: datetime, channel: Channel = Channel.ONLINE
) -> list[Slot]:
    """The arrival slots of an open day that ``channel`` can still book, full ones too. Raises as
    ``opening.require_open_day``."""
    return [
        slot for slot in _all_slots(session, service, day, now, channel) if not _is_late(slot, service, channel, now)
    ]


def find_slot(session: Session, service: Service, day: date, minute: int, channel: Channel, now: datetime) -> Slot:
    """The slot at ``minute``. Raises as ``slots``, NotFound ``unknown_slot``, Invalid ``lead_time_over``."""
    found = next((s for s in _all_slots(session, service, day, now, channel) if s.start_minute == minute), None)
    if found is None:
        raise NotFound("unknown_slot", N_("Sesi kedatangan itu tidak ada atau sudah lewat."))
    if _is_late(found, service, channel, now):
        raise Invalid(
            "lead_time_over",
            N_("Pendaftaran daring untuk sesi pukul %(slot)s ditutup %(minutes)s menit sebelumnya. Pilih sesi lain."),
            slot=found.name,
            minutes=service.lead_minutes,
        )
    return found


def places_of(session: Session, service: Service, days: list[date], now: datetime, channel: Channel) -> list[DayPlaces]:
    """The places of each of ``days`` for ``channel``, in one or two queries."""
    taken = {row.day: row for row in _TAKEN.all(session, _asked(service, days))} if days else {}
    expired = _expired_holds(session, service, days, now)
    return [_places(service, day, taken.get(day), expired, channel, now) for day in days]


def _asked(service: Service, days: Sequence[date]) -> dict[str, Any]:
    return {"of_service": service.id, "first": min(days), "last": max(days)}


def not_released(service: Service, opens: datetime) -> QueueError:
    local = opens.astimezone(service.office.zone)
    return QueueError(
        "not_released",
        N_("Tempat daring berikutnya untuk hari itu dibuka %(opens_date)s pukul %(opens)s %(zone)s."),
        opens_date=local.date(),
        opens=local.strftime("%H:%M"),
        zone=opening.zone_name(service.office, opens),
    )


def counted_in(channel: Channel) -> str:
    """The column that counts the channel's places of a day."""
    return f"taken_{channel.value}"


def limits_of_day(service: Service, day: date, channel: Channel, now: datetime) -> tuple[int | None, int | None]:
    """The channel's own limit of a day by now, and once everything is released. None: no limit."""
    share = {
        Channel.ONLINE: service.online_quota,
        Channel.KIOSK: service.kiosk_quota,
        Channel.RECEPTION: service.reception_quota,
    }[channel]
    if channel is not Channel.ONLINE or not service.release:
        return share, share
    whole = service.daily_quota if share is None else share
    if whole is None:
        return None, None
    return whole * opened_percent(service, day, now) // 100, whole


def opened_percent(service: Service, day: date, now: datetime) -> int:
    return release.opened_percent(release.stages(service.release), day, service.office.zone, now)


def next_opening(service: Service, day: date, now: datetime) -> datetime | None:
    """When the next share of the day's online places opens."""
    return release.next_opening(release.stages(service.release), day, service.office.zone, now)


def _all_slots(session: Session, service: Service, day: date, now: datetime, channel: Channel) -> Iterator[Slot]:
    open_intervals = opening.require_open_day(session, service, day, now)
    taken = {row.start_minute: row for row in _TAKEN_OF_SLOTS.all(session, {"of_service": service.id, "of_day": day})}
    expired = _expired_holds(session, service, [day], now)
    opened = opened_percent(service, day, now)
    for start, end in _windows(open_intervals, service.slot_minutes):
        ends = opening.local_instant(service.office, day, end)
        planned = service.capacity_at(start)
        if ends <= now or (service.slot_plan and not planned):
            continue
        capacity = planned + no_shows.extra_places(session, service, planned, now)
        share = capacity * service.online_share_percent // 100
        usage = taken.get(start)
        limit = release.opened_places(share, opened, start // service.slot_minutes)
        left = capacity - (usage.taken if usage else 0) + expired[day, start, ALL_CHANNELS]
        if channel is Channel.ONLINE:
            left_online = limit - (usage.taken_online if usage else 0) + expired[day, start, counted_in(channel)]
            left = min(left, left_online)
        yield Slot(
            start_minute=start,
            start=opening.local_instant(service.office, day, start),
            end=ends,
            capacity=capacity,
            online_limit=limit,
            online_share=share,
            remaining=max(0, left),
        )


def _windows(open_intervals: list[Interval], minutes: int) -> Iterator[Interval]:
    for opens, closes in open_intervals:
        for start in range(opens, closes, minutes):
            yield start, min(start + minutes, closes)


def _is_late(slot: Slot, service: Service, channel: Channel, now: datetime) -> bool:
    if channel is not Channel.ONLINE or service.lead_minutes is None:
        return False
    return slot.start - timedelta(minutes=service.lead_minutes) <= now


def _places(
    service: Service,
    day: date,
    row: Any,
    expired: "Tally[tuple[date, int | None, str]]",
    channel: Channel,
    now: datetime,
) -> DayPlaces:
    limit, share = limits_of_day(service, day, channel, now)
    quota, own = service.daily_quota, counted_in(channel)
    left = [
        most - (getattr(row, column) if row else 0) + expired[day, None, column]
        for most, column in ((quota, ALL_CHANNELS), (limit, own))
        if most is not None
    ]
    closed = channel is Channel.ONLINE and opened_percent(service, day, now) == 0
    return DayPlaces(
        quota=quota,
        limit=limit,
        share=share,
        remaining=0 if closed else max(0, min(left)) if left else None,
        opens=next_opening(service, day, now) if channel is Channel.ONLINE else None,
    )


def _expired_holds(
    session: Session, service: Service, days: list[date], now: datetime
) -> "Tally[tuple[date, int | None, str]]":
    """Places that are still counted as taken though nobody holds them any more: by day, by slot (None: of the day) and
    by column. They are free for whoever asks next."""
    found: Tally[tuple[date, int | None, str]] = Tally()
    rows = _EXPIRED.all(session, {**_asked(service, days), "now": now}) if days else ()
    for day, minute, channel in rows:
        for of in (minute, None):
            found[day, of, ALL_CHANNELS] += 1
            found[day, of, counted_in(channel)] += 1
    return found

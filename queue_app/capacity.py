"""Places of a day and of its arrival slots: taken, held for a while, moved and freed.

A held place counts as taken. Once its time is over it is freed by whoever finds nothing left, and by the server every
minute. How places are counted, and in which order rows are locked, stands in ``counting``.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from queue_app import arrival, counting, opening
from queue_app.arrival import Slot
from queue_app.counting import Taker
from queue_app.database import Database
from queue_app.errors import N_, Invalid, QueueError
from queue_app.models import Channel, Service, SlotHold

HOLD_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a service on a local day; ``start_minute`` names the arrival slot (None: any time of the day)."""

    service: Service
    day: date
    start_minute: int | None
    channel: Channel

    @property
    def slot_start(self) -> datetime | None:
        if self.start_minute is None:
            return None
        return opening.local_instant(self.service.office, self.day, self.start_minute)

    @property
    def taker(self) -> Taker:
        return Taker(self.service.id, self.day, self.start_minute, self.channel)


@dataclass(frozen=True, slots=True)
class Held:
    """A place that is kept for somebody until ``expires_at``. ``token`` turns it into a booking."""

    token: str
    service_id: int
    day: date
    start_minute: int
    channel: Channel
    expires_at: datetime

    @property
    def taker(self) -> Taker:
        return Taker(self.service_id, self.day, self.start_minute, self.channel)


def take(session: Session, place: Place, now: datetime) -> int:
    """Take a place of the day, and of the slot where one is named, and the day's next number.

    Raises as ``arrival.find_slot``, Invalid ``slot_needed``; QueueError ``quota_full``, ``channel_quota_full``,
    ``slot_full``, ``online_share_full`` or ``not_released``.
    """
    slot = _checked(session, place, now)
    number = _take_of_day(session, place, now, numbers=1)
    _take_of_slot(session, place, slot, now)
    return number


def take_further(session: Session, place: Place, now: datetime) -> None:
    """Take a place of the day for a further service of a visit, which has its arrival and number from the first.

    Raises QueueError ``quota_full``, ``channel_quota_full`` or ``not_released``.
    """
    _take_of_day(session, place, now, numbers=0)


def take_held(session: Session, token: str, place: Place, now: datetime, beside: Sequence[Place] = ()) -> int:
    """Turn a held place into one that is taken for good; the day's next number. A hold can be used once. The days of
    ``beside`` are locked with it, in their order.

    Raises QueueError ``hold_expired``, Invalid ``other_hold`` when it is for another place, ``closed_day``.
    """
    opening.require_open_day(session, place.service, place.day, now)
    found = counting.take_hold(session, SlotHold.token == token, SlotHold.expires_at > now)
    if found is None:
        raise _hold_expired()
    if found != place.taker:
        raise Invalid("other_hold", N_("Tempat yang dipegang bukan untuk layanan, hari atau jam itu."))
    if beside:
        counting.lock_days(session, [found, *(other.taker for other in beside)])
    return counting.next_number(session, found)


def take_instead(session: Session, new: Place, old: Place, now: datetime) -> int | None:
    """Take ``new`` and free ``old``; the next number of another day, None when the day stays the same.

    Raises as ``take``.
    """
    counting.lock_days(session, [new.taker, old.taker])
    slot = _checked(session, new, now)
    number = None
    if new.day != old.day:
        number = _take_of_day(session, new, now, numbers=1)
        counting.free_of_days(session, [old.taker])
    if new.taker != old.taker:
        _take_of_slot(session, new, slot, now)
        counting.free_of_slots(session, [old.taker])
    return number


def free(session: Session, places: Iterable[Place]) -> None:
    """Give taken places back. Their numbers are not given again."""
    counting.free(session, [place.taker for place in places])


def lock(session: Session, place: Place) -> None:
    """Keep the places of the day as they are, for all slots and channels, until this transaction ends."""
    counting.lock_days(session, [place.taker])


def hold(session: Session, place: Place, browser: str | None, now: datetime) -> Held:
    """Keep a place of a slot for ``HOLD_FOR``. A ``browser`` has one: another lets go of the first, the same is
    given again with the time that it has left.

    Raises as ``take``.
    """
    if place.start_minute is None:
        raise _slot_needed()
    before = held_by(session, browser, for_change=True)
    if before is not None:
        if before.taker == place.taker and before.expires_at > now:
            return before
        counting.take_hold(session, SlotHold.token == before.token)
        counting.lock_days(session, [before.taker, place.taker])
        counting.free(session, [before.taker])
    slot = _checked(session, place, now)
    _take_of_day(session, place, now, numbers=0)
    _take_of_slot(session, place, slot, now)
    made = Held(
        secrets.token_urlsafe(16), place.service.id, place.day, place.start_minute, place.channel, now + HOLD_FOR
    )
    session.add(SlotHold(browser=browser, **{name: getattr(made, name) for name in Held.__slots__}))
    session.flush()
    return made


def give_up(session: Session, service: Service, token: str) -> Taker | None:
    """Let go of a held place; which it was, if there was one."""
    return _let_go(session, SlotHold.service_id == service.id, SlotHold.token == token)


def held_by(session: Session, browser: str | None, *, for_change: bool = False) -> Held | None:
    """What a browser holds, perhaps no longer. ``for_change``: its other windows wait until this transaction ends."""
    if browser is None:
        return None
    if for_change:
        counting.lock_browser(session, browser)
    return _held(session, SlotHold.browser == browser, for_change)


def held(session: Session, token: str, now: datetime) -> Held:
    """The hold behind a token. Raises QueueError ``hold_expired`` when there is none (any more)."""
    found = _held(session, SlotHold.token == token, for_change=False)
    if found is None or found.expires_at <= now:
        raise _hold_expired()
    return found


def free_expired(database: Database, now: datetime) -> None:
    """Free every place whose hold is over; run every minute, by several processes if need be."""
    with database.read() as session:
        is_due = session.scalar(select(SlotHold.id).where(SlotHold.expires_at <= now).limit(1)) is not None
    if is_due:
        with database.write() as session:
            counting.free_holds(session, SlotHold.expires_at <= now)


def _let_go(session: Session, *which: ColumnElement[bool]) -> Taker | None:
    found = counting.take_hold(session, *which)
    if found is not None:
        counting.free(session, [found])
    return found


def _held(session: Session, which: ColumnElement[bool], for_change: bool) -> Held | None:
    query = select(*(getattr(SlotHold, name) for name in Held.__slots__)).where(which)
    row = session.execute(query.with_for_update() if for_change else query).one_or_none()
    return Held(*row) if row is not None else None


def _hold_expired() -> QueueError:
    return QueueError("hold_expired", N_("Waktu memegang tempat itu sudah habis. Silakan pilih jam sekali lagi."))


def _slot_needed() -> Invalid:
    return Invalid("slot_needed", N_("Pilih jam kedatangan; layanan ini tidak dapat didaftar tanpa jam."))


def _checked(session: Session, place: Place, now: datetime) -> Slot | None:
    """The slot, if the place has one. Refuses what is no place at all, whoever took what."""
    service, channel = place.service, place.channel
    if place.start_minute is not None:
        return arrival.find_slot(session, service, place.day, place.start_minute, channel, now)
    if channel is Channel.ONLINE:
        if service.online_needs_slot:
            raise _slot_needed()
        opens = arrival.next_opening(service, place.day, now)
        if opens is not None and arrival.opened_percent(service, place.day, now) == 0:
            raise arrival.not_released(service, opens)
    return None


def _take_of_day(session: Session, place: Place, now: datetime, *, numbers: int) -> int:
    """Count a place of the day, and ``numbers`` (0 or 1) numbers; the last number given."""
    quota = place.service.daily_quota
    limit, share = arrival.limits_of_day(place.service, place.day, place.channel, now)
    last = counting.count_of_day(session, place.taker, quota, limit, numbers)
    if last is None and _free_expired_beside(session, place, now):
        last = counting.count_of_day(session, place.taker, quota, limit, numbers)
    if last is not None:
        return last
    if quota is not None and counting.taken_of_day(session, place.taker) >= quota:
        raise QueueError(
            "quota_full", N_("Kuota layanan ini untuk hari itu sudah habis. Silakan pilih hari lain."), day=place.day
        )
    _require_released(place, limit != share, now)
    raise QueueError("channel_quota_full", _CHANNEL_QUOTA_FULL[place.channel], day=place.day)


def _take_of_slot(session: Session, place: Place, slot: Slot | None, now: datetime) -> None:
    """Count a place of the slot, if there is one."""
    if slot is None or counting.count_of_slot(session, place.taker, slot.capacity, slot.online_limit):
        return
    if _free_expired_beside(session, place, now) and counting.count_of_slot(
        session, place.taker, slot.capacity, slot.online_limit
    ):
        return
    if counting.taken_of_slot(session, place.taker) >= slot.capacity:
        raise QueueError("slot_full", N_("Sesi kedatangan itu sudah penuh. Silakan pilih sesi lain."), slot=slot.name)
    _require_released(place, slot.online_limit != slot.online_share, now)
    raise QueueError(
        "online_share_full",
        N_("Tempat daring untuk sesi itu sudah habis; sisanya disediakan bagi warga yang datang langsung."),
        slot=slot.name,
    )


_CHANNEL_QUOTA_FULL = {
    Channel.ONLINE: N_(
        "Tempat daring untuk hari itu sudah habis; sisanya disediakan bagi warga yang datang langsung. Pilih hari lain."
    ),
    Channel.KIOSK: N_("Nomor dari mesin untuk hari itu sudah habis. Silakan ke meja penerima."),
    Channel.RECEPTION: N_("Nomor dari meja penerima untuk hari itu sudah habis."),
}


def _require_released(place: Place, more_comes: bool, now: datetime) -> None:
    """Raises QueueError ``not_released``, naming when, if online places of the day are still to open."""
    opens = arrival.next_opening(place.service, place.day, now)
    if more_comes and opens is not None:
        raise arrival.not_released(place.service, opens)


def _free_expired_beside(session: Session, place: Place, now: datetime) -> bool:
    """Free what is held no longer of the same service and day; whether there was any."""
    return counting.free_holds(
        session, SlotHold.service_id == place.service.id, SlotHold.day == place.day, SlotHold.expires_at <= now
    )

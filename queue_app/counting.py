"""The rows that count places: of a day, of a slot, and what is held. One guarded UPDATE each, so that no limit is ever
passed, however many ask at once.

Whoever changes several rows locks them in one order, so that nobody waits in a ring: a ticket, a browser and its hold,
days in their order, slots, and the office's version last. A day's row is locked before any of its slots, and so guards
them all. Holds that have expired are taken up by one and passed over by everybody else, never waited for.
"""

import hashlib
from collections import Counter as Tally
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, case, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from queue_app.arrival import counted_in
from queue_app.database import insert_or_ignore
from queue_app.models import Channel, DailySequence, SlotHold, SlotUsage
from queue_app.prepared import Prepared

_UNSYNCHRONISED = {"synchronize_session": False}


class Taker(NamedTuple):
    """One place as it is counted: of which service and day, of which slot (None: any time), for whom."""

    service_id: int
    day: date
    start_minute: int | None
    channel: Channel


_OF_HOLD = (SlotHold.service_id, SlotHold.day, SlotHold.start_minute, SlotHold.channel)


def count_of_day(session: Session, taker: Taker, quota: int | None, own_limit: int | None, numbers: int) -> int | None:
    """Count a place of the day, and ``numbers`` (0 or 1) numbers; the last number given, None when a limit is reached.

    None as a limit: there is none. ``own_limit`` is that of the taker's channel.
    """
    statement = _count_of_day(counted_in(taker.channel), quota is not None, own_limit is not None)
    values = {
        "of_service": taker.service_id,
        "of_day": taker.day,
        "numbers": numbers,
        "quota": quota,
        "own_limit": own_limit,
    }
    last: int | None = statement.scalar(session, values)
    if last is None:
        insert_or_ignore(session, DailySequence, service_id=taker.service_id, day=taker.day)
        last = statement.scalar(session, values)
    return last


@cache
def _count_of_day(own_name: str, has_quota: bool, has_limit: bool) -> Prepared:
    """Composed once for each channel and kind of limit: composing it takes longer than running it."""
    table = DailySequence.metadata.tables["daily_sequence"]
    day, own = table.c, table.c[own_name]
    return Prepared(
        update(table)
        .where(day.service_id == bindparam("of_service"), day.day == bindparam("of_day"))
        .where(*([day.taken < bindparam("quota")] if has_quota else []))
        .where(*([own < bindparam("own_limit")] if has_limit else []))
        .values({"last": day.last + bindparam("numbers"), "taken": day.taken + 1, own.key: own + 1})
        .returning(day.last)
    )


def count_of_slot(session: Session, taker: Taker, capacity: int, online_limit: int) -> bool:
    """Count a place of the slot; whether it was free."""
    online = int(taker.channel is Channel.ONLINE)
    guards = [SlotUsage.taken < capacity, *([SlotUsage.taken_online < online_limit] if online else [])]
    statement = (
        update(SlotUsage)
        .where(*_of_slot(taker), *guards)
        .values(taken=SlotUsage.taken + 1, taken_online=SlotUsage.taken_online + online)
        .returning(SlotUsage.taken)
        .execution_options(**_UNSYNCHRONISED)
    )
    taken = session.scalar(statement)
    if taken is None:
        insert_or_ignore(
            session, SlotUsage, service_id=taker.service_id, day=taker.day, start_minute=taker.start_minute
        )
        taken = session.scalar(statement)
    return taken is not None


def next_number(session: Session, taker: Taker) -> int:
    """The day's next number, for a place that is counted already."""
    return session.execute(
        update(DailySequence)
        .where(*_of_day(taker))
        .values(last=DailySequence.last + 1)
        .returning(DailySequence.last)
        .execution_options(**_UNSYNCHRONISED)
    ).scalar_one()


def taken_of_day(session: Session, taker: Taker) -> int:
    """How many places of the day are taken, by all channels."""
    return session.execute(select(DailySequence.taken).where(*_of_day(taker))).scalar_one()


def taken_of_slot(session: Session, taker: Taker) -> int:
    """How many places of the slot are taken, by all channels."""
    return session.execute(select(SlotUsage.taken).where(*_of_slot(taker))).scalar_one()


def free(session: Session, takers: Iterable[Taker]) -> None:
    """Take places off their days and slots."""
    places = list(takers)
    free_of_days(session, places)
    free_of_slots(session, places)


def free_of_days(session: Session, takers: Iterable[Taker]) -> None:
    for taker, count in sorted(Tally(taker._replace(start_minute=None) for taker in takers).items()):
        own = _own(taker.channel)
        session.execute(
            update(DailySequence)
            .where(*_of_day(taker))
            .values({"taken": _less(DailySequence.taken, count), own.key: _less(own, count)})
            .execution_options(**_UNSYNCHRONISED)
        )


def free_of_slots(session: Session, takers: Iterable[Taker]) -> None:
    for taker, count in Tally(taker for taker in takers if taker.start_minute is not None).items():
        online = count if taker.channel is Channel.ONLINE else 0
        session.execute(
            update(SlotUsage)
            .where(*_of_slot(taker))
            .values(taken=_less(SlotUsage.taken, count), taken_online=_less(SlotUsage.taken_online, online))
            .execution_options(**_UNSYNCHRONISED)
        )


def take_hold(session: Session, *which: ColumnElement[bool]) -> Taker | None:
    """Remove the one hold that fits; the place, which stays counted. Of several callers one gets it."""
    row = session.execute(
        delete(SlotHold).where(*which).returning(*_OF_HOLD).execution_options(**_UNSYNCHRONISED)
    ).one_or_none()
    return Taker(*row) if row is not None else None


def free_holds(session: Session, *which: ColumnElement[bool]) -> bool:
    """Free the held places that fit, but for those that somebody else is freeing; whether there was any."""
    found = session.execute(
        select(SlotHold.id, *_OF_HOLD).where(*which).order_by(SlotHold.id).with_for_update(skip_locked=True)
    ).all()
    if found:
        ids = [row[0] for row in found]
        session.execute(delete(SlotHold).where(SlotHold.id.in_(ids)).execution_options(**_UNSYNCHRONISED))
        free(session, [Taker(*row[1:]) for row in found])
    return bool(found)


def lock_browser(session: Session, browser: str) -> None:
    """Let the windows of one browser take turns: before the first hold there is no row that could be locked."""
    if session.get_bind().dialect.name != "sqlite":
        key = int.from_bytes(hashlib.sha256(browser.encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(key)))


def lock_days(session: Session, takers: Iterable[Taker]) -> None:
    """Lock several days, and so their slots, before the first is changed. SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "sqlite":
        return
    for taker in sorted({Taker(taker.service_id, taker.day, None, Channel.ONLINE) for taker in takers}):
        insert_or_ignore(session, DailySequence, service_id=taker.service_id, day=taker.day)
        session.execute(select(DailySequence.last).where(*_of_day(taker)).with_for_update())


def _less(column: InstrumentedAttribute[int], count: int) -> ColumnElement[int]:
    """Never below nothing: rows from before channels were counted know only the sum."""
    return case((column > count, column - count), else_=0)


def _of_day(taker: Taker) -> tuple[ColumnElement[bool], ...]:
    return DailySequence.service_id == taker.service_id, DailySequence.day == taker.day


def _of_slot(taker: Taker) -> tuple[ColumnElement[bool], ...]:
    return (
        SlotUsage.service_id == taker.service_id,
        SlotUsage.day == taker.day,
        SlotUsage.start_minute == taker.start_minute,
    )


def _own(channel: Channel) -> InstrumentedAttribute[int]:
    column: InstrumentedAttribute[int] = getattr(DailySequence, counted_in(channel))
    return column

"""The waiting list of a full day or slot. A place that comes free goes to the first in the list by itself.

Who frees a place gives it away in the same transaction (``serve``), and whoever wants a new place serves the list
before looking for one: so a place is never free for others while somebody waits for it. All of that happens under the
lock of the day's row (see ``counting``), which puts joining, freeing and giving in one order.

Nobody is placed with less than ``NOTICE``: an entry lapses then, or earlier where the slot closes earlier for online.
A place that was given is an ordinary booking. Whoever doesn't want it cancels it, and the next in the list gets it.
"""

import secrets
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from queue_app import capacity, cooling_off, counting, issuing, kept_settings, opening
from queue_app.capacity import Place
from queue_app.database import Database
from queue_app.errors import N_, Invalid, NotFound, QueueError
from queue_app.lifecycle import Action
from queue_app.models import Category, Channel, Outcome, Relation, Service, Standby, Ticket
from queue_app.personal import Holder, Sealed, Vault
from queue_app.writer import Entry

NOTICE = timedelta(minutes=30)
LONGEST = 50
"""Entries of one service and day; whoever stands further back would only be given hope."""

FULL_DAY = frozenset({"quota_full", "channel_quota_full"})
FULL_SLOT = frozenset({"slot_full", "online_share_full"})
FULL = FULL_DAY | FULL_SLOT
"""Refusals after which the waiting list is offered."""

# Composed once: it is asked for with every number.
_AWAITED = (
    select(Standby.id)
    .where(Standby.service_id == bindparam("of_service"), Standby.day == bindparam("of_day"), Standby.outcome.is_(None))
    .limit(1)
)

_NOT_YET = frozenset({"not_released", "issuing_stopped"})


def join(
    session: Session,
    vault: Vault,
    place: Place,
    holder: Holder,
    now: datetime,
    *,
    category: Category = Category.REGULAR,
    relation: Relation = Relation.SELF,
    language: str = "id",
    browser: str,
    key: str | None = None,
    admit: Callable[[Session], None] | None = None,
) -> tuple[Standby, bool]:
    """Stand in the list for a place that is taken, and say whether the entry is new. ``key`` makes a retry harmless.

    ``admit`` uses up what a place costs (a proof of work). ``browser`` tells apart people of whom neither NIK nor phone
    is known. Raises as ``capacity.take``; QueueError ``place_available``, ``already_listed``, ``list_full``,
    ``nik_has_ticket``, ``cooling_off``, Invalid ``too_late``, and what ``admit`` raises.
    """
    counting.lock_days(session, [place.taker])
    before = session.scalar(select(Standby).where(Standby.form_key == key)) if key else None
    if before is not None:
        return before, False
    if admit is not None:
        admit(session)
    sealed = vault.sealed(holder)
    issuing.require_nik(place, sealed)
    issuing.require_free(session, place.service.id, sealed.nik_hash)
    cooling_off.require(session, place.service.office, sealed.nik_hash, place.day, now)
    serve(session, place.service, place.day, now)
    _require_full(session, place, now)
    entry = Standby(
        public_id=secrets.token_urlsafe(16),
        office_id=place.service.office_id,
        service_id=place.service.id,
        day=place.day,
        slot_start=place.slot_start,
        category=category,
        relation=relation,
        language=language,
        created_at=now,
        form_key=key,
        holder_key=vault.person(holder, browser),
        **asdict(sealed),
    )
    if now >= _lapses_at(session, place):
        raise Invalid("too_late", _TOO_LATE, minutes=int(NOTICE.total_seconds() // 60))
    if len(_line(session, place.service, place.day)) >= LONGEST:
        raise QueueError("list_full", N_("Daftar tunggu hari itu sudah panjang. Silakan pilih hari lain."))
    try:
        with session.begin_nested():
            session.add(entry)
    except IntegrityError as error:
        if "holder" not in str(error.orig):
            raise
        raise QueueError(
            "already_listed", N_("Anda sudah ada di daftar tunggu layanan ini. Satu orang satu tempat di daftar.")
        ) from error
    return entry, True


def serve(session: Session, service: Service, day: date, now: datetime) -> list[Ticket]:
    """Give what is free of a service's day to those who wait for it, first come first; the bookings that were made."""
    if not _is_awaited(session, service, day):
        return []
    counting.lock_days(session, [Place(service, day, None, Channel.ONLINE).taker])
    given: list[Ticket] = []
    full: set[datetime] = set()
    for entry in _line(session, service, day):
        place = place_of(entry)
        if now >= _lapses_at(session, place):
            _end(entry, Outcome.LAPSED, now)
        elif entry.slot_start not in full:
            refusal = _give(session, entry, place, now, given)
            if refusal in FULL_DAY:
                break
            if refusal in FULL_SLOT and entry.slot_start is not None:
                full.add(entry.slot_start)
    session.flush()
    return given


def tend(database: Database, now: datetime) -> None:
    """Look after every list once a minute: places also come free by time alone, and entries lapse by it."""
    with database.read() as session:
        lists = session.execute(
            select(Standby.service_id, Standby.day).where(Standby.outcome.is_(None)).distinct().order_by(Standby.day)
        ).all()
    for service_id, day in lists:
        with database.write() as session:
            serve(session, session.get_one(Service, service_id), day, now)


def leave(entry: Standby, now: datetime) -> Standby:
    """Step out of the list. Doing it twice is harmless. Raises QueueError ``already_placed``."""
    if entry.outcome is Outcome.PLACED:
        raise QueueError("already_placed", N_("Anda sudah mendapat tempat. Buka tiketnya bila tidak jadi datang."))
    if entry.outcome is None:
        _end(entry, Outcome.LEFT, now)
    return entry


def find(session: Session, public_id: str, *, for_change: bool = False) -> Standby:
    """The entry behind an unguessable id; ``for_change`` locks its row. Raises NotFound ``unknown_entry``."""
    query = select(Standby).where(Standby.public_id == public_id)
    entry = session.scalar(query.with_for_update() if for_change else query)
    if entry is None:
        raise NotFound("unknown_entry", N_("Tempat di daftar tunggu itu tidak ditemukan. Periksa kembali alamatnya."))
    return entry


def position(session: Session, entry: Standby) -> int | None:
    """The entry's place among those who wait for the same slot (or for any time of that day); None once it ended."""
    if entry.outcome is not None:
        return None
    return session.scalar(
        select(func.count())
        .select_from(Standby)
        .where(
            Standby.service_id == entry.service_id,
            Standby.day == entry.day,
            Standby.slot_start == entry.slot_start if entry.slot_start else Standby.slot_start.is_(None),
            Standby.outcome.is_(None),
            Standby.id <= entry.id,
        )
    )


def came_from(session: Session, ticket: Ticket) -> Standby | None:
    """The entry that this ticket's place was given to; None for an ordinary booking."""
    return session.scalar(select(Standby).where(Standby.ticket_id == ticket.id))


def place_of(entry: Standby) -> Place:
    minute = None
    if entry.slot_start is not None:
        local = entry.slot_start.astimezone(entry.office.zone)
        minute = local.hour * 60 + local.minute
    return Place(entry.service, entry.day, minute, Channel.ONLINE)


def lapses_at(session: Session, entry: Standby) -> datetime:
    """Until when the entry can be given a place."""
    return _lapses_at(session, place_of(entry))


_TOO_LATE = N_("Untuk waktu itu sudah terlambat: daftar tunggu ditutup %(minutes)s menit sebelumnya.")


def _lapses_at(session: Session, place: Place) -> datetime:
    service = place.service
    if place.slot_start is not None:
        return place.slot_start - max(NOTICE, timedelta(minutes=service.lead_minutes or 0))
    hours = opening.calendar(session, service.office, place.day, place.day).intervals(service, place.day)
    closes = max((closes for _, closes in hours), default=0)
    return opening.local_instant(service.office, place.day, closes) - NOTICE


def _require_full(session: Session, place: Place, now: datetime) -> None:
    """Raises QueueError ``place_available`` when there is something to take, and whatever else taking would be refused
    with but that it is full."""
    trial = session.begin_nested()
    try:
        capacity.take(session, place, now)
    except QueueError as refusal:
        if refusal.code not in FULL:
            raise
    else:
        raise QueueError("place_available", N_("Masih ada tempat pada waktu itu; silakan langsung mendaftar."))
    finally:
        trial.rollback()


def _give(session: Session, entry: Standby, place: Place, now: datetime, given: list[Ticket]) -> str:
    """Book the place for the entry if there is one; why not, as the code of a refusal, empty when it was booked."""
    try:
        with session.begin_nested():
            number = capacity.take(session, place, now)
            ticket = issuing.enter(
                session,
                place,
                number,
                Action.BOOK,
                Entry(now, data={"standby": entry.id}),
                holder=_holder(entry),
                category=entry.category,
                relation=entry.relation,
            )
    except QueueError as refusal:
        if refusal.code == "nik_has_ticket":
            _end(entry, Outcome.HAS_TICKET, now)
        elif refusal.code not in FULL | _NOT_YET:
            _end(entry, Outcome.LAPSED, now)  # the day was closed, or the slot is no more
        return refusal.code
    entry.ticket_id = ticket.id
    _end(entry, Outcome.PLACED, now)
    given.append(ticket)
    return ""


def _end(entry: Standby, outcome: Outcome, now: datetime) -> None:
    entry.outcome, entry.ended_at = outcome, now
    entry.name_sealed = entry.phone_sealed = entry.nik_hash = entry.nik_last4 = None
    entry.phone_hash = entry.holder_key = None


def _holder(entry: Standby) -> Sealed:
    return Sealed(entry.name_sealed, entry.phone_sealed, entry.nik_hash, entry.nik_last4, entry.phone_hash)


def _is_awaited(session: Session, service: Service, day: date) -> bool:
    if not kept_settings.may_be_awaited(session, service.office_id):
        return False
    return session.connection().execute(_AWAITED, {"of_service": service.id, "of_day": day}).scalar() is not None


def _line(session: Session, service: Service, day: date) -> list[Standby]:
    return list(
        session.scalars(
            select(Standby)
            .where(Standby.service_id == service.id, Standby.day == day, Standby.outcome.is_(None))
            .order_by(Standby.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )

"""Getting a place: book for today or a later day, join now, check in, move it, give it up."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select, true, update
from sqlalchemy.orm import Session

from queue_app import discipline, idempotency, lifecycle, opening, writer
from queue_app.database import insert_or_ignore
from queue_app.errors import N_, NotFound, QueueError, StaleTicket
from queue_app.lifecycle import Action, TicketState
from queue_app.models import Category, Channel, DailySequence, Office, Service, SlotUsage, Ticket
from queue_app.personal import Holder, Vault
from queue_app.writer import Entry


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """What a citizen asks for: a local ``day`` (None: today), ``slot`` the start of an arrival slot in minutes from
    local midnight (None: any time that day)."""

    service: Service
    channel: Channel
    day: date | None = None
    slot: int | None = None
    holder: Holder = field(default_factory=Holder)
    category: Category = Category.REGULAR

    def as_text(self) -> str:
        """The same for the same request: what an idempotency key stands for."""
        return repr((self.service.id, self.channel, self.day, self.slot, self.holder, self.category))


def issue(
    session: Session, vault: Vault, request: BookingRequest, now: datetime, key: str | None = None
) -> tuple[Ticket, bool]:
    """Give a citizen a number, and say whether it is a new one. ``key`` makes a retry harmless.

    A kiosk or the reception joins the waiting at once when it is for today; anything else is a booking.

    Raises Invalid (``closed_day``, ``past_date``, ``too_far_ahead``, ``closed_now``), NotFound (``unknown_slot``,
    ``unknown_service``), QueueError (``slot_full``, ``quota_full``).
    """
    ticket, is_new = idempotency.once(
        session,
        scope=f"issue:{request.service.office_id}",
        key=key,
        request=request.as_text(),
        now=now,
        act=lambda: _issue(session, vault, request, now),
    )
    if ticket is None:
        raise LookupError("an issuing key without its ticket")
    return ticket, is_new


def _issue(session: Session, vault: Vault, request: BookingRequest, now: datetime) -> Ticket:
    service, slot, holder = request.service, request.slot, request.holder
    if not service.active:
        raise NotFound("unknown_service", N_("Layanan ini tidak ada di kantor ini."))
    today = opening.local_day(service.office, now)
    day = request.day or today
    joins = request.channel is not Channel.ONLINE and day == today and slot is None
    if joins:
        opening.require_open_now(session, service, now)
    else:
        opening.require_open_day(session, service, day, now)
    slot_start = _take_slot(session, service, day, slot, now) if slot is not None else None
    number = _take_number(session, service, day)
    ticket = Ticket(
        public_id=secrets.token_urlsafe(16),
        office_id=service.office_id,
        service_id=service.id,
        numbered_by_id=service.id,
        day=day,
        number=number,
        label=label(service, number),
        channel=request.channel,
        category=request.category,
        slot_start=slot_start,
        due_at=now if joins else None,
        name_sealed=vault.seal(holder.name),
        phone_sealed=vault.seal(holder.phone),
        nik_hash=vault.nik_hash(holder.nik),
        nik_last4=holder.nik[-4:] if holder.nik else None,
    )
    return writer.enter(session, ticket, Action.JOIN if joins else Action.BOOK, Entry(now))


def label(service: Service, number: int) -> str:
    return f"{service.prefix}-{number:03d}"


def check_in(session: Session, ticket: Ticket, now: datetime, version: int | None = None) -> Ticket:
    """The citizen is here: the booking joins the waiting. Doing it twice is harmless.

    Raises QueueError ``not_today``, IllegalMove, StaleTicket.
    """
    if ticket.state is TicketState.WAITING:
        return ticket
    _require_version(ticket, version)
    lifecycle.target(Action.CHECK_IN, ticket.state)
    if ticket.day != opening.local_day(ticket.office, now):
        raise QueueError("not_today", N_("Tiket ini berlaku untuk %(day)s, bukan hari ini."), 409, day=ticket.day)
    return writer.move(session, ticket, Action.CHECK_IN, Entry(now), due_at=discipline.due_at(now, ticket.slot_start))


def cancel(session: Session, ticket: Ticket, now: datetime, version: int | None = None) -> Ticket:
    """The citizen gives the place up; its slot and quota are free again. Doing it twice is harmless.

    Raises IllegalMove, StaleTicket.
    """
    if ticket.state is TicketState.CANCELLED:
        return ticket
    _require_version(ticket, version)
    writer.move(session, ticket, Action.CANCEL, Entry(now))
    _free_places(session, ticket.office, ticket.numbered_by_id, ticket.day, ticket.slot_start)
    return ticket


def reschedule(
    session: Session, ticket: Ticket, now: datetime, *, day: date, slot: int | None, version: int | None = None
) -> Ticket:
    """Move a booking to another day or slot. On another day it gets that day's next number; its page stays.

    Raises as ``issue``, and IllegalMove, StaleTicket.
    """
    _require_version(ticket, version)
    lifecycle.target(Action.RESCHEDULE, ticket.state)
    service, old_day, old_slot = ticket.service, ticket.day, ticket.slot_start
    opening.require_open_day(session, service, day, now)
    slot_start = _take_slot(session, service, day, slot, now) if slot is not None else None
    changes: dict[str, object] = {"slot_start": slot_start, "day": day}
    if day != old_day:
        number = _take_number(session, service, day)
        changes |= {"number": number, "label": label(service, number)}
    data = {"from_day": old_day.isoformat(), "from_label": ticket.label}
    writer.move(session, ticket, Action.RESCHEDULE, Entry(now, data=data), **changes)
    _free_places(session, ticket.office, service.id, old_day if day != old_day else None, old_slot)
    return ticket


def find(session: Session, public_id: str, *, for_change: bool = False) -> Ticket:
    """The ticket behind an unguessable id; ``for_change`` locks its row. Raises NotFound ``unknown_ticket``."""
    query = select(Ticket).where(Ticket.public_id == public_id)
    ticket = session.scalar(query.with_for_update() if for_change else query)
    if ticket is None:
        raise NotFound("unknown_ticket", N_("Tiket tidak ditemukan. Periksa kembali alamat atau kode QR Anda."))
    return ticket


def _require_version(ticket: Ticket, version: int | None) -> None:
    if version is not None and version != ticket.version:
        raise StaleTicket(ticket.state)


def _take_number(session: Session, service: Service, day: date) -> int:
    """The next number of the day, by one UPDATE that also guards the quota. Raises QueueError ``quota_full``."""
    quota = service.daily_quota
    statement = (
        update(DailySequence)
        .where(
            DailySequence.service_id == service.id,
            DailySequence.day == day,
            true() if quota is None else DailySequence.taken < quota,
        )
        .values(last=DailySequence.last + 1, taken=DailySequence.taken + 1)
        .returning(DailySequence.last)
        .execution_options(synchronize_session=False)
    )
    number = session.scalar(statement)
    if number is None:
        insert_or_ignore(session, DailySequence, service_id=service.id, day=day, last=0, taken=0)
        number = session.scalar(statement)
    if number is None:
        raise QueueError(
            "quota_full", N_("Kuota layanan ini untuk hari itu sudah habis. Silakan pilih hari lain."), day=day
        )
    return number


def _take_slot(session: Session, service: Service, day: date, slot: int, now: datetime) -> datetime:
    """Take one place of an arrival slot; its start. Raises ``unknown_slot`` or ``slot_full``."""
    found = next((s for s in opening.slots(session, service, day, now) if s.start_minute == slot), None)
    if found is None:
        raise NotFound("unknown_slot", N_("Sesi kedatangan itu tidak ada atau sudah lewat."))
    insert_or_ignore(session, SlotUsage, service_id=service.id, day=day, start_minute=slot, taken=0)
    taken = session.scalar(
        update(SlotUsage)
        .where(
            SlotUsage.service_id == service.id,
            SlotUsage.day == day,
            SlotUsage.start_minute == slot,
            SlotUsage.taken < service.slot_capacity,
        )
        .values(taken=SlotUsage.taken + 1)
        .returning(SlotUsage.taken)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise QueueError("slot_full", N_("Sesi kedatangan itu sudah penuh. Silakan pilih sesi lain."), slot=found.name)
    return found.start


def _free_places(
    session: Session, office: Office, service_id: int, day: date | None, slot_start: datetime | None
) -> None:
    if day is not None:
        session.execute(
            update(DailySequence)
            .where(DailySequence.service_id == service_id, DailySequence.day == day, DailySequence.taken > 0)
            .values(taken=DailySequence.taken - 1)
            .execution_options(synchronize_session=False)
        )
    if slot_start is not None:
        start = slot_start.astimezone(office.zone)
        session.execute(
            update(SlotUsage)
            .where(
                SlotUsage.service_id == service_id,
                SlotUsage.day == start.date(),
                SlotUsage.start_minute == start.hour * 60 + start.minute,
                SlotUsage.taken > 0,
            )
            .values(taken=SlotUsage.taken - 1)
            .execution_options(synchronize_session=False)
        )

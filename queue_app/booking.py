"""Getting a place: book for today or a later day, join now, check in, move it, give it up."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from queue_app import (
    capacity,
    cooling_off,
    counting,
    discipline,
    idempotency,
    issuing,
    kept_settings,
    legs,
    lifecycle,
    line,
    opening,
    session_rows,
    standby,
    stops,
    writer,
)
from queue_app.capacity import Held, Place
from queue_app.counting import Taker
from queue_app.discipline import Arrival
from queue_app.errors import N_, Forbidden, NotFound, QueueError, StaleTicket
from queue_app.lifecycle import Action, TicketState
from queue_app.models import Category, Channel, Relation, Service, Ticket, User
from queue_app.personal import Holder, Vault
from queue_app.prepared import Prepared
from queue_app.presence import Proof
from queue_app.writer import Entry

# Composed once: every request asks it. What each answer names beside the ticket is read with it.
_FOUND = (
    select(Ticket)
    .where(Ticket.public_id == bindparam("named"))
    .options(joinedload(Ticket.office), joinedload(Ticket.service), joinedload(Ticket.counter))
)
_FOUND_FOR_CHANGE = _FOUND.with_for_update(of=Ticket)
_SHOWN = Prepared(select(Ticket.__table__).where(Ticket.public_id == bindparam("named")))


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """What a citizen asks for: a local ``day`` (None: today), ``slot`` the start of an arrival slot in minutes from
    local midnight (None: any time that day). ``hold`` names a place that is kept for this booking; day and slot may
    then be left out. ``relation`` says whose data ``holder`` is. ``also``: further services of the same visit, in
    order; ``visit_id``: the template they come from. ``checklist``: the citizen confirmed the list of papers."""

    service: Service
    channel: Channel
    day: date | None = None
    slot: int | None = None
    holder: Holder = field(default_factory=Holder)
    category: Category = Category.REGULAR
    relation: Relation = Relation.SELF
    hold: str | None = None
    also: tuple[Service, ...] = ()
    visit_id: int | None = None
    checklist: bool = False

    @property
    def taker(self) -> Taker | None:
        """The place as it is counted; None while the day is not said."""
        return Taker(self.service.id, self.day, self.slot, self.channel) if self.day else None

    def as_text(self) -> str:
        """The same for the same request: what an idempotency key stands for. Whether the place was held is no matter
        of it, unless the hold alone says which place."""
        place = (self.day, self.slot, self.hold if self.slot is None else None)
        asked = (self.service.id, self.channel, place, self.holder, self.category, self.relation)
        return repr((*asked, [service.id for service in self.also]) if self.also else asked)


def issue(
    session: Session,
    vault: Vault,
    request: BookingRequest,
    now: datetime,
    key: str | None = None,
    admit: Callable[[Session], None] | None = None,
    actor: User | None = None,
) -> tuple[Ticket, bool]:
    """Give a citizen a number, and say whether it is a new one. ``key`` makes a retry harmless.

    A kiosk or the reception joins the waiting at once when it is for today; anything else is a booking. ``admit`` uses
    up whatever a new number costs (a proof of work); a retry costs nothing. ``actor``: which of the staff gave it.

    Raises as ``capacity.take`` and ``take_held``, Invalid ``closed_now`` or ``nik_required``, NotFound
    ``unknown_service``, QueueError ``nik_has_ticket``, ``cooling_off`` or ``issuing_stopped``, as ``legs.asked``, and
    what ``admit`` raises.
    """
    ticket, is_new = idempotency.once(
        session,
        scope=f"issue:{request.service.office_id}",
        key=key,
        request="" if key is None else vault.fingerprint(request.as_text()),  # it holds a NIK
        now=now,
        act=lambda: _issue(session, vault, request, now, admit, actor),
    )
    if ticket is None:
        raise LookupError("an issuing key without its ticket")
    return ticket, is_new


def _issue(
    session: Session,
    vault: Vault,
    request: BookingRequest,
    now: datetime,
    admit: Callable[[Session], None] | None,
    actor: User | None,
) -> Ticket:
    service = request.service
    if not service.active:
        raise NotFound("unknown_service", N_("Layanan ini tidak ada di kantor ini."))
    if admit is not None:
        admit(session)
    place, holder = _place(session, request, now), vault.sealed(request.holder)
    joins = _joins_now(request.channel, place, now)
    if joins:
        opening.require_open_now(session, service, now)
    elif place.start_minute is None:
        opening.require_open_day(session, service, place.day, now)
    issuing.require_nik(place, holder)
    issuing.require_free(session, service.id, holder.nik_hash)
    _require_no_cooling_off(session, place, holder.nik_hash, now)
    further = legs.asked(session, place, request.also, holder.nik_hash, now)
    if request.hold is None:
        if further:
            counting.lock_days(session, [each.taker for each in (place, *further)])
        standby.serve(session, service, place.day, now)
        number = capacity.take(session, place, now)
    else:
        number = capacity.take_held(session, request.hold, place, now, beside=further)
    legs.take(session, further, now)
    return issuing.enter(
        session,
        place,
        number,
        Action.JOIN if joins else Action.BOOK,
        Entry(now, actor, data={"checklist": True} if request.checklist else None),
        holder=holder,
        category=request.category,
        relation=request.relation,
        legs=[each.service.code for each in further],
        visit_id=request.visit_id,
    )


def hold(
    session: Session,
    service: Service,
    now: datetime,
    *,
    day: date | None,
    slot: int | None,
    channel: Channel = Channel.ONLINE,
    browser: str | None = None,
) -> Held:
    """Keep a place of a slot while somebody fills in the form (``day`` None: today). Raises as ``capacity.hold``."""
    place = Place(service, day or opening.local_day(service.office, now), slot, channel)
    before = capacity.held_by(session, browser, for_change=True)
    if before is not None:
        counting.lock_days(session, [place.taker, before.taker])
    standby.serve(session, service, place.day, now)
    made = capacity.hold(session, place, browser, now)
    if before is not None:
        standby.serve(session, session.get_one(Service, before.service_id), before.day, now)
    return made


def give_up(session: Session, service: Service, token: str, now: datetime) -> bool:
    """Let go of a held place, for whoever is next; whether there was one."""
    let_go = capacity.give_up(session, service, token)
    if let_go is not None:
        standby.serve(session, service, let_go.day, now)
    return let_go is not None


def _place(session: Session, request: BookingRequest, now: datetime) -> Place:
    """Which place is asked for; what the request leaves out, its hold says."""
    day, slot = request.day, request.slot
    if request.hold is not None and slot is None:
        kept = capacity.held(session, request.hold, now)
        day, slot = day or kept.day, kept.start_minute
    return Place(request.service, day or opening.local_day(request.service.office, now), slot, request.channel)


def _joins_now(channel: Channel, place: Place, now: datetime) -> bool:
    """Whether the citizen stands here already: at the kiosk or the reception, for today, at no certain time."""
    is_today = place.day == opening.local_day(place.service.office, now)
    return channel is not Channel.ONLINE and is_today and place.start_minute is None


def _require_no_cooling_off(session: Session, place: Place, nik_hash: str | None, now: datetime) -> None:
    if place.channel is Channel.ONLINE:
        cooling_off.require(session, place.service.office, nik_hash, place.day, now)


def check_in(
    session: Session,
    ticket: Ticket,
    now: datetime,
    version: int | None = None,
    *,
    proof: Proof | None = None,
    actor: User | None = None,
) -> Ticket:
    """The citizen is here: the booking joins the waiting. Doing it twice is harmless.

    ``proof`` says how being here was shown, ``actor`` which of the staff did it. Raises QueueError ``not_today``,
    Forbidden ``presence_needed``, IllegalMove, StaleTicket.
    """
    if ticket.state is TicketState.WAITING:
        return ticket
    _require_version(ticket, version)
    lifecycle.target(Action.CHECK_IN, ticket.state)
    if ticket.day != opening.local_day(ticket.office, now):
        raise QueueError("not_today", N_("Tiket ini berlaku untuk %(day)s, bukan hari ini."), 409, day=ticket.day)
    if proof is None and ticket.office.presence_required:
        raise Forbidden(
            "presence_needed",
            N_("Tunjukkan bahwa Anda sudah di kantor: pindai kode QR di layar, pakai kios, atau temui petugas."),
        )
    data = {"arrival": arrival_of(ticket, now), "presence": proof}
    entry = Entry(now, actor, data={name: value.value for name, value in data.items() if value is not None})
    if ticket.slot_start is None:
        due_at = line.due_at_the_end(session, ticket.service, ticket.day, ticket.category, now)
    else:
        due_at = discipline.due_at(now, ticket.slot_start)
    return writer.move(session, ticket, Action.CHECK_IN, entry, due_at=due_at)


def arrival_of(ticket: Ticket, at: datetime) -> Arrival | None:
    """How coming ``at`` an instant stands to the booked slot; None without a slot."""
    if ticket.slot_start is None:
        return None
    end = ticket.slot_start + timedelta(minutes=ticket.service.slot_minutes)
    return discipline.arrival(at, ticket.slot_start, end, timedelta(minutes=ticket.office.grace_minutes))


def cancel(
    session: Session, ticket: Ticket, now: datetime, version: int | None = None, *, entry: Entry | None = None
) -> Ticket:
    """The citizen gives the place up, and whoever is first in the waiting list gets it. Doing it twice is harmless.
    ``entry``: which of the staff did it, and why.

    Raises IllegalMove, StaleTicket.
    """
    if ticket.state is TicketState.CANCELLED:
        return ticket
    _require_version(ticket, version)
    lifecycle.target(Action.CANCEL, ticket.state)
    unused = legs.unused(session, ticket)
    capacity.free(session, unused)
    writer.move(session, ticket, Action.CANCEL, entry or Entry(now))
    for place in unused:
        standby.serve(session, place.service, place.day, now)
    return ticket


def reschedule(
    session: Session, ticket: Ticket, now: datetime, *, day: date, slot: int | None, version: int | None = None
) -> Ticket:
    """Move a booking to another day or slot. On another day it gets that day's next number; its page stays.

    Raises as ``issue``, and IllegalMove, StaleTicket.
    """
    _require_version(ticket, version)
    lifecycle.target(Action.RESCHEDULE, ticket.state)
    service, (old, *old_further) = ticket.service, legs.unused(session, ticket)
    new = Place(service, day, slot, ticket.channel)
    further = [replace(place, day=day) for place in old_further]
    for place in (new, *further):
        opening.require_open_day(session, place.service, day, now)
    _require_no_cooling_off(session, new, ticket.nik_hash, now)
    counting.lock_days(session, [place.taker for place in (new, old, *further, *old_further)])
    standby.serve(session, service, day, now)
    number = capacity.take_instead(session, new, old, now)
    if day != old.day:
        stops.require_issued(session, service, day)
    changes: dict[str, object] = {"slot_start": new.slot_start, "day": day}
    if number is not None:
        changes |= {"number": number, "label": issuing.label(service, number)}
        legs.take(session, further, now)
        capacity.free(session, old_further)
    data = {"from_day": old.day.isoformat(), "from_label": ticket.label}
    writer.move(session, ticket, Action.RESCHEDULE, Entry(now, data=data), **changes)
    for place in (old, *old_further):
        standby.serve(session, place.service, place.day, now)
    return ticket


def find(session: Session, public_id: str, *, for_change: bool = False) -> Ticket:
    """The ticket behind an unguessable id; ``for_change`` locks its row. Raises NotFound ``unknown_ticket``."""
    ticket = session.scalar(_FOUND_FOR_CHANGE if for_change else _FOUND, {"named": public_id})
    if ticket is None:
        raise unknown_ticket()
    return ticket


def find_to_show(session: Session, public_id: str) -> Ticket:
    """The same for what only reads: the session then goes by what is remembered of the ticket's office."""
    row = _SHOWN.one_or_none(session, {"named": public_id})
    if row is None:
        raise unknown_ticket()
    ticket = session_rows.loaded(session, Ticket, row._asdict())
    kept_settings.use(session, ticket.office_id)
    kept_settings.name(session, ticket)
    return ticket


def unknown_ticket() -> NotFound:
    return NotFound("unknown_ticket", N_("Tiket tidak ditemukan. Periksa kembali alamat atau kode QR Anda."))


def _require_version(ticket: Ticket, version: int | None) -> None:
    if version is not None and version != ticket.version:
        raise StaleTicket(ticket.state)

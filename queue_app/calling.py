"""Calling: who is next for a counter, claimed by one officer, with the reason in the log."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from queue_app import (
    booking,
    database,
    discipline,
    idempotency,
    keeping,
    kept_settings,
    lifecycle,
    line,
    more_time,
    opening,
    recipients,
    scope,
    shifts,
    stops,
    writer,
)
from queue_app.errors import N_, Forbidden, NotFound, QueueError, StaleTicket
from queue_app.lifecycle import Action, ShiftState, TicketState
from queue_app.models import Shift, Ticket, User
from queue_app.scope import OFFERED, Scope
from queue_app.writer import Entry

# Composed once: every call and every move at the desk asks these.
_FOUND = select(Ticket).where(Ticket.public_id == bindparam("named"))
_FOUND_FOR_CHANGE = _FOUND.with_for_update()
_CLAIM = (
    select(Ticket)
    .where(Ticket.id == bindparam("chosen"), Ticket.state == TicketState.WAITING, OFFERED)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def call_next(session: Session, officer: User, counter_id: int, now: datetime, key: str | None = None) -> Ticket | None:
    """Claim the ticket that is next for this counter; None when nobody is waiting. ``key`` makes a retry harmless.

    Raises QueueError ``counter_not_open``, ``counter_paused`` or ``counter_busy``, NotFound ``unknown_counter``.
    """

    kept_settings.use(session, officer.office_id)
    kept_settings.name(session, officer)

    def act() -> Ticket | None:
        shift = _ready_shift(session, officer, counter_id)
        claimed = _claim_next(session, shift, opening.local_day(officer.office, now), now)
        if claimed is None:
            return None
        ticket, data = claimed
        return seated(session, ticket, Action.CALL, shift, Entry(now, officer, data=data))

    ticket, _ = idempotency.once(
        session, scope=f"call:{officer.id}", key=key, request=f"call_next {counter_id}", now=now, act=act
    )
    return ticket


def call_chosen(
    session: Session, officer: User, counter_id: int, public_id: str, now: datetime, note: str | None = None
) -> Ticket:
    """Call one ticket out of turn; that it was chosen, and the officer's words, stand in the log.

    Calling twice the one that was just called is harmless. Raises as ``call_next``, and NotFound ``unknown_ticket``,
    IllegalMove, QueueError ``not_today`` or ``service_paused``, Forbidden ``other_service`` or ``officer_lacks_skill``.
    """
    shift = shifts.at_counter(session, officer, counter_id)
    ticket = find(session, officer, public_id)
    if ticket.state is TicketState.CALLED and ticket.officer_id == officer.id:
        return ticket
    require_ready(session, shift)
    if ticket.day != opening.local_day(officer.office, now):
        raise QueueError("not_today", N_("Tiket ini berlaku untuk %(day)s, bukan hari ini."), 409, day=ticket.day)
    lifecycle.target(Action.CALL, ticket.state)
    _require_served(session, shift, ticket)
    stops.require_called(session, ticket.service, ticket.day)
    reason = discipline.chosen(line.as_waiting(ticket), officer.office.rule, now)
    return seated(session, ticket, Action.CALL, shift, Entry(now, officer, writer.short(note), reason.as_data()))


def _require_served(session: Session, shift: Shift, ticket: Ticket) -> None:
    if ticket.service not in shift.counter.services:
        raise Forbidden(
            "other_service",
            N_(
                "Loket %(number)s tidak melayani layanan %(service)s. Minta loket yang melayaninya memanggil tiket ini."
            ),
            number=shift.counter.number,
            service=ticket.service.code,
        )
    recipients.require_skill(session, shift, ticket.service)


def find(session: Session, officer: User, public_id: str, *, for_change: bool = True) -> Ticket:
    """A ticket of the officer's own office, locked unless said otherwise. Raises NotFound ``unknown_ticket``."""
    kept_settings.use(session, officer.office_id)
    ticket = session.scalar(_FOUND_FOR_CHANGE if for_change else _FOUND, {"named": public_id})
    if ticket is None:
        raise booking.unknown_ticket()
    if ticket.office_id != officer.office_id:
        raise NotFound("unknown_ticket", N_("Tiket itu tidak ada di kantor Anda."))
    kept_settings.name(session, ticket)
    return ticket


def require_ready(session: Session, shift: Shift) -> None:
    """Raises QueueError ``counter_paused`` or ``counter_busy`` unless the counter can take a citizen."""
    if shift.state is ShiftState.PAUSED:
        raise QueueError("counter_paused", N_("Loket Anda sedang jeda. Buka kembali dahulu."))
    ticket = shifts.ticket_at(session, shift)
    if ticket is not None:
        raise _busy(ticket)


def seated(session: Session, ticket: Ticket, action: Action, shift: Shift, entry: Entry) -> Ticket:
    """Take an action that brings the ticket to the shift's counter. Raises QueueError ``counter_busy``, StaleTicket."""
    try:
        with database.guarded(session):
            return writer.move(
                session,
                ticket,
                action,
                entry,
                counter_id=shift.counter_id,
                officer_id=shift.officer_id,
                lets_pass=0,
                **keeping.FOR_ANYBODY,
            )
    except IntegrityError as error:
        # The partial unique index: another request of the same officer was first.
        present = shifts.ticket_at(session, shift)
        raise (_busy(present) if present else StaleTicket(ticket.state)) from error


def _ready_shift(session: Session, officer: User, counter_id: int) -> Shift:
    shift = shifts.at_counter(session, officer, counter_id)
    require_ready(session, shift)
    return shift


def _called_here(session: Session, shift: Shift, day: date) -> Scope:
    """What the counter takes, without the services that are paused."""
    here = scope.of_shift(session, shift)
    called = stops.called_for(session, here.preferences, day)
    return replace(here, preferences={each: here.preferences[each] for each in called})


def _claim_next(session: Session, shift: Shift, day: date, now: datetime) -> tuple[Ticket, dict[str, Any]] | None:
    """Lock the ticket that is next for the counter, and say for the log why it is and whom it passed.

    On PostgreSQL another officer may be claiming the same one: the lock then comes when that is decided, and if the
    ticket no longer waits, or waits for somebody else by now, the line is read anew. SQLite has the write lock already.
    Either way the answer that nobody is waiting is true.
    """
    office, here = shift.officer.office, _called_here(session, shift, day)
    while choice := discipline.choose(line.heads(session, office, day, here), office.rule, now):
        if choice.passed:
            claimed = more_time.claim_past(session, choice, here)
            if claimed is not None:
                return claimed[0], choice.reason.as_data() | {"passed": claimed[1]}
            continue
        ticket = session.scalar(_CLAIM, {"chosen": choice.ticket.id, **here.asked})
        if ticket is not None:
            kept_settings.name(session, ticket)
            return ticket, choice.reason.as_data()
    return None


def _busy(ticket: Ticket) -> QueueError:
    return QueueError(
        "counter_busy",
        N_("Tiket %(label)s masih di loket Anda (%(state)s). Selesaikan dahulu."),
        409,
        label=ticket.label,
        state=ticket.state,
    )

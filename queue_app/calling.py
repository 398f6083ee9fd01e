"""Calling: who is next for a counter, claimed by one officer, with the reason in the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from queue_app import (
    booking,
    discipline,
    idempotency,
    keeping,
    kept_settings,
    lifecycle,
    line,
    more_time,
    opening,
    recipients,
    session_rows,
    shifts,
    stops,
    writer,
)
from queue_app.errors import N_, Forbidden, NotFound, QueueError, StaleTicket
from queue_app.lifecycle import Action, ShiftState, TicketState
from queue_app.models import Office, Shift, Ticket, User
from queue_app.prepared import Prepared
from queue_app.scope import Scope
from queue_app.seat import Seat
from queue_app.writer import Entry

_TICKET = Ticket.metadata.tables["ticket"]
_NAMED = select(_TICKET).where(_TICKET.c.public_id == bindparam("named"))
_FOUND, _FOUND_FOR_CHANGE = Prepared(_NAMED), Prepared(_NAMED.with_for_update())


def call_next(session: Session, officer: User, counter_id: int, now: datetime, key: str | None = None) -> Ticket | None:
    """Claim the ticket that is next for this counter; None when nobody is waiting. ``key`` makes a retry harmless.

    Raises QueueError ``counter_not_open``, ``counter_paused`` or ``counter_busy``, NotFound ``unknown_counter``.
    """

    kept_settings.use(session, officer.office_id)
    kept_settings.name(session, officer)

    def act() -> Ticket | None:
        seat = shifts.seat_at(session, officer, counter_id)
        require_ready(session, seat)
        return _seat_next(session, officer, seat, now)

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
    asked = _FOUND_FOR_CHANGE if for_change else _FOUND
    row = asked.one_or_none(session, {"named": public_id})
    if row is None:
        raise booking.unknown_ticket()
    ticket = session_rows.loaded(session, Ticket, row._asdict())
    if ticket.office_id != officer.office_id:
        raise NotFound("unknown_ticket", N_("Tiket itu tidak ada di kantor Anda."))
    kept_settings.name(session, ticket)
    return ticket


def require_ready(session: Session, at: Shift | Seat) -> None:
    """Raises QueueError ``counter_paused`` or ``counter_busy`` unless the counter can take a citizen."""
    if at.state is ShiftState.PAUSED:
        raise QueueError("counter_paused", N_("Loket Anda sedang jeda. Buka kembali dahulu."))
    is_free = isinstance(at, Seat) and at.ticket_id is None
    ticket = None if is_free else shifts.ticket_at(session, at)
    if ticket is not None:
        raise _busy(ticket)


def seated(session: Session, ticket: Ticket, action: Action, at: Shift | Seat, entry: Entry) -> Ticket:
    """Take an action that brings the ticket to the shift's counter. Raises QueueError ``counter_busy``, StaleTicket."""
    with _alone_at(session, at, ticket.state):
        return writer.move(session, ticket, action, entry, **_seat_of(at))


def _seat_of(at: Shift | Seat) -> dict[str, int | None]:
    """The columns of whoever is called to a counter."""
    return {"counter_id": at.counter_id, "officer_id": at.officer_id, "lets_pass": 0, **keeping.FOR_ANYBODY}


@contextmanager
def _alone_at(session: Session, at: Shift | Seat, came_from: TicketState) -> Iterator[None]:
    """What is inside brings a ticket to the counter. Raises QueueError ``counter_busy``, StaleTicket."""
    try:
        yield
    except IntegrityError as error:
        # The partial unique index: another request of the same officer was first.
        present = shifts.ticket_at(session, at)
        raise (_busy(present) if present else StaleTicket(came_from)) from error


def _called_here(session: Session, office: Office, seat: Seat, day: date) -> Scope:
    """What the counter takes, without the services that are paused."""
    called = stops.called_for(session, office.id, seat.scope.preferences, day)
    return replace(seat.scope, preferences={each: seat.scope.preferences[each] for each in called})


def _seat_next(session: Session, officer: User, seat: Seat, now: datetime) -> Ticket | None:
    """Bring the ticket that is next for the counter there; the log has why it is and whom it passed.

    On PostgreSQL another officer may be claiming the same one: this one then waits until that is decided, and if the
    ticket has been moved meanwhile, the line is read anew. SQLite has the write lock already. Either way the answer
    that nobody is waiting is true.
    """
    office = officer.office
    day = opening.local_day(office, now)
    here = _called_here(session, office, seat, day)
    while choice := discipline.choose(waiting := line.heads(session, office, day, here), office.rule, now):
        data = choice.reason.as_data()
        if choice.passed:
            claimed = more_time.claim_past(session, choice, here)
            if claimed is None:
                continue
            ticket, passed = claimed
            return seated(session, ticket, Action.CALL, seat, Entry(now, officer, data=data | {"passed": passed}))
        seen, entry = waiting[choice.ticket], Entry(now, officer, data=data)
        with _alone_at(session, seat, TicketState.WAITING):
            called = writer.take(session, seen, TicketState.WAITING, Action.CALL, entry, **_seat_of(seat))
        if called is not None:
            return called
    return None


def _busy(ticket: Ticket) -> QueueError:
    return QueueError(
        "counter_busy",
        N_("Tiket %(label)s masih di loket Anda (%(state)s). Selesaikan dahulu."),
        409,
        label=ticket.label,
        state=ticket.state,
    )

"""What an officer does with tickets: call, recall, start, finish, hold, resume, transfer, return, no-show, flag.

Each takes the version the officer's page showed. A doubled click finds its own move already in the log and gets
that answer again; any other change in between is refused as stale.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from queue_app import booking, discipline, idempotency, lifecycle, opening, queries, shifts, writer
from queue_app.discipline import CallReason
from queue_app.errors import N_, Forbidden, Invalid, NotFound, QueueError, StaleTicket
from queue_app.lifecycle import Action, ShiftState, TicketState
from queue_app.models import Event, Shift, Ticket, User, counter_service
from queue_app.writer import Entry

REASON_LENGTH = 240


def call_next(session: Session, officer: User, counter_id: int, now: datetime, key: str | None = None) -> Ticket | None:
    """Claim the ticket that is next for this counter; None when nobody is waiting. ``key`` makes a retry harmless.

    Raises QueueError ``counter_not_open``, ``counter_paused`` or ``counter_busy``, NotFound ``unknown_counter``.
    """

    def act() -> Ticket | None:
        shift = _ready_shift(session, officer, counter_id)
        ticket = _claim_next(session, shift, opening.local_day(officer.office, now))
        if ticket is None:
            return None
        return _call(session, ticket, shift, now, discipline.RULE)

    ticket, _ = idempotency.once(
        session, scope=f"call:{officer.id}", key=key, request=f"call_next {counter_id}", now=now, act=act
    )
    return ticket


def call_chosen(
    session: Session, officer: User, counter_id: int, public_id: str, now: datetime, note: str | None = None
) -> Ticket:
    """Call one ticket out of turn; that it was chosen, and the officer's words, stand in the log.

    Raises as ``call_next``, and NotFound ``unknown_ticket``, IllegalMove, Forbidden ``other_service``.
    """
    shift = _ready_shift(session, officer, counter_id)
    ticket = _find(session, officer, public_id)
    lifecycle.target(Action.CALL, ticket.state)
    if ticket.service_id not in {service.id for service in shift.counter.services}:
        raise Forbidden("other_service", N_("Loket Anda tidak melayani layanan tiket ini."))
    return _call(session, ticket, shift, now, discipline.CHOSEN, _short(note))


def recall(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    """Call the same citizen once more. Raises IllegalMove, StaleTicket, NotFound, Forbidden."""
    return _at_own_counter(session, officer, public_id, version, Action.RECALL, Entry(now, officer, _short(note)))


def start(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    """The citizen is at the counter; the serve time runs. Raises IllegalMove, StaleTicket, NotFound, Forbidden."""
    return _at_own_counter(session, officer, public_id, version, Action.START, Entry(now, officer, _short(note)))


def finish(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    """The service is done. Raises IllegalMove, StaleTicket, NotFound, Forbidden."""
    return _at_own_counter(session, officer, public_id, version, Action.FINISH, Entry(now, officer, _short(note)))


def hold(
    session: Session, officer: User, public_id: str, version: int, now: datetime, reason: str | None = None
) -> Ticket:
    """Park the citizen (a copy is fetched, a form is filled); the counter is free, the serve time stands still.

    Raises IllegalMove, StaleTicket, NotFound, Forbidden.
    """
    return _at_own_counter(session, officer, public_id, version, Action.HOLD, Entry(now, officer, _short(reason)))


def resume(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    """Go on with a parked citizen at the officer's own counter, whoever parked it.

    Raises QueueError ``counter_not_open``, ``counter_paused`` or ``counter_busy``, IllegalMove, StaleTicket, NotFound.
    """
    shift = shifts.current(session, officer, for_change=True)
    ticket = _find(session, officer, public_id)
    if _is_doubled(session, ticket, version, Action.RESUME, officer):
        return ticket
    if shift is None:
        raise QueueError("counter_not_open", N_("Buka loket dahulu."))
    _require_ready(session, shift)
    return _seated(session, ticket, Action.RESUME, shift, Entry(now, officer, _short(note)))


def transfer(
    session: Session,
    officer: User,
    public_id: str,
    version: int,
    now: datetime,
    service_code: str,
    reason: str | None = None,
) -> Ticket:
    """Send the citizen on to another service of the office: same label, and the wait already earned still counts.

    Raises NotFound ``unknown_service`` or ``unknown_ticket``, IllegalMove, StaleTicket, Forbidden.
    """
    service = queries.service(session, officer.office_id, service_code)
    ticket = _find(session, officer, public_id)
    entry = Entry(now, officer, _short(reason), {"from_service": ticket.service.code, "to_service": service.code})
    if _is_doubled(session, ticket, version, Action.TRANSFER, officer):
        return ticket
    lifecycle.target(Action.TRANSFER, ticket.state)
    _require_own(ticket, officer)
    return writer.move(session, ticket, Action.TRANSFER, entry, service_id=service.id, counter_id=None, officer_id=None)


def put_back(
    session: Session, officer: User, public_id: str, version: int, now: datetime, reason: str | None = None
) -> Ticket:
    """Return a called citizen, or within the grace time one marked as a no-show, to the waiting at the old place.

    Raises QueueError ``grace_over``, IllegalMove, StaleTicket, NotFound, Forbidden.
    """
    ticket = _find(session, officer, public_id)
    if _is_doubled(session, ticket, version, Action.RETURN, officer):
        return ticket
    lifecycle.target(Action.RETURN, ticket.state)
    if ticket.state is TicketState.NO_SHOW:
        _require_grace(session, ticket, now)
    else:
        _require_own(ticket, officer)
    entry = Entry(now, officer, _short(reason))
    return writer.move(session, ticket, Action.RETURN, entry, counter_id=None, officer_id=None)


def no_show(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    """The called citizen did not come. Raises IllegalMove, StaleTicket, NotFound, Forbidden."""
    return _at_own_counter(session, officer, public_id, version, Action.NO_SHOW, Entry(now, officer, _short(note)))


def flag(session: Session, officer: User, public_id: str, version: int, now: datetime, reason: str) -> Ticket:
    """Mark the recorded time of a finished ticket as wrong, with the reason; it then enters no speed figure.

    Raises Invalid ``reason_needed``, IllegalMove, StaleTicket, NotFound, Forbidden.
    """
    words = _short(reason)
    if words is None:
        raise Invalid("reason_needed", N_("Tuliskan alasannya."))
    return _at_own_counter(session, officer, public_id, version, Action.FLAG, Entry(now, officer, words))


def _ready_shift(session: Session, officer: User, counter_id: int) -> Shift:
    shift = shifts.at_counter(session, officer, counter_id)
    _require_ready(session, shift)
    return shift


def _require_ready(session: Session, shift: Shift) -> None:
    if shift.state is ShiftState.PAUSED:
        raise QueueError("counter_paused", N_("Loket Anda sedang jeda. Buka kembali dahulu."))
    ticket = shifts.ticket_at(session, shift)
    if ticket is not None:
        raise _busy(ticket)


def _busy(ticket: Ticket) -> QueueError:
    return QueueError(
        "counter_busy",
        N_("Tiket %(label)s masih di loket Anda (%(state)s). Selesaikan dahulu."),
        409,
        label=ticket.label,
        state=ticket.state,
    )


def _claim_next(session: Session, shift: Shift, day: date) -> Ticket | None:
    """Lock the first ticket in order that this counter serves.

    On PostgreSQL a row that another officer is claiming is passed over; when only such rows are left, wait for
    their outcome instead of answering that nobody is waiting. SQLite has the write lock already.
    """
    served = select(counter_service.c.service_id).where(counter_service.c.counter_id == shift.counter_id)
    query = (
        select(Ticket)
        .where(
            Ticket.office_id == shift.office_id,
            Ticket.day == day,
            Ticket.state == TicketState.WAITING,
            Ticket.service_id.in_(served),
        )
        .order_by(Ticket.due_at, Ticket.id)
        .limit(1)
    )
    ticket = session.scalar(query.with_for_update(skip_locked=True))
    while ticket is None and session.scalar(query) is not None:
        # The lock is granted only after the other transaction ended; its row then no longer matches, or it does.
        ticket = session.scalar(query.with_for_update())
    return ticket


def _call(session: Session, ticket: Ticket, shift: Shift, now: datetime, rule: str, note: str | None = None) -> Ticket:
    reason = CallReason(rule, discipline.waited_s(ticket.due_at or now, now))
    entry = Entry(now, shift.officer, note, reason.as_data())
    return _seated(session, ticket, Action.CALL, shift, entry)


def _seated(session: Session, ticket: Ticket, action: Action, shift: Shift, entry: Entry) -> Ticket:
    """Take an action that brings the ticket to the shift's counter."""
    try:
        with session.begin_nested():
            return writer.move(session, ticket, action, entry, counter_id=shift.counter_id, officer_id=shift.officer_id)
    except IntegrityError as error:
        # The partial unique index: another request of the same officer was first.
        present = shifts.ticket_at(session, shift)
        raise (_busy(present) if present else StaleTicket(ticket.state)) from error


def _at_own_counter(
    session: Session, officer: User, public_id: str, version: int, action: Action, entry: Entry
) -> Ticket:
    ticket = _find(session, officer, public_id)
    if _is_doubled(session, ticket, version, action, officer):
        return ticket
    lifecycle.target(action, ticket.state)
    _require_own(ticket, officer)
    return writer.move(session, ticket, action, entry)


def _find(session: Session, officer: User, public_id: str) -> Ticket:
    ticket = booking.find(session, public_id, for_change=True)
    if ticket.office_id != officer.office_id:
        raise NotFound("unknown_ticket", N_("Tiket itu tidak ada di kantor Anda."))
    return ticket


def _is_doubled(session: Session, ticket: Ticket, version: int, action: Action, officer: User) -> bool:
    """Whether this very move was made already by this officer from this version.

    Raises StaleTicket when the ticket has moved otherwise.
    """
    if ticket.version == version:
        return False
    if ticket.version == version + 1:
        last = session.scalar(select(Event).where(Event.ticket_id == ticket.id, Event.ticket_version == ticket.version))
        if last is not None and last.action == action and last.actor_id == officer.id:
            return True
    raise StaleTicket(ticket.state)


def _require_own(ticket: Ticket, officer: User) -> None:
    if ticket.officer_id != officer.id:
        raise Forbidden("not_your_ticket", N_("Tiket %(label)s tidak di loket Anda."), label=ticket.label)


def _require_grace(session: Session, ticket: Ticket, now: datetime) -> None:
    marked_at = session.scalar(
        select(func.max(Event.at)).where(Event.ticket_id == ticket.id, Event.action == Action.NO_SHOW)
    )
    grace = timedelta(minutes=ticket.office.grace_minutes)
    if marked_at is not None and now - marked_at > grace:
        raise QueueError(
            "grace_over",
            N_("Waktu toleransi %(minutes)s menit sudah lewat. Silakan ambil nomor baru."),
            409,
            minutes=ticket.office.grace_minutes,
        )


def _short(words: str | None) -> str | None:
    return words.strip()[:REASON_LENGTH] or None if words else None

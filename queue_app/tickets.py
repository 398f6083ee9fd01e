"""What an officer does with a called ticket: recall, start, finish, hold, resume, transfer, return, no-show, flag.

Each takes the version the officer's page showed. A doubled click finds its own move already in the log and gets
that answer again; any other change in between is refused as stale.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queue_app import calling, issuing, legs, lifecycle, queries, shifts, writer
from queue_app.errors import N_, Forbidden, Invalid, QueueError, StaleTicket
from queue_app.lifecycle import Action, TicketState
from queue_app.models import Event, Ticket, User
from queue_app.writer import Entry


def recall(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    """Call the same citizen once more. Raises IllegalMove, StaleTicket, NotFound, Forbidden."""
    return _at_own_counter(session, officer, public_id, version, Action.RECALL, Entry(now, officer, writer.short(note)))


def start(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    """The citizen is at the counter; the serve time runs. Raises IllegalMove, StaleTicket, NotFound, Forbidden."""
    return _at_own_counter(session, officer, public_id, version, Action.START, Entry(now, officer, writer.short(note)))


def finish(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    """The service is done. When further services of the visit remain, the citizen goes on to wait for the next one:
    same label, and the wait already earned still counts.

    Raises IllegalMove, StaleTicket, NotFound, Forbidden.
    """
    ticket = calling.find(session, officer, public_id)
    if _is_doubled(session, ticket, version, (Action.FINISH, Action.CONTINUE), officer):
        return ticket
    lifecycle.target(Action.FINISH, ticket.state)
    _require_own(ticket, officer)
    return legs.finish(session, ticket, Entry(now, officer, writer.short(note)))


def hold(
    session: Session, officer: User, public_id: str, version: int, now: datetime, reason: str | None = None
) -> Ticket:
    """Park the citizen (a copy is fetched, a form is filled); the counter is free, the serve time stands still.

    Raises IllegalMove, StaleTicket, NotFound, Forbidden.
    """
    return _at_own_counter(session, officer, public_id, version, Action.HOLD, Entry(now, officer, writer.short(reason)))


def resume(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    """Go on with a parked citizen at the officer's own counter, whoever parked it.

    Raises QueueError ``counter_not_open``, ``counter_paused`` or ``counter_busy``, IllegalMove, StaleTicket, NotFound.
    """
    shift = shifts.current(session, officer, for_change=True)
    ticket = calling.find(session, officer, public_id)
    if _is_doubled(session, ticket, version, (Action.RESUME,), officer):
        return ticket
    if shift is None:
        raise QueueError("counter_not_open", N_("Buka loket dahulu."))
    calling.require_ready(session, shift)
    return calling.seated(session, ticket, Action.RESUME, shift, Entry(now, officer, writer.short(note)))


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

    Raises NotFound ``unknown_service`` or ``unknown_ticket``, QueueError ``holder_waits_there``, IllegalMove,
    StaleTicket, Forbidden.
    """
    service = queries.service(session, officer.office_id, service_code)
    ticket = calling.find(session, officer, public_id)
    entry = Entry(now, officer, writer.short(reason), {"from_service": ticket.service.code, "to_service": service.code})
    if _is_doubled(session, ticket, version, (Action.TRANSFER,), officer):
        return ticket
    lifecycle.target(Action.TRANSFER, ticket.state)
    _require_own(ticket, officer)
    arrived = {
        "service_id": service.id,
        "legs": [code for code in ticket.legs if code != service.code],
        "counter_id": None,
        "officer_id": None,
    }
    with issuing.one_per_person(session, _waits_there(service.code)):
        return writer.move(session, ticket, Action.TRANSFER, entry, **arrived)


def put_back(
    session: Session, officer: User, public_id: str, version: int, now: datetime, reason: str | None = None
) -> Ticket:
    """Return a called citizen, or within the grace time one marked as a no-show, to the waiting at the old place.

    Raises QueueError ``grace_over`` or ``holder_waits_there``, IllegalMove, StaleTicket, NotFound, Forbidden.
    """
    ticket = calling.find(session, officer, public_id)
    if _is_doubled(session, ticket, version, (Action.RETURN,), officer):
        return ticket
    lifecycle.target(Action.RETURN, ticket.state)
    if ticket.state is TicketState.NO_SHOW:
        _require_grace(session, ticket, now)
    else:
        _require_own(ticket, officer)
    entry = Entry(now, officer, writer.short(reason))
    with issuing.one_per_person(session, _waits_there(ticket.service.code)):
        return writer.move(session, ticket, Action.RETURN, entry, counter_id=None, officer_id=None)


def no_show(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    """The called citizen did not come. Raises IllegalMove, StaleTicket, NotFound, Forbidden."""
    return _at_own_counter(
        session, officer, public_id, version, Action.NO_SHOW, Entry(now, officer, writer.short(note))
    )


def flag(session: Session, officer: User, public_id: str, version: int, now: datetime, reason: str) -> Ticket:
    """Mark the recorded time of a finished ticket as wrong, with the reason; it then enters no speed figure.

    Raises Invalid ``reason_needed``, IllegalMove, StaleTicket, NotFound, Forbidden.
    """
    words = writer.short(reason)
    if words is None:
        raise Invalid("reason_needed", N_("Tuliskan alasannya."))
    return _at_own_counter(session, officer, public_id, version, Action.FLAG, Entry(now, officer, words))


def _at_own_counter(
    session: Session, officer: User, public_id: str, version: int, action: Action, entry: Entry
) -> Ticket:
    ticket = calling.find(session, officer, public_id)
    if _is_doubled(session, ticket, version, (action,), officer):
        return ticket
    lifecycle.target(action, ticket.state)
    _require_own(ticket, officer)
    return writer.move(session, ticket, action, entry)


def _is_doubled(session: Session, ticket: Ticket, version: int, actions: tuple[Action, ...], officer: User) -> bool:
    """Whether this very move (one of ``actions``) was made already by this officer from this version.

    Raises StaleTicket when the ticket has moved otherwise.
    """
    if ticket.version == version:
        return False
    if ticket.version == version + 1:
        last = session.scalar(select(Event).where(Event.ticket_id == ticket.id, Event.ticket_version == ticket.version))
        if last is not None and last.action in actions and last.actor_id == officer.id:
            return True
    raise StaleTicket(ticket.state)


def _require_own(ticket: Ticket, officer: User) -> None:
    if ticket.officer_id != officer.id:
        raise Forbidden("not_your_ticket", N_("Tiket %(label)s tidak di loket Anda."), label=ticket.label)


def _waits_there(service_code: str) -> QueueError:
    return QueueError(
        "holder_waits_there",
        N_("Pemegang tiket ini sudah punya nomor lain yang masih berlaku untuk layanan %(service)s."),
        409,
        service=service_code,
    )


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

"""What an officer does with a called ticket: recall, start, finish, hold, resume, transfer, return, no-show.

Each takes the version the officer's page showed. A doubled click finds its own move already in the log and gets
that answer again; any other change in between is refused as stale.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queue_app import calling, issuing, legs, lifecycle, opening, outcomes, queries, recipients, shifts, stops, writer
from queue_app.errors import N_, Forbidden, QueueError, StaleTicket
from queue_app.lifecycle import Action, TicketState
from queue_app.models import Event, Service, Ticket, User
from queue_app.outcomes import Result
from queue_app.recipients import Recipient
from queue_app.writer import Entry


def recall(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    """Call the same citizen once more. Raises IllegalMove, StaleTicket, NotFound, Forbidden."""
    return _plain(session, officer, public_id, version, Action.RECALL, _entry(now, officer, note))


def start(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    """The citizen is at the counter; the serve time runs. Raises IllegalMove, StaleTicket, NotFound, Forbidden."""
    return _plain(session, officer, public_id, version, Action.START, _entry(now, officer, note))


def finish(
    session: Session,
    officer: User,
    public_id: str,
    version: int,
    now: datetime,
    note: str | None = None,
    result: Result = outcomes.DONE,
) -> Ticket:
    """The service is over; ``result`` says what came of it. When further services of the visit remain, the citizen goes
    on to wait for the next one: same label, and the wait already earned still counts.

    Raises NotFound ``unknown_service`` (of the one given), IllegalMove, StaleTicket, NotFound, Forbidden.
    """

    def act(ticket: Ticket) -> Ticket:
        return legs.finish(session, ticket, _entry(now, officer, note, outcomes.as_data(session, ticket, result)))

    return once(session, officer, public_id, version, (Action.FINISH, Action.CONTINUE), act)


def finish_and_call_next(
    session: Session,
    officer: User,
    counter_id: int,
    public_id: str,
    version: int,
    now: datetime,
    key: str | None = None,
    note: str | None = None,
) -> tuple[Ticket, Ticket | None]:
    """Finish the one at the counter as done and call who is next, both or neither: the finished ticket, and the called
    one (None: nobody waits). Raises as ``finish`` and ``calling.call_next``."""
    shifts.at_counter(session, officer, counter_id)  # locked before the ticket, as in calling
    finished = finish(session, officer, public_id, version, now, note)
    return finished, calling.call_next(session, officer, counter_id, now, key)


def hold(
    session: Session,
    officer: User,
    public_id: str,
    version: int,
    now: datetime,
    reason: str | None = None,
    remind_minutes: int | None = None,
) -> Ticket:
    """Park the citizen (a copy is fetched, a form is filled); the counter is free, the serve time stands still.

    ``remind_minutes``: after so long the desks are reminded; 0 never, None after the office's time for it. Raises
    IllegalMove, StaleTicket, NotFound, Forbidden.
    """
    minutes = officer.office.hold_reminder_minutes if remind_minutes is None else remind_minutes
    data = {"remind_minutes": minutes} if minutes else None
    return _plain(session, officer, public_id, version, Action.HOLD, _entry(now, officer, reason, data))


def resume(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    """Go on with a parked citizen at the officer's own counter, whoever parked it.

    Raises QueueError ``counter_not_open``, ``counter_paused`` or ``counter_busy``, IllegalMove, StaleTicket, NotFound.
    """
    shift = shifts.current(session, officer, for_change=True)  # before the ticket, as in calling

    def act(ticket: Ticket) -> Ticket:
        if shift is None:
            raise QueueError("counter_not_open", N_("Buka loket dahulu."))
        calling.require_ready(session, shift)
        return calling.seated(session, ticket, Action.RESUME, shift, _entry(now, officer, note))

    return once(session, officer, public_id, version, (Action.RESUME,), act, anyones=True)


def transfer(
    session: Session,
    officer: User,
    public_id: str,
    version: int,
    now: datetime,
    service_code: str | None,
    reason: str | None = None,
    to: Recipient | None = None,
) -> Ticket:
    """Send the citizen on, to another service of the office or (``service_code`` None) with the same one to somebody
    certain: same label, and the wait already earned still counts. ``to``: only there is it offered.

    Raises NotFound ``unknown_service`` or ``unknown_ticket``, Invalid ``closed_day``, QueueError
    ``holder_waits_there`` or ``service_paused``, as ``recipients.find``, IllegalMove, StaleTicket, Forbidden.
    """
    seen = calling.find(session, officer, public_id, for_change=False)
    service = _service_to(session, seen, service_code, now)
    # Before the ticket is locked, as in calling; for a page that is behind it doesn't matter who is where by now.
    keep = recipients.NOBODY
    if to is not None and seen.version == version:
        keep = recipients.find(session, officer, to, service)
    session.expire(seen)

    def act(ticket: Ticket) -> Ticket:
        data = {"from_service": ticket.service.code, "to_service": service.code, **keep.data}
        arrived = {
            "service_id": service.id,
            "legs": [code for code in ticket.legs if code != service.code],
            "counter_id": None,
            "officer_id": None,
            **keep.columns,
        }
        with issuing.one_per_person(session, waits_there(service.code)):
            return writer.move(session, ticket, Action.TRANSFER, _entry(now, officer, reason, data), **arrived)

    return once(session, officer, public_id, version, (Action.TRANSFER,), act)


def _service_to(session: Session, ticket: Ticket, code: str | None, now: datetime) -> Service:
    """The service that a transfer leads to, which must be open today and not paused; None: the ticket's own."""
    if code is None:
        return ticket.service
    service = queries.service(session, ticket.office_id, code)
    opening.require_open_today(session, service, now)
    stops.require_called(session, service, ticket.day)
    return service


def put_back(
    session: Session, officer: User, public_id: str, version: int, now: datetime, reason: str | None = None
) -> Ticket:
    """Return a called citizen, or within the grace time one marked as a no-show, to the waiting at the old place.

    Raises QueueError ``grace_over`` or ``holder_waits_there``, IllegalMove, StaleTicket, NotFound, Forbidden.
    """

    def act(ticket: Ticket) -> Ticket:
        if ticket.state is TicketState.NO_SHOW:
            _require_grace(session, ticket, now)
        entry = _entry(now, officer, reason)
        with issuing.one_per_person(session, waits_there(ticket.service.code)):
            return writer.move(session, ticket, Action.RETURN, entry, counter_id=None, officer_id=None)

    return once(session, officer, public_id, version, (Action.RETURN,), act)


def no_show(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    """The called citizen did not come. Raises IllegalMove, StaleTicket, NotFound, Forbidden."""
    return _plain(session, officer, public_id, version, Action.NO_SHOW, _entry(now, officer, note))


def once(
    session: Session,
    officer: User,
    public_id: str,
    version: int,
    actions: tuple[Action, ...],
    act: Callable[[Ticket], Ticket],
    *,
    anyones: bool = False,
) -> Ticket:
    """Carry out a desk move (``act``) on a ticket at the version the officer saw; its double gets the first answer.

    ``actions``: what the log may call it; the table is asked for the first. ``anyones``: the ticket need not be the
    officer's own; who was marked as not there is nobody's any more. Raises IllegalMove, StaleTicket, NotFound
    ``unknown_ticket``, Forbidden ``not_your_ticket``, and what ``act`` raises.
    """
    ticket = calling.find(session, officer, public_id)
    if _is_doubled(session, ticket, version, actions, officer):
        return ticket
    lifecycle.target(actions[0], ticket.state)
    if not anyones and ticket.state is not TicketState.NO_SHOW:
        _require_own(ticket, officer)
    return act(ticket)


def _plain(session: Session, officer: User, public_id: str, version: int, action: Action, entry: Entry) -> Ticket:
    """A move that changes nothing but the state."""
    return once(
        session, officer, public_id, version, (action,), lambda ticket: writer.move(session, ticket, action, entry)
    )


def _entry(now: datetime, officer: User, words: str | None, data: dict[str, Any] | None = None) -> Entry:
    return Entry(now, officer, writer.short(words), data)


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


def waits_there(service_code: str) -> QueueError:
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

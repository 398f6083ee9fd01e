"""What an officer's program does with the ticket at its counter. Every move answers to a version of the ticket."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from http import HTTPMethod
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import claims, queries, tickets, undo
from queue_app.auth import caller_row
from queue_app.lifecycle import Outcome
from queue_app.models import Ticket, User
from queue_app.outcomes import Result
from queue_app.recipients import Recipient
from queue_app.routes.api.citizen.ticket_answer import TicketAnswer
from queue_app.routes.api.citizen.tickets import moved
from queue_app.routes.api.desk.asked import Contest, DeskMove, Finish, Hold, Transfer, Undo
from queue_app.routes.api.frame.operation import Caller, View, operation
from queue_app.routes.api.refusals import CALL, MOVE, SEND, UNDO, WRITE
from queue_app.routes.problems import WrongFields

Move = Callable[[Session, User, str, int, datetime, str | None], Ticket]


def _desk_move(name: str, example: Mapping[str, Any], *refusals: str) -> Callable[[View], View]:
    return operation(
        HTTPMethod.POST,
        f"/api/v1/tickets/{{ticket}}/{name}",
        tag="desk",
        answer=TicketAnswer,
        refusals=(*WRITE, *MOVE, *refusals),
        example=example,
    )


@_desk_move("start", {"version": 2}, "not_your_ticket")
def start_ticket(ticket: str, body: DeskMove, caller: Caller) -> dict[str, Any]:
    """The citizen is at the counter; the serve time runs."""
    return _moved(ticket, body, caller, _start)


def _start(
    session: Session, officer: User, public_id: str, version: int, now: datetime, note: str | None = None
) -> Ticket:
    queries.remember_call(session, public_id)
    return tickets.start(session, officer, public_id, version, now, note)


@_desk_move("finish", {"version": 3, "outcome": "done", "service_given": "A"}, "not_your_ticket", "unknown_service")
def finish_ticket(ticket: str, body: Finish, caller: Caller) -> dict[str, Any]:
    """The service is over; what came of it, when it is not simply done."""
    result = Result(Outcome(body.outcome), body.service_given, tuple(body.missing), body.correction)
    return _moved(ticket, body, caller, partial(tickets.finish, result=result))


@_desk_move("recall", {"version": 2}, "not_your_ticket")
def recall_ticket(ticket: str, body: DeskMove, caller: Caller) -> dict[str, Any]:
    """Call the same citizen once more."""
    return _moved(ticket, body, caller, tickets.recall)


@_desk_move("hold", {"version": 3, "reason": "mengambil fotokopi", "remind_minutes": 20}, "not_your_ticket")
def hold_ticket(ticket: str, body: Hold, caller: Caller) -> dict[str, Any]:
    """Park the citizen; the counter is free and the serve time stands still."""
    return _moved(ticket, body, caller, partial(tickets.hold, remind_minutes=body.remind_minutes))


@_desk_move("resume", {"version": 4}, *CALL)
def resume_ticket(ticket: str, body: DeskMove, caller: Caller) -> dict[str, Any]:
    """Go on with a parked citizen at the officer's own counter, whoever parked it."""
    return _moved(ticket, body, caller, tickets.resume)


@_desk_move("no-show", {"version": 2}, "not_your_ticket")
def no_show_ticket(ticket: str, body: DeskMove, caller: Caller) -> dict[str, Any]:
    """The called citizen did not come."""
    return _moved(ticket, body, caller, tickets.no_show)


@_desk_move(
    "return",
    {"version": 2, "reason": "berkas belum lengkap"},
    *("not_your_ticket", "grace_over", "holder_waits_there"),
)
def return_ticket(ticket: str, body: DeskMove, caller: Caller) -> dict[str, Any]:
    """Put a called citizen, or a no-show within the grace time, back among the waiting at the old place."""
    return _moved(ticket, body, caller, tickets.put_back)


@_desk_move("transfer", {"version": 3, "service": "B"}, "not_your_ticket", *SEND, "service_paused")
def transfer_ticket(ticket: str, body: Transfer, caller: Caller) -> dict[str, Any]:
    """Send the citizen on to another service, counter, officer or pool of counters.

    The label stays, and the wait already earned still counts. Who is sent to a counter, an officer or a pool is offered
    to them alone, until they close.
    """
    to = _recipient(body)
    return _moved(
        ticket,
        body,
        caller,
        lambda session, officer, public_id, version, now, reason: tickets.transfer(
            session, officer, public_id, version, now, body.service, reason, to
        ),
    )


@_desk_move(
    "flag",
    {"version": 4, "reason": "listrik padam", "kind": "system"},
    *("not_your_leg", "claim_decided", "contest_over", "reason_needed"),
)
def flag_ticket(ticket: str, body: Contest, caller: Caller) -> dict[str, Any]:
    """Contest the recorded time of a finished service; a supervisor decides, and the time counts until then."""
    kind = claims.Kind(body.kind)
    return moved(
        lambda session, now: claims.flag(
            session, caller_row(session, caller), ticket, body.version, now, body.reason, kind
        )
    )


def _recipient(body: Transfer) -> Recipient | None:
    """Raises WrongFields when it names nobody and no service, or several to whom the citizen goes."""
    named = {name: value for name in ("counter", "officer", "pool") if (value := getattr(body, name)) is not None}
    if not named and body.service is None:
        raise WrongFields({"service": str(gettext("Wajib diisi."))})
    if len(named) > 1:
        only_one = str(gettext("Pilih satu saja: loket, petugas, atau kelompok loket."))
        raise WrongFields(dict.fromkeys(named, only_one))
    return Recipient(body.counter, body.officer, body.pool) if named else None


@operation(
    HTTPMethod.POST,
    "/api/v1/tickets/{ticket}/undo",
    tag="desk",
    answer=TicketAnswer,
    refusals=(*WRITE, *CALL, *UNDO, "unknown_ticket", "holder_waits_there"),
    example={"version": 4},
)
def undo_ticket(ticket: str, body: Undo, caller: Caller) -> dict[str, Any]:
    """Take back one's own last move of a ticket, within ten seconds; a call is returned instead.

    The log keeps both rows; every figure reads as if the undone move had not happened.
    """
    return moved(lambda session, now: undo.undo(session, caller_row(session, caller), ticket, body.version, now))


def _moved(public_id: str, body: DeskMove, caller: Caller, move: Move) -> dict[str, Any]:
    return moved(
        lambda session, now: move(session, caller_row(session, caller), public_id, body.version, now, body.reason)
    )

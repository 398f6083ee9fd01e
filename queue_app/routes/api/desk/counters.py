"""What an officer's program does with a counter: open, pause, close, call."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPMethod
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from queue_app import calling, clock, handover, shifts, tickets
from queue_app.auth import caller_row
from queue_app.extensions import database
from queue_app.models import Shift, User
from queue_app.representation import instant
from queue_app.routes.api.citizen.ticket_answer import FinishedAndCalled, TicketAnswer
from queue_app.routes.api.citizen.tickets import known_within, moved, shown
from queue_app.routes.api.desk.asked import Chosen, FinishAndCall, Leaving, Pause
from queue_app.routes.api.desk.desk_answers import ShiftAnswer
from queue_app.routes.api.frame.fields import Nothing
from queue_app.routes.api.frame.operation import Caller, counter_id, operation
from queue_app.routes.api.refusals import CALL, IDEMPOTENT, MOVE, WRITE

_TAG = "counters"


@operation(
    HTTPMethod.POST,
    "/api/v1/counters/{counter}/open",
    tag=_TAG,
    answer=ShiftAnswer,
    refusals=(*WRITE, "nothing_to_serve", "counter_taken", "officer_elsewhere"),
    example={},
)
def open_counter(counter: str, body: Nothing, caller: Caller) -> ShiftAnswer:  # noqa: ARG001 - only checked
    """Sit down at a counter, or come back to it from a pause.

    Doing it twice is harmless.
    """
    number = counter_id(counter)
    return _shift(caller, lambda session, officer, now: shifts.open_counter(session, officer, number, now))


@operation(
    HTTPMethod.POST,
    "/api/v1/counters/{counter}/pause",
    tag=_TAG,
    answer=ShiftAnswer,
    refusals=(*WRITE, "counter_not_open", "still_at_counter"),
    example={"reason": "istirahat"},
)
def pause_counter(counter: str, body: Pause, caller: Caller) -> ShiftAnswer:
    """Take a break; nobody can be called meanwhile.

    Doing it twice is harmless; open the counter to go on.
    """
    number = counter_id(counter)
    return _shift(caller, lambda session, officer, now: shifts.pause(session, officer, number, now, body.reason))


@operation(
    HTTPMethod.POST,
    "/api/v1/counters/{counter}/close",
    tag=_TAG,
    answer=ShiftAnswer,
    refusals=(*WRITE, "counter_not_open", "still_at_counter", "nobody_there"),
    example={},
)
def close_counter(counter: str, body: Leaving, caller: Caller) -> ShiftAnswer:
    """Leave the counter; who still counts on it stands in the log, for ``to`` or for whoever comes next."""
    number = counter_id(counter)
    return _shift(
        caller, lambda session, officer, now: handover.close(session, officer, number, now, body.to, body.reason)
    )


@operation(
    HTTPMethod.POST,
    "/api/v1/counters/{counter}/call-next",
    tag=_TAG,
    answer=TicketAnswer,
    refusals=(*WRITE, *CALL, *IDEMPOTENT),
    headers=("Idempotency-Key",),
    nothing="Nobody is waiting for this counter.",
    example={},
)
def call_next(counter: str, body: Nothing, caller: Caller) -> dict[str, Any] | None:  # noqa: ARG001 - only checked
    """Call the ticket that is next for this counter.

    With an Idempotency-Key a retry gets the first answer again instead of a second call.
    """
    number, key = counter_id(counter), request.headers.get("Idempotency-Key")
    now = clock.now()
    with database().write_in_group(at_once=True) as session:
        ticket = calling.call_next(session, caller_row(session, caller), number, now, key)
        known = known_within(session, ticket, now) if ticket is not None else None
    return None if ticket is None else known or shown(ticket, session)


@operation(
    HTTPMethod.POST,
    "/api/v1/counters/{counter}/finish-and-call-next",
    tag=_TAG,
    answer=FinishedAndCalled,
    refusals=(*WRITE, *CALL, *MOVE, *IDEMPOTENT, "unknown_ticket", "not_your_ticket"),
    headers=("Idempotency-Key",),
    example={"ticket": "Yp3xJ0mT1qK8v2Zb4nQw7A", "version": 3},
)
def finish_and_call_next(counter: str, body: FinishAndCall, caller: Caller) -> dict[str, Any]:
    """Finish the one at the counter as done and call who is next: both or neither.

    With an Idempotency-Key a retry gets the first call again.
    """
    number, key = counter_id(counter), request.headers.get("Idempotency-Key")
    with database().write_in_group(at_once=True) as session:
        officer, now = caller_row(session, caller), clock.now()
        finished, called = tickets.finish_and_call_next(
            session, officer, number, body.ticket, body.version, now, key, body.reason
        )
    return {"finished": shown(finished, session), "called": shown(called, session) if called else None}


@operation(
    HTTPMethod.POST,
    "/api/v1/counters/{counter}/call",
    tag=_TAG,
    answer=TicketAnswer,
    refusals=(
        *WRITE,
        *CALL,
        *MOVE,
        "unknown_ticket",
        "not_today",
        "other_service",
        "officer_lacks_skill",
        "service_paused",
    ),
    example={"ticket": "Yp3xJ0mT1qK8v2Zb4nQw7A", "reason": "lansia"},
)
def call_chosen(counter: str, body: Chosen, caller: Caller) -> dict[str, Any]:
    """Call one waiting ticket out of turn.

    That it was chosen, by whom and why, stands in the log.
    """
    number = counter_id(counter)
    return moved(
        lambda session, now: calling.call_chosen(
            session, caller_row(session, caller), number, body.ticket, now, body.reason
        )
    )


def _shift(caller: Caller, move: Callable[[Session, User, datetime], Shift]) -> ShiftAnswer:
    with database().write() as session:
        officer = caller_row(session, caller)
        shift = move(session, officer, clock.now())
        return ShiftAnswer(
            id=shift.id,
            counter=shift.counter_id,
            number=shift.counter.number,
            officer=officer.username,
            state=shift.state,
            opened_at=instant(shift.opened_at, officer.office.zone),
        )

"""The form of a ticket in the API; ``representation`` makes them."""

from datetime import date
from typing import Any, Literal

from queue_app.discipline import Why
from queue_app.lifecycle import TicketState
from queue_app.routes.api.frame.fields import LEFT_OUT, Answer, Instant, Versioned, example


class WaitEstimate(Answer):
    """``after_hours`` where the call may (``possible``), or will probably (``likely``), come only when the day's hours
    are over."""

    low_minutes: int
    high_minutes: int
    after_hours: Literal["possible", "likely"] = LEFT_OUT


class CallReason(Answer):
    """Why this ticket was called and no other: ``why`` names what decided, by the office's published rule."""

    why: Why
    waited_minutes: int


class TicketAnswer(Versioned):
    """A ticket; never a name. ``slot`` when one was booked, ``position`` and ``estimate`` while it waits and they are
    known; ``defers_left``, how often it may still ask for more time, while it waits. ``counter`` (its number),
    ``called_at`` and ``call_reason`` while it is at a counter. ``also`` while further services of the visit remain.
    ``messages``: what the office tells everyone who waits. ``paused`` while nobody is called for the service.
    ``at_counters`` while it waits for those alone (their numbers). ``visit`` when it was asked for by that code: the
    present service is ``step`` of its ``steps``.
    ``leave_by``: when to leave at the latest, if the way was named; it may be past. ``version`` grows with every move.
    """

    model_config = example(
        id="Yp3xJ0mT1qK8v2Zb4nQw7A",
        label="A-012",
        state="WAITING",
        service="A",
        office="senapelan",
        date="2026-11-24",
        url="http://127.0.0.1:8000/t/Yp3xJ0mT1qK8v2Zb4nQw7A",
        version=1,
        position=3,
        estimate={"low_minutes": 10, "high_minutes": 25},
        defers_left=2,
        also=["B"],
    )

    id: str
    label: str
    state: TicketState
    service: str
    office: str
    date: date
    url: str
    slot: str = LEFT_OUT
    position: int = LEFT_OUT
    estimate: WaitEstimate = LEFT_OUT
    counter: int = LEFT_OUT
    called_at: Instant = LEFT_OUT
    call_reason: CallReason = LEFT_OUT
    defers_left: int = LEFT_OUT
    also: list[str] = LEFT_OUT
    messages: list[str] = LEFT_OUT
    paused: bool = LEFT_OUT
    at_counters: list[int] = LEFT_OUT
    visit: str = LEFT_OUT
    step: int = LEFT_OUT
    steps: int = LEFT_OUT
    leave_by: Instant = LEFT_OUT


_TICKET: dict[str, Any] = {
    "id": "Yp3xJ0mT1qK8v2Zb4nQw7A",
    "label": "A-012",
    "state": "SERVED",
    "service": "A",
    "office": "senapelan",
    "date": "2026-11-24",
    "url": "http://127.0.0.1:8000/t/Yp3xJ0mT1qK8v2Zb4nQw7A",
    "version": 4,
}


class FinishedAndCalled(Answer):
    """The finished ticket, and the one that was called; null: nobody waits."""

    model_config = example(finished=_TICKET, called=None)

    finished: TicketAnswer
    called: TicketAnswer | None

"""What the API answers an officer about the desk."""

from typing import Any

from queue_app.lifecycle import Outcome, ShiftState
from queue_app.routes.api.citizen.office_answers import BoardMessage
from queue_app.routes.api.desk.ticket_rows import TicketRow
from queue_app.routes.api.frame.fields import Answer, Instant, example
from queue_app.routes.api.supervision.oversight_answers import AlertAnswer, HandoverAnswer

_ROW: dict[str, Any] = {
    "id": "Yp3xJ0mT1qK8v2Zb4nQw7A",
    "label": "A-012",
    "service": "A",
    "state": "WAITING",
    "category": "regular",
    "version": 2,
    "seconds": 610.0,
    "kept": False,
    "reason": None,
    "outcome": None,
    "contested": False,
}


class DeskTicket(TicketRow):
    """A ticket in one of the desk's lists. ``seconds`` of waiting, of being held, since it was missed, or of the
    finished service. ``kept``: it waits for this counter, its pool or its officer alone. ``reason`` of the hold."""

    seconds: float
    kept: bool
    reason: str | None
    outcome: Outcome | None
    contested: bool


class DeskNote(Answer):
    """Words that an officer left with a ticket; ``counter`` (its number) null: at none."""

    words: str
    at: Instant
    counter: int | None


class DeskCurrent(TicketRow):
    """The ticket at the counter. ``serving_s`` is null before the start. ``called_enough``: the no-show is what the
    office expects now. ``initials`` of its holder, to be checked without reading a name aloud."""

    called_s: float
    calls: int
    called_enough: bool
    waited_s: int
    serving_s: float | None
    standard_s: int | None
    initials: str
    notes: list[DeskNote]


class DeskShift(Answer):
    """``counter`` is its id, ``number`` that on the desk. ``services`` are codes, as they are taken there."""

    counter: int
    number: int
    state: ShiftState
    since: Instant
    reason: str | None
    services: list[str]


class DeskNext(Answer):
    """Who would be called now, and what decided it."""

    ticket: DeskTicket
    why: str


class DeskSlip(Answer):
    """The officer's last move, which can be undone for so many more seconds."""

    ticket: str
    version: int
    action: str
    left_s: float


class DeskLeft(Answer):
    """Who would be left behind if the counter were closed now: those who ``wait`` for what nobody else serves, the
    labels of the first of them, and the labels of those who are ``held``."""

    waiting: int
    first: list[str]
    held: list[str]


class DeskDay(Answer):
    """The officer's own day so far."""

    served: int
    timed: int
    median_s: float | None


class DeskCounter(Answer):
    """A counter that can be opened; ``officer`` null: nobody sits there."""

    counter: int
    number: int
    officer: str | None


class DeskAnswer(Answer):
    """Everything on an officer's screen. Without an open counter (``shift`` null) the lists are empty. ``counters``:
    all of the office. ``unanswered``: complaints about the own work of which nothing was said yet."""

    model_config = example(
        version=41,
        shift={
            "counter": 1,
            "number": 1,
            "state": "OPEN",
            "since": "2026-11-24T08:00:00.000+07:00",
            "reason": None,
            "services": ["A", "B"],
        },
        current=None,
        next={"ticket": _ROW, "why": "weighted_wait"},
        waiting=[_ROW],
        waiting_total=1,
        slip=None,
        left={"waiting": 1, "first": ["A-012"], "held": []},
        handed_over=[],
        held=[],
        recent=[],
        no_shows=[],
        own={"served": 12, "timed": 12, "median_s": 402.0},
        counters=[{"counter": 1, "number": 1, "officer": "petugas1"}],
        messages=[],
        alerts=[],
        unanswered=0,
    )

    version: int
    shift: DeskShift | None
    current: DeskCurrent | None
    next: DeskNext | None
    waiting: list[DeskTicket]
    waiting_total: int
    slip: DeskSlip | None
    left: DeskLeft | None
    handed_over: list[HandoverAnswer]
    held: list[DeskTicket]
    recent: list[DeskTicket]
    no_shows: list[DeskTicket]
    own: DeskDay | None
    counters: list[DeskCounter]
    messages: list[BoardMessage]
    alerts: list[AlertAnswer]
    unanswered: int


class ShiftAnswer(Answer):
    """An officer's time at a counter: ``counter`` is its id, ``number`` the number on the desk, ``officer`` the user
    name."""

    model_config = example(
        id=7, counter=1, number=1, officer="petugas1", state="OPEN", opened_at="2026-11-24T08:00:00.000+07:00"
    )

    id: int
    counter: int
    number: int
    officer: str
    state: ShiftState
    opened_at: Instant

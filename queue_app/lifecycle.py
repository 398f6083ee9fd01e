"""Which move leads where: the whole life of a ticket as one table. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from queue_app.errors import N_, QueueError


class TicketState(StrEnum):
    """Where a ticket is. The values are public: they stand in the API and in the log."""

    BOOKED = "BOOKED"
    WAITING = "WAITING"
    CALLED = "CALLED"
    SERVING = "SERVING"
    ON_HOLD = "ON_HOLD"
    SERVED = "SERVED"
    NO_SHOW = "NO_SHOW"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"
    """Brought in from elsewhere, and the import was undone: it is in no figure."""


class Action(StrEnum):
    """What can happen to a ticket."""

    BOOK = "book"
    JOIN = "join"
    CHECK_IN = "check_in"
    RESCHEDULE = "reschedule"
    DEFER = "defer"
    CALL = "call"
    RECALL = "recall"
    START = "start"
    FINISH = "finish"
    HOLD = "hold"
    RESUME = "resume"
    TRANSFER = "transfer"
    CONTINUE = "continue"
    RELEASE = "release"
    RETURN = "return"
    NO_SHOW = "no_show"
    CANCEL = "cancel"
    EXPIRE = "expire"
    MOVE = "move"
    SET_CATEGORY = "set_category"
    UNDO = "undo"
    WITHDRAW = "withdraw"


class Outcome(StrEnum):
    """What came of a service, as the officer says at its end. The values stand in the API and in the log."""

    DONE = "done"
    PAPERS_MISSING = "papers_missing"
    REDIRECTED = "redirected"
    NOT_ELIGIBLE = "not_eligible"
    SYSTEM_DOWN = "system_down"


class ShiftState(StrEnum):
    """What an officer's time at one counter is at this moment."""

    OPEN = "OPEN"
    PAUSED = "PAUSED"
    CLOSED = "CLOSED"


STAFFED = (ShiftState.OPEN, ShiftState.PAUSED)
"""Somebody sits there. Of all shifts that an office ever had, an index has these together; not those that are not
closed."""


class ShiftAction(StrEnum):
    """What can happen to a shift; in the log beside the tickets' actions."""

    OPEN = "shift_open"
    PAUSE = "shift_pause"
    RESUME = "shift_resume"
    CLOSE = "shift_close"


BY_DAY_END = "day_end"
"""The reason in the log of what ended because the day did."""


class OfficeAction(StrEnum):
    """What can happen to an office or to a service of it; in the log beside the others."""

    SERVICE_PAUSE = "service_pause"
    SERVICE_RESUME = "service_resume"
    ISSUING_STOP = "issuing_stop"
    ISSUING_RESUME = "issuing_resume"
    ANNOUNCE = "announce"
    ANNOUNCE_END = "announce_end"
    DAY_CLOSE = "day_close"
    ALERT_RAISE = "alert_raise"
    ALERT_CLEAR = "alert_clear"
    ALERT_ACKNOWLEDGE = "alert_acknowledge"
    DISPLAY_CHANGE = "display_change"
    DISPLAY_PAIR = "display_pair"
    DISPLAY_REVOKE = "display_revoke"
    ANNOTATE = "annotate"
    ANNOTATION_REMOVE = "annotation_remove"
    SIGNAL = "signal"
    SIGNAL_SEEN = "signal_seen"
    CONTENT_CHANGE = "content_change"


class ClaimAction(StrEnum):
    """What can be said of a finished leg's time; in the log beside the moves, though it moves no ticket."""

    FLAG = "flag"
    ACCEPT = "flag_accept"
    DECLINE = "flag_decline"


@dataclass(frozen=True, slots=True)
class Move:
    """An action may be taken in any of ``sources`` (empty: it creates the ticket).

    ``target`` None keeps the state as it is; an undo leads back to where the undone move came from, see ``undone``.
    """

    sources: frozenset[TicketState]
    target: TicketState | None


S = TicketState
AT_COUNTER = frozenset({S.CALLED, S.SERVING})
"""One counter and one officer have at most one ticket in these states."""

FINAL = frozenset({S.SERVED, S.NO_SHOW, S.CANCELLED, S.EXPIRED, S.WITHDRAWN})
LIVE = frozenset(S) - FINAL

_MOVES: Mapping[Action, Move] = MappingProxyType(
    {
        Action.BOOK: Move(frozenset(), S.BOOKED),
        Action.JOIN: Move(frozenset(), S.WAITING),
        Action.CHECK_IN: Move(frozenset({S.BOOKED}), S.WAITING),
        Action.RESCHEDULE: Move(frozenset({S.BOOKED}), S.BOOKED),
        Action.DEFER: Move(frozenset({S.WAITING}), S.WAITING),
        Action.CALL: Move(frozenset({S.WAITING}), S.CALLED),
        Action.RECALL: Move(frozenset({S.CALLED}), S.CALLED),
        Action.START: Move(frozenset({S.CALLED}), S.SERVING),
        Action.FINISH: Move(frozenset({S.SERVING}), S.SERVED),
        Action.HOLD: Move(frozenset({S.SERVING}), S.ON_HOLD),
        Action.RESUME: Move(frozenset({S.ON_HOLD}), S.SERVING),
        Action.TRANSFER: Move(frozenset({S.CALLED, S.SERVING, S.ON_HOLD}), S.WAITING),
        # One service of the visit is done, and another remains.
        Action.CONTINUE: Move(frozenset({S.SERVING}), S.WAITING),
        # It was kept for a counter or an officer, and nobody is there any more.
        Action.RELEASE: Move(frozenset({S.WAITING}), S.WAITING),
        Action.RETURN: Move(frozenset({S.CALLED, S.NO_SHOW}), S.WAITING),
        Action.NO_SHOW: Move(frozenset({S.CALLED}), S.NO_SHOW),
        Action.CANCEL: Move(frozenset({S.BOOKED, S.WAITING}), S.CANCELLED),
        Action.EXPIRE: Move(LIVE, S.EXPIRED),
        # A supervisor sends somebody who waits on to another service: same label, and the wait goes on.
        Action.MOVE: Move(frozenset({S.WAITING}), S.WAITING),
        Action.SET_CATEGORY: Move(frozenset({S.BOOKED, S.WAITING}), None),
        # Of past tickets that were brought in alone: the whole import is undone, see ``moving_in``.
        Action.WITHDRAW: Move(FINAL - {S.WITHDRAWN}, S.WITHDRAWN),
    }
)

UNDOABLE = frozenset(
    {
        *(Action.START, Action.FINISH, Action.CONTINUE, Action.HOLD, Action.RESUME),
        *(Action.TRANSFER, Action.RETURN, Action.NO_SHOW),
    }
)
"""What may have been a slip of the hand. Not a call: the hall has heard it, so its citizen is returned instead."""

MOVES: Mapping[Action, Move] = MappingProxyType(
    {**_MOVES, Action.UNDO: Move(frozenset(_target for a in UNDOABLE if (_target := _MOVES[a].target)), None)}
)


class IllegalMove(QueueError):
    """The action does not start from the state the ticket is in."""

    def __init__(self, action: Action, state: TicketState) -> None:
        super().__init__(
            "illegal_move",
            N_("“%(action)s” tidak dapat dilakukan: tiket ini sekarang %(state)s. Pilih langkah lain."),
            409,
            action=action,
            state=state,
        )


def target(action: Action, state: TicketState | None) -> TicketState:
    """The state that ``action`` leads to from ``state`` (None: the ticket does not exist yet).

    Raises IllegalMove when the table has no such arrow.
    """
    move = MOVES[action]
    if state is None:
        if move.sources or move.target is None:
            raise ValueError(f"{action} does not create a ticket")
        return move.target
    if state not in move.sources:
        raise IllegalMove(action, state)
    return move.target or state


def undone(action: str, came_from: TicketState | None, state: TicketState) -> TicketState:
    """The state that undoing ``action``, which led from ``came_from`` to ``state``, leads back to.

    Raises IllegalMove for what cannot be undone.
    """
    is_undoable = action in UNDOABLE and came_from in MOVES[Action(action)].sources
    if not is_undoable or came_from is None or MOVES[Action(action)].target != state:
        raise IllegalMove(Action.UNDO, state)
    return came_from


Row = TypeVar("Row")


def standing(moves: Iterable[Row], action_of: Callable[[Row], str]) -> list[Row]:
    """One ticket's moves, oldest first, as if those that were undone had not happened: every reader of the log that
    folds it begins with this. An undo always undoes the move just before it, though a claim may stand between them.
    Nothing stands of a ticket that was withdrawn.
    """
    stand: list[Row] = []
    for move in moves:
        if action_of(move) == Action.WITHDRAW:
            return []
        if action_of(move) != Action.UNDO:
            stand.append(move)
        else:
            del stand[max(place for place, earlier in enumerate(stand) if action_of(earlier) in UNDOABLE)]
    return stand

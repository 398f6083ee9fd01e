"""What each kind of message depends on. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from queue_app.lifecycle import LIVE, Action, TicketState
from queue_app.models import MessageKind


@dataclass(frozen=True, slots=True)
class Kind:
    """``true_while``: the states in which it is still true. ``useful_for``: so long it is worth hearing.

    ``of_move``: it tells of one move, and is out of date after the ticket's next. ``urgent``: wakes a sleeping phone.
    ``line``: it tells of the place in the line, where only the newest word counts.
    """

    true_while: frozenset[TicketState]
    useful_for: timedelta
    of_move: bool = False
    urgent: bool = False
    line: bool = False


S = TicketState
_BOOKED = frozenset({S.BOOKED})

KINDS: Mapping[MessageKind, Kind] = MappingProxyType(
    {
        MessageKind.BOOKED: Kind(frozenset({S.BOOKED, S.WAITING}), timedelta(hours=2), of_move=True),
        MessageKind.MOVED: Kind(_BOOKED, timedelta(hours=6), of_move=True),
        MessageKind.REMINDER: Kind(_BOOKED, timedelta(hours=6)),
        MessageKind.NEAR: Kind(frozenset({S.WAITING}), timedelta(minutes=10), urgent=True, line=True),
        MessageKind.CALLED: Kind(frozenset({S.CALLED}), timedelta(minutes=10), of_move=True, urgent=True, line=True),
        MessageKind.MISSED: Kind(frozenset({S.NO_SHOW}), timedelta(hours=1), of_move=True, urgent=True, line=True),
        MessageKind.CLOSED_DAY: Kind(_BOOKED, timedelta(days=2)),
        MessageKind.PLACE: Kind(_BOOKED, timedelta(hours=6), of_move=True, urgent=True),
        MessageKind.NOTICE: Kind(LIVE, timedelta(hours=1)),
        MessageKind.ANSWER: Kind(frozenset(S), timedelta(days=2)),
        MessageKind.ALERT: Kind(LIVE, timedelta(hours=1)),
    }
)

TOLD_OF: Mapping[Action, MessageKind] = MappingProxyType(
    {
        Action.BOOK: MessageKind.BOOKED,
        Action.JOIN: MessageKind.BOOKED,
        Action.RESCHEDULE: MessageKind.MOVED,
        Action.CALL: MessageKind.CALLED,
        Action.RECALL: MessageKind.CALLED,
        Action.NO_SHOW: MessageKind.MISSED,
    }
)
"""Which moves of a ticket its holder is told of."""

LONGEST_NEWS = max(KINDS[kind].useful_for for kind in TOLD_OF.values())

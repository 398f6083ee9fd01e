"""The life of a ticket that was over before this program knew of it, as rows of the log. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from queue_app import lifecycle
from queue_app.lifecycle import Action


@dataclass(frozen=True, slots=True)
class PastMove:
    """A move that happened before this program knew of it."""

    action: Action
    at: datetime
    officer_id: int | None = None
    data: Mapping[str, Any] | None = None
    counter_id: int | None = None


@dataclass(frozen=True, slots=True)
class PastTicket:
    """A ticket whose life is over. ``columns`` of the ticket without ``office_id``, ``state`` and ``version``.

    ``moves`` begin with the one that creates the ticket; every one goes through the table of moves.
    """

    columns: Mapping[str, Any]
    moves: Sequence[PastMove]


def life_of(ticket: PastTicket) -> list[dict[str, Any]]:
    """The moves of a past ticket as rows of the log, still without their place in it."""
    rows: list[dict[str, Any]] = []
    state: lifecycle.TicketState | None = None
    for version, move_ in enumerate(ticket.moves, start=1):
        came_from, state = state, lifecycle.target(move_.action, state)
        rows.append(
            {
                "action": move_.action.value,
                "at": move_.at,
                "ticket_version": version,
                "from_state": came_from,
                "to_state": state,
                "officer_id": move_.officer_id,
                "counter_id": move_.counter_id,
                "data": dict(move_.data or {}),
            }
        )
    return rows

"""The sockets' namespaces and rooms."""

from collections.abc import Iterator
from typing import Any

from socketio import Manager

DISPLAY = "/display"
DESK = "/desk"
TICKET = "/ticket"

BREATH = 200
"""So many sockets are sent to before whatever else the process has to do has its turn: an officer's call."""


def office_room(office_id: int) -> str:
    return f"office:{office_id}"


def screens_room(office_id: int) -> str:
    """All paired screens of an office: each gets its own board, and all the same heartbeat."""
    return f"screens:{office_id}"


def screen_room(token_digest: str) -> str:
    """One paired screen; whoever was it before its display was paired anew is not in it."""
    return f"screen:{token_digest}"


def ticket_room(public_id: str) -> str:
    return f"ticket:{public_id}"


class Rooms(Manager):  # type: ignore[misc] # the library has no types
    """python-socketio's rooms, of which a large one does not keep all else waiting."""

    def get_participants(self, namespace: str, room: Any) -> Iterator[tuple[str, str]]:
        for number, participant in enumerate(super().get_participants(namespace, room), 1):
            yield participant
            if number % BREATH == 0:
                self.server.sleep(0)

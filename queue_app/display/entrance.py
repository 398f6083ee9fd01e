"""Who comes back after an outage comes in a few at a time, and between them whoever else asks goes first.

Where thousands of displays came back at once, all that had sent something were served to the end before the event loop
looked who else asks, and an officer waited seconds for the answer to a call.
"""

from collections import deque
from collections.abc import Callable, Iterable
from enum import IntEnum
from http import HTTPStatus
from socket import MSG_PEEK
from ssl import SSLSocket
from typing import Any

import gevent
from gevent.event import Event

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


ABREAST = 8
"""So many have their turn before whoever else asks is served: each takes a millisecond or two. One at a time would let
them wait for minutes where all else keeps the process busy."""


class Rank(IntEnum):
    """Whose turn is before whose."""

    INSIDE = 0
    """A message of an open socket: who has come in gets the board before the next comes in."""
    LEAVING = 1
    COMING = 2
    """Who opens a socket, and needs no poll from then on."""
    POLLING = 3
    """A display without a socket."""


class Order:
    """By rank and then in the order of coming. ``let_others`` serves whoever else asks."""

    def __init__(self, let_others: Callable[[], object]) -> None:
        self.let_others = let_others
        self._lines: tuple[deque[Event], ...] = tuple(deque() for _ in Rank)
        self._is_calling = False

    def wait_turn(self, rank: Rank) -> None:
        """Wait until it is one's turn, which lasts until the greenlet waits for something else."""
        turn = Event()
        self._lines[rank].append(turn)
        if not self._is_calling:
            self._is_calling = True
            gevent.spawn(self._call)
        turn.wait()

    def _call(self) -> None:
        try:
            while any(self._lines):
                self.let_others()
                for turn in self._next():
                    turn.set()
        finally:
            self._is_calling = False

    def _next(self) -> list[Event]:
        found: list[Event] = []
        for line in self._lines:
            while line and len(found) < ABREAST:
                found.append(line.popleft())
        return found


class Entrance:
    """WSGI middleware before the sockets and the displays' polls. It must run in gunicorn's gevent worker."""

    def __init__(self, app: Application, order: Order) -> None:
        self._app, self._order = app, order

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        rank = _rank(environ)
        if rank is not None:
            self._order.wait_turn(rank)
            if _has_left(environ["gunicorn.socket"]):
                start_response(f"{HTTPStatus.REQUEST_TIMEOUT.value} Request Timeout", [("Content-Length", "0")])
                return []
        return self._app(environ, start_response)


def _rank(environ: dict[str, Any]) -> Rank | None:
    """None: for who waits for nobody."""
    path: str = environ["PATH_INFO"]
    if path.startswith("/socket.io/"):
        return Rank.COMING if "sid=" not in environ.get("QUERY_STRING", "") else None
    return Rank.POLLING if path.startswith("/display/") and path.endswith("/board") else None


def _has_left(sock: Any) -> bool:
    """Whether the other side has hung up: a page gives up after a few seconds and comes again, so that to serve who has
    left would let others wait until they leave, too."""
    if isinstance(sock, SSLSocket):
        return False  # its stream cannot be looked into
    sock.settimeout(0.0)
    try:
        return not sock.recv(1, MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        sock.settimeout(None)

"""Displays as they hang on the wall: one for each server process, connected again by itself, keeping what it shows."""

import time
from collections import deque
from functools import partial
from typing import Any

import socketio

from tests.live_server import LiveServer

CONNECTED_S = 20
REMEMBERED = 20
SHOWN = ("version", "now_serving", "waiting")


class Screen:
    """``shown``: the newest board of this connection."""

    def __init__(self, server: LiveServer) -> None:
        self.shown: dict[str, Any] = {}
        self._course: deque[tuple[float, str]] = deque(maxlen=REMEMBERED)
        self._client = socketio.Client(reconnection_delay=0.25, reconnection_delay_max=1.0, randomization_factor=0.2)
        # As the page is: by itself the client gives up a connection that is not answered within a second.
        self._client.connect = partial(self._client.connect, wait_timeout=CONNECTED_S)
        self._client.on("board", self._show, namespace="/display")
        self._client.on("disconnect", self._forget, namespace="/display")
        self._client.on("connect", lambda: self._note("connected"), namespace="/display")
        self._client.on("heartbeat", lambda beat: self._note(f"heartbeat {beat['version']}"), namespace="/display")
        self._client.connect(
            server.url,
            namespaces=["/display"],
            auth={"office": "senapelan"},
            transports=["websocket"],
        )

    def close(self) -> None:
        self._client.shutdown()

    def is_right(self, board: dict[str, Any]) -> bool:
        return all(self.shown.get(name) == board[name] for name in SHOWN)

    def course(self, since: float) -> str:
        """What it heard last, each with the seconds after ``since`` (``time.monotonic``)."""
        return ", ".join(f"{at - since:+.2f} {what}" for at, what in list(self._course))

    def _note(self, what: str) -> None:
        self._course.append((time.monotonic(), what))

    def _show(self, board: dict[str, Any]) -> None:
        self._note(f"board {board['version']}")
        if board["version"] >= self.shown.get("version", 0):
            self.shown = board

    def _forget(self, *_: object) -> None:
        self._note("disconnected")
        self.shown = {}

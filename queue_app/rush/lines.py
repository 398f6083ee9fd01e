"""Where the lines are kept: here in this process, or in what all processes share (``shared``)."""

import secrets
import threading
import time
from collections.abc import Callable
from typing import Protocol

from queue_app.rush.line import Answer, Claim, Line, Standing


class Lines(Protocol):
    """Each office's line, by slug. For what is asked and answered, see ``Line``."""

    def arrive(self, office: str, who: str, claim: Claim | None, *, may_enter: bool, most_uses: int) -> Answer: ...
    def look(self, office: str) -> Standing | None:
        """How far it is; None where there is no line."""

    def call(self, office: str, count: int) -> int: ...
    def finish(self, office: str, claim: Claim, most_uses: int) -> None: ...
    def leave(self, office: str, claim: Claim) -> None: ...


def new_name() -> str:
    return secrets.token_hex(6)


class InProcess:
    """For one process, and while Redis is away."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._lines: dict[str, Line] = {}

    def arrive(self, office: str, who: str, claim: Claim | None, *, may_enter: bool, most_uses: int) -> Answer:
        with self._lock:
            line = self._lines.setdefault(office, Line(new_name))
            return line.arrive(who, claim, self._clock(), may_enter=may_enter, most_uses=most_uses)

    def look(self, office: str) -> Standing | None:
        with self._lock:
            line = self._lines.get(office)
            return line.standing(self._clock()) if line is not None and line.name else None

    def call(self, office: str, count: int) -> int:
        with self._lock:
            line = self._lines.get(office)
            return line.call(count, self._clock()) if line is not None else 0

    def finish(self, office: str, claim: Claim, most_uses: int) -> None:
        with self._lock:
            if office in self._lines:
                self._lines[office].finish(claim, most_uses)

    def leave(self, office: str, claim: Claim) -> None:
        with self._lock:
            if office in self._lines:
                self._lines[office].leave(claim)


def of(redis_url: str | None, namespace: Callable[[], str]) -> Lines:
    """Shared, where there is a Redis to share them in."""
    if redis_url is None:
        return InProcess()
    from queue_app.rush import shared  # noqa: PLC0415 - an office on one machine loads none of it

    return shared.OrInProcess(shared.InRedis(redis_url, namespace))

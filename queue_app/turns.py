"""Taking turns in the order of coming, for threads and greenlets.

A ``threading.Lock`` promises no order: where many come for it again and again, one that waits may do so for long. Here
whoever leaves hands the turn to who waits longest, and nobody gets in between.
"""

import threading
from collections import deque


class Turns:
    """``abreast`` may be inside at once, and ``most_waiting`` wait for it (None: any number)."""

    def __init__(self, abreast: int = 1, most_waiting: int | None = None) -> None:
        self._lock = threading.Lock()
        self._free = abreast
        self._most_waiting = most_waiting
        self._line: deque[threading.Event] = deque()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._line)

    def enter(self, timeout_s: float | None = None) -> bool:
        """Wait for one's turn; False when it did not come in time, or the line is full. Who entered must leave."""
        turn = threading.Event()
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            if self._most_waiting is not None and len(self._line) >= self._most_waiting:
                return False
            self._line.append(turn)
        try:
            if turn.wait(timeout_s):
                return True
        except BaseException:
            if not self._withdrawn(turn):
                self.leave()
            raise
        return not self._withdrawn(turn)  # it may just have come

    def leave(self) -> None:
        with self._lock:
            if self._line:
                self._line.popleft().set()
            else:
                self._free += 1

    def _withdrawn(self, turn: threading.Event) -> bool:
        """Step out of the line; False for who has the turn already."""
        with self._lock:
            if turn in self._line:
                self._line.remove(turn)
                return True
            return False

"""When each office's screens are to be sent: the first change at once, a burst of them together."""

import threading

GAP_S = 0.1
"""A burst is shown at most ten times a second. A call is shown at once, unless another has just been."""


class Timing:
    """Safe to use from several threads. Instants are of ``time.monotonic``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._due: dict[int, float] = {}
        self._sent_at: dict[int, float] = {}
        self._called_at: dict[int, float] = {}
        self._calling: set[int] = set()

    def mark(self, office_id: int, now: float, *, at_once: bool) -> None:
        """Have an office sent when the gap since its last time is over; ``at_once``: that since the last such."""
        with self._lock:
            last = self._called_at if at_once else self._sent_at
            if at_once:
                self._calling.add(office_id)
            self._plan(office_id, max(now, last.get(office_id, 0.0) + GAP_S))

    def plan(self, office_id: int, due: float) -> None:
        """Have an office sent then, if it is not sooner anyway."""
        with self._lock:
            self._plan(office_id, due)

    def _plan(self, office_id: int, due: float) -> None:
        self._due[office_id] = min(due, self._due.get(office_id, due))

    def next(self, latest: float) -> float:
        """When the next office is due, at the ``latest`` then."""
        with self._lock:
            return min([latest, *self._due.values()])

    def take(self, now: float) -> list[int]:
        """The offices that are due, which are sent now."""
        with self._lock:
            ready = [office_id for office_id, due in self._due.items() if due <= now]
            for office_id in ready:
                del self._due[office_id]
                self._sent_at[office_id] = now
                if office_id in self._calling:
                    self._calling.remove(office_id)
                    self._called_at[office_id] = now
        return ready

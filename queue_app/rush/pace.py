"""How many may come from the line at a time: as many as this process has just shown that it manages. Pure."""

from collections import deque

REACH_S = 4.0
"""Inside, or called and on their way, are no more than were served in so long. Who is called looks within two seconds,
so a server that has room serves more than came, and calls more; one that has none calls no more than it serves."""

LEAST = 8
"""May come at a time, however slow it is: where nobody came, nothing would be learned."""

FREE = 20
"""Who comes where nobody waits goes in beside so many: what is done within a second is no rush."""

FREE_FOR_PROGRAMS = 400
"""A program goes in beside so many: it can wait in its open request for some seconds, and need not know of passes."""

LATE_S, EASED = 0.1, 0.6
"""The event loop comes round this late at most. When it does not, desks feel it, and fewer are called: down to what is
as long under way as it is to be served, for less would end in serving nobody."""

GIVEN_S = 3.0
"""Who was called and has not come after so long may come later; another is called instead."""

FEWEST_COME = 0.2
"""Of those who are called; where fewer do, no more are called for it."""

_LAG_WEIGHT, _SHOW_WEIGHT = 0.1, 0.05


class Pace:
    """Of one process. Seconds of any clock."""

    def __init__(self) -> None:
        self._done: deque[float] = deque()
        self._called: deque[list[float]] = deque()  # when, how many of them have not come
        self._come = 1.0
        self.lag_s = 0.0

    def done(self, now: float) -> None:
        """One was served."""
        self._done.append(now)

    def came(self) -> None:
        """One who was called is here."""
        self._come += _SHOW_WEIGHT * (1.0 - self._come)
        while self._called:
            if self._called[0][1] > 0:
                self._called[0][1] -= 1
                return
            self._called.popleft()

    def called(self, count: int, now: float) -> None:
        self._called.append([now, count])

    def felt(self, late_s: float) -> None:
        """The event loop came round so late."""
        self.lag_s += _LAG_WEIGHT * (late_s - self.lag_s)

    def rate(self, now: float) -> float:
        """Served in a second, of late."""
        return self._lately(now) / REACH_S

    def may_enter(self, inside: int, now: float, beside: int = FREE) -> bool:
        """Whether somebody may come in without having waited, beside those who are inside."""
        return inside < max(beside, self.rate(now)) * self._ease()

    def to_call(self, inside: int, now: float) -> int:
        """How many more to call: as many as there is room for, and more where not all that are called come."""
        while self._called and now - self._called[0][0] > GIVEN_S:
            missed = self._called.popleft()[1]
            self._come = max(FEWEST_COME, self._come * (1.0 - _SHOW_WEIGHT) ** missed)
        coming = sum(count for _, count in self._called) * self._come
        most = max(float(LEAST), self._lately(now) * self._ease())
        return max(0, round((most - inside - coming) / self._come))

    def _lately(self, now: float) -> int:
        while self._done and now - self._done[0] > REACH_S:
            self._done.popleft()
        return len(self._done)

    def _ease(self) -> float:
        return min(1.0, max(EASED, LATE_S / self.lag_s)) if self.lag_s > 0 else 1.0

"""The waiting room of one process: its part of the lines, and how many it lets in.

It is there when more ask than are served, and only then: who comes where nobody waits, and few are inside, notices
nothing.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from queue_app.rush.line import Answer, Claim, Entry, Standing
from queue_app.rush.lines import Lines
from queue_app.rush.pace import FREE, Pace

USES = 20
"""A place lets in so often: the day is looked at, an hour is kept, a mistake is corrected."""

_BETWEEN_CALLS_S = 0.05
_IN_MIND_S = 60.0


class Room:
    """``entered`` and ``told_to_wait`` count what it did, for Prometheus."""

    def __init__(self, lines: Lines, clock: Callable[[], float] = time.monotonic) -> None:
        self.entered, self.told_to_wait = 0, 0
        self._lines, self._clock = lines, clock
        self._pace, self._lock = Pace(), threading.Lock()
        self._inside = 0
        self._offices: OrderedDict[str, float] = OrderedDict()  # where somebody waits, and when that was seen last
        self._last_call = 0.0

    def ask(self, office: str, who: str, claim: Claim | None = None, uses: int = USES, beside: int = FREE) -> Answer:
        """Somebody asks to come in, and does where nobody waits ``beside`` so many who are inside. Whoever is answered
        ``FREE`` or ``COME`` passes through ``inside``."""
        if claim is not None and (waiting := self.still_waits(office, claim)):
            return waiting
        with self._lock:
            may_enter = self._pace.may_enter(self._inside, self._clock(), beside)
        answer = self._lines.arrive(office, who, claim, may_enter=may_enter, most_uses=uses)
        if answer.entry is Entry.COME:
            with self._lock:
                self._pace.came()
        return self._noted(office, answer)

    def still_waits(self, office: str, claim: Claim) -> Answer | None:
        """How a place stands; None for one that was called, or is in no line that there is."""
        self._call_more()
        standing = self._lines.look(office)
        if standing is None or standing.name != claim.line or standing.called >= claim.number:
            return None
        return self._noted(office, Answer(Entry.WAIT, claim.number, standing))

    @contextmanager
    def inside(self) -> Iterator[None]:
        """While one who may come in is served."""
        with self._lock:
            self._inside += 1
            self.entered += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                self._pace.done(self._clock())
            self._call_more()

    def felt(self, late_s: float) -> None:
        """The event loop came round so late: desks wait as long."""
        self._pace.felt(late_s)

    def finish(self, office: str, claim: Claim) -> None:
        """The place has led to a number."""
        self._lines.finish(office, claim, USES)

    def leave(self, office: str, claim: Claim) -> None:
        """The place is wanted no more."""
        self._lines.leave(office, claim)

    def standing(self, office: str) -> Standing | None:
        """How the office's line is; None where there is none."""
        return self._lines.look(office)

    def offices(self) -> list[str]:
        """Where this process has lately seen somebody wait."""
        with self._lock:
            return [office for office, at in self._offices.items() if self._clock() - at < _IN_MIND_S]

    def _noted(self, office: str, answer: Answer) -> Answer:
        if answer.entry is Entry.WAIT:
            with self._lock:
                self.told_to_wait += 1
                self._offices[office] = self._clock()
        return answer

    def _call_more(self) -> None:
        """Call as many as there is room for: of each office with a line as many, whichever has more people."""
        with self._lock:
            now = self._clock()
            if not self._offices or now - self._last_call < _BETWEEN_CALLS_S:
                return
            self._last_call = now
            for office in [of for of, at in self._offices.items() if now - at > _IN_MIND_S]:
                del self._offices[office]
            count, lines = self._pace.to_call(self._inside, now), list(self._offices)
        for left in range(len(lines), 0, -1):
            office, share = lines[len(lines) - left], -(-count // left)
            if not share:
                return
            called = self._lines.call(office, share)
            count -= called
            with self._lock:
                self._pace.called(called, now)
                if office in self._offices:
                    self._offices.move_to_end(office)  # where there is not one for each, they take turns

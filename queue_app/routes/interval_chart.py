"""Where a dot and its interval stand on a drawing of speed indices. Pure geometry; the template draws it.

The scale is logarithmic with 100 in the middle, because an index is a ratio: twice as fast lies as far to the right
as half as fast lies to the left.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log

from metrics.speed import OfficerSpeed

WIDTH = 240.0
MARGIN = 12.0

_LEAST_REACH = log(1.5)
_FARTHEST_REACH = log(4)
_TICKS = (25, 33, 50, 67, 80, 100, 125, 150, 200, 300, 400)


@dataclass(frozen=True, slots=True)
class Mark:
    """Horizontal places, in units of the drawing, from 0 to ``WIDTH``."""

    low: float
    dot: float
    high: float


@dataclass(frozen=True, slots=True)
class Scale:
    """``reach``: the largest distance from 100 that is drawn, as a logarithm."""

    reach: float

    def x(self, index: float) -> float:
        """The place of an index; one beyond the edge stands at the edge."""
        part = max(-1.0, min(1.0, log(index / 100) / self.reach))
        return round(WIDTH / 2 + part * (WIDTH / 2 - MARGIN), 1)

    def ticks(self) -> list[tuple[int, float]]:
        """The indices written on the axis, and their places: 100, and a few on both sides, none too close."""
        edge = 100 * exp(self.reach) + 0.5
        inside = [tick for tick in _TICKS if 10000 / edge <= tick <= edge]
        if len(inside) > 5:
            inside = [tick for tick in inside if tick in (25, 50, 100, 200, 400)]
        return [(tick, self.x(tick)) for tick in inside]

    def mark(self, officer: OfficerSpeed) -> Mark | None:
        """None when the officer has too little data for an index."""
        if officer.index is None or officer.index_low is None or officer.index_high is None:
            return None
        return Mark(self.x(officer.index_low), self.x(officer.index), self.x(officer.index_high))


def scale_for(officers: Iterable[OfficerSpeed]) -> Scale:
    """The narrowest scale that holds all intervals, within sensible bounds."""
    ends = [end for o in officers for end in (o.index_low, o.index_high) if end is not None]
    needed = max((abs(log(end / 100)) for end in ends), default=0.0)
    return Scale(min(max(needed * 1.05, _LEAST_REACH), _FARTHEST_REACH))

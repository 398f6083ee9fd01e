"""Funnel limits around 100 for officers' speed (Spiegelhalter 2005): where chance alone would leave an officer's ratio.

The ratio is 100 exp(-d), not shrunk; its limits 100 exp(+- z sqrt(phi v)) with z 1.96 (95 %) and 3.09 (99.8 %). phi
widens them for over-dispersion: the mean of d^2 / v over all officers, never under 1, from ten officers on; with fewer
it is 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, sqrt
from statistics import fmean, median

from metrics.speed import OfficerSpeed

Z_INNER = 1.96
Z_OUTER = 3.09
_LEAST_FOR_PHI = 10


@dataclass(frozen=True, slots=True)
class Against:
    """An officer in the funnel. ``weight``: the visits that would be known as well in the office's usual mix, so that
    limits are a function of it alone. ``outside``: beyond the outer limits.
    """

    officer: str
    ratio: float
    weight: float
    outside: bool


@dataclass(frozen=True, slots=True)
class FunnelOf:
    """``variance``: of one visit, so that v = variance / weight."""

    points: tuple[Against, ...]
    variance: float
    phi: float

    def limit(self, weight: float, z: float) -> float:
        """The ratio at the limit; ``z`` negative for the lower one."""
        return 100 * exp(z * sqrt(self.phi * self.variance / weight))


def funnel_of(officers: Iterable[OfficerSpeed], min_visits: int) -> FunnelOf | None:
    """All officers with at least ``min_visits`` compared visits; None when there is none."""
    known = [(o.officer, o.effect) for o in officers if o.effect is not None and o.effect.visits >= min_visits]
    if not known:
        return None
    variance = median(effect.v * effect.visits for _, effect in known)
    phi = max(1.0, fmean(effect.d**2 / effect.v for _, effect in known)) if len(known) >= _LEAST_FOR_PHI else 1.0
    points = tuple(
        Against(
            officer=officer,
            ratio=100 * exp(-effect.d),
            weight=variance / effect.v,
            outside=abs(effect.d) > Z_OUTER * sqrt(phi * effect.v),
        )
        for officer, effect in known
    )
    return FunnelOf(points, variance, phi)

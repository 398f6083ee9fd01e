"""An EWMA chart (Roberts, 1959): small lasting changes, which single figures hide, gather in a weighted mean.

z_i = w x_i + (1 - w) z_(i-1) from the mean, with limits mean +- L s sqrt(w / (2 - w) (1 - (1 - w)^(2i))); s is the mean
moving range / 1.128, so that the change looked for does not widen the limits that should find it, and neither mean nor
range counts the figures that an XmR chart leaves out of its limits.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from metrics.xmr import LEAST, usual

WEIGHT = 0.2
REACH = 2.86
"""With ``WEIGHT`` a false signal comes once in about 370 figures (Lucas and Saccucci, 1990), as on a 3-sigma chart."""

_D2 = 1.128


@dataclass(frozen=True, slots=True)
class Ewma:
    """One value, lower and upper limit and signal for each figure. Units are those of the figures."""

    mean: float
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    signals: tuple[bool, ...]


def ewma(figures: Sequence[float], baseline: int | None = None) -> Ewma | None:
    """``baseline``: from how many of the first figures mean and spread are taken (None: all).

    None with fewer than ``LEAST`` figures in the baseline.
    """
    known = figures[: len(figures) if baseline is None else baseline]
    if len(known) < LEAST:
        return None
    mean, moving = usual(known)
    spread = moving / _D2
    values, low, high = list[float](), list[float](), list[float]()
    smooth = mean
    for n, figure in enumerate(figures, start=1):
        smooth = WEIGHT * figure + (1 - WEIGHT) * smooth
        reach = REACH * spread * math.sqrt(WEIGHT / (2 - WEIGHT) * (1 - (1 - WEIGHT) ** (2 * n)))
        values.append(smooth)
        low.append(mean - reach)
        high.append(mean + reach)
    signals = (not least <= value <= most for value, least, most in zip(values, low, high, strict=True))
    return Ewma(mean, tuple(values), tuple(low), tuple(high), tuple(signals))

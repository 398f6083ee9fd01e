"""An XmR chart (Wheeler): limits mean +- 2.66 x mean moving range of the figures in their order.

Signals: a figure beyond the limits, or the eighth and further in a row on one side of the mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

LEAST = 8
"""Figures under which limits would say more than is known."""
_RUN = 8


@dataclass(frozen=True, slots=True)
class Xmr:
    """``signals[i]``: the i-th figure is unusual. Units are those of the figures."""

    mean: float
    low: float
    high: float
    signals: tuple[bool, ...]


def xmr(figures: Sequence[float]) -> Xmr | None:
    """None with fewer than ``LEAST`` figures."""
    if len(figures) < LEAST:
        return None
    mean = fmean(figures)
    reach = 2.66 * fmean(abs(after - before) for before, after in pairwise(figures))
    signals, side, run = [], 0, 0
    for figure in figures:
        now = (figure > mean) - (figure < mean)
        run = run + 1 if now == side and now else 1
        side = now
        signals.append(abs(figure - mean) > reach or (now != 0 and run >= _RUN))
    return Xmr(mean, mean - reach, mean + reach, tuple(signals))

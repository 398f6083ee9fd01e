"""An XmR chart (Wheeler): limits mean +- 2.66 x mean moving range of the figures in their order.

A figure beyond the limits does not say what is usual: the limits are taken once more without those. Signals: a figure
beyond them, or the eighth and further in a row on one side of the mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

LEAST = 8
"""Figures under which limits would say more than is known."""
_REACH = 2.66
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
    mean, moving = usual(figures)
    reach = _REACH * moving
    signals, side, run = [], 0, 0
    for figure in figures:
        now = (figure > mean) - (figure < mean)
        run = run + 1 if now == side and now else 1
        side = now
        signals.append(abs(figure - mean) > reach or (now != 0 and run >= _RUN))
    return Xmr(mean, mean - reach, mean + reach, tuple(signals))


def usual(figures: Sequence[float]) -> tuple[float, float]:
    """Mean and mean moving range, without the figures beyond the limits that all of them together give (unless fewer
    than ``LEAST`` would be left).
    """
    mean, moving = _mean_and_moving(figures)
    within = [figure for figure in figures if abs(figure - mean) <= _REACH * moving]
    return _mean_and_moving(within) if len(within) >= LEAST else (mean, moving)


def _mean_and_moving(figures: Sequence[float]) -> tuple[float, float]:
    return fmean(figures), fmean(abs(after - before) for before, after in pairwise(figures))

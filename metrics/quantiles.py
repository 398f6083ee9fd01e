"""Medians and percentiles, one definition for the whole product.

Type 7 of Hyndman and Fan (1996): the value at position ``(n - 1) p`` of the sorted sample, counted from 0, with
linear interpolation between neighbours. It is what spreadsheets' PERCENTILE.INC, NumPy and R compute by default, so a
supervisor who exports the visits gets the same figure.
"""

from collections.abc import Iterable

import numpy as np


def quantile(values: Iterable[float], p: float) -> float | None:
    """The ``p`` quantile (type 7), or ``None`` for no values. Raises ``ValueError`` unless ``0 <= p <= 1``."""
    if not 0 <= p <= 1:
        raise ValueError("p must lie between 0 and 1")
    ordered = np.sort(values) if isinstance(values, np.ndarray) else sorted(values)
    if not len(ordered):
        return None
    position = (len(ordered) - 1) * p
    below = int(position)
    if below + 1 == len(ordered):
        return float(ordered[below])
    return float(ordered[below] + (position - below) * (ordered[below + 1] - ordered[below]))


def median(values: Iterable[float]) -> float | None:
    """The middle value, or ``None`` for no values."""
    return quantile(values, 0.5)


def p90(values: Iterable[float]) -> float | None:
    """The value that nine in ten do not exceed, or ``None`` for no values."""
    return quantile(values, 0.9)

"""Medians and percentiles, one definition for the whole product.

Type 7 of Hyndman and Fan (1996): the value at position ``(n - 1) p`` of the sorted sample, counted from 0, with
linear interpolation between neighbours. It is what spreadsheets' PERCENTILE.INC, NumPy and R compute by default, so a
supervisor who exports the visits gets the same figure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Values in order, so that their quantiles cost nothing, and to which others can be added."""

    ordered: NDArray[np.float64]

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> "Sample":
        """The values, in any order."""
        return cls(np.sort(values))

    def __add__(self, other: "Sample") -> "Sample":
        if not len(self) or not len(other):
            return self if len(self) else other
        # Stable: two ordered runs are only merged.
        return Sample(np.sort(np.concatenate([self.ordered, other.ordered]), kind="stable"))

    def __len__(self) -> int:
        return len(self.ordered)

    @property
    def median(self) -> float | None:
        return _of_ordered(self.ordered, 0.5)

    @property
    def p80(self) -> float | None:
        return _of_ordered(self.ordered, 0.8)

    @property
    def p90(self) -> float | None:
        return _of_ordered(self.ordered, 0.9)


NO_VALUES = Sample(np.empty(0))


def quantile(values: Iterable[float], p: float) -> float | None:
    """The ``p`` quantile (type 7), or ``None`` for no values. Raises ``ValueError`` unless ``0 <= p <= 1``."""
    if not 0 <= p <= 1:
        raise ValueError("p must lie between 0 and 1")
    return _of_ordered(np.sort(values) if isinstance(values, np.ndarray) else sorted(values), p)


def _of_ordered(ordered: Sequence[float] | NDArray[Any], p: float) -> float | None:
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


def p80(values: Iterable[float]) -> float | None:
    """The value that four in five do not exceed, or ``None`` for no values."""
    return quantile(values, 0.8)


def p90(values: Iterable[float]) -> float | None:
    """The value that nine in ten do not exceed, or ``None`` for no values."""
    return quantile(values, 0.9)

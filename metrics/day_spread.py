"""How much more an officer's mean scatters than it would if visits of one day were independent.

A slow printer, a hard morning: visits of one officer on one day are a little alike, so ten days of fifteen visits say
less than a hundred and fifty visits would. Let r be the difference of a log time from its officer's and stratum's mean,
in that stratum's spread, and S the sum of r over a day of an officer. Independent visits would give E[S^2] = sum of
n (1 - n / N) over the strata, n of the day and N of all days. ``factor`` is how many times as large S^2 is in the
office, never under 1; by it the variance of a mean is multiplied.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LEAST_FREE = 20.0
"""So much must be known of it that it is believed; before that it is 1."""


@dataclass(frozen=True, slots=True)
class DaySpread:
    """``squares`` of the days' sums, and what independent visits would give: both can be added up."""

    squares: float = 0.0
    independent: float = 0.0

    def __add__(self, other: "DaySpread") -> "DaySpread":
        return DaySpread(self.squares + other.squares, self.independent + other.independent)

    @property
    def factor(self) -> float:
        return max(1.0, self.squares / self.independent) if self.independent >= _LEAST_FREE else 1.0


def day_spread(
    officer: NDArray[Any], stratum: NDArray[Any], day: NDArray[Any], log_s: NDArray[np.float64]
) -> DaySpread:
    """Of visits: codes (0 and up) of who served, of the stratum and of the day, and the log of the serve time."""
    if not len(log_s):
        return DaySpread()
    officer, stratum, day = _without_gaps(officer), _without_gaps(stratum), _without_gaps(day)
    cell = _without_gaps(officer * (stratum.max() + 1) + stratum)
    day_of_officer = _without_gaps(officer * (day.max() + 1) + day)
    n = np.bincount(cell)
    away = log_s - (np.bincount(cell, log_s) / n)[cell]
    free = np.bincount(stratum, 1 - 1 / n[cell])
    spread = np.sqrt(np.bincount(stratum, away**2) / np.maximum(free, 1))
    in_spreads = np.divide(away, spread[stratum], out=np.zeros_like(away), where=spread[stratum] > 0)
    sums = np.bincount(day_of_officer, in_spreads)
    together, of_day = np.unique(cell * (day_of_officer.max() + 1) + day_of_officer, return_counts=True)
    whole = n[together // (day_of_officer.max() + 1)]
    return DaySpread(float((sums**2).sum()), float((of_day * (1 - of_day / whole)).sum()))


def _without_gaps(code: NDArray[Any]) -> NDArray[np.int64]:
    """Codes numbered anew from 0, in their order: by counting, for sorting a year of visits takes a quarter second."""
    from_0 = code.astype(np.int64) - code.min()
    numbered: NDArray[np.int64] = (np.cumsum(np.bincount(from_0) > 0) - 1)[from_0]
    return numbered

"""How good forecasts were: errors, how often the range held, and the pinball loss, which judges range and middle.

Pinball loss of a quantile q at level p: (y - q) p when y >= q, else (q - y) (1 - p) (Koenker and Bassett, 1978; a
proper score, Gneiting and Raftery 2007). The mean over the three levels is given.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from math import fsum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from metrics.estimate import COARSE_MINUTES, COARSE_STEP, LONGEST_TOLD_S
from metrics.forecast.line import LEVELS, Spread

Name = TypeVar("Name", str, int)
Seconds = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Told:
    """One forecast and what came of it, seconds; ``spread`` is None for a method that gives a lone number."""

    median_s: float
    waited_s: float
    spread: Spread | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """The same of many, in columns: a large office has tens of thousands in a month. A lone number's ends are NaN."""

    low_s: Seconds
    median_s: Seconds
    high_s: Seconds
    waited_s: Seconds

    def __len__(self) -> int:
        return len(self.waited_s)

    @property
    def held(self) -> Mask:
        """Whose range held; of a lone number it did not."""
        return (self.low_s <= self.waited_s) & (self.waited_s <= self.high_s)

    def where(self, chosen: Mask) -> "Outcomes":
        return Outcomes(*(getattr(self, column.name)[chosen] for column in fields(self)))


@dataclass(frozen=True, slots=True)
class Score:
    """Of ``n`` forecasts, in seconds: mean and median absolute error, mean of forecast minus wait. ``coverage``: share
    of waits inside the range, and ``pinball_s``: both None for lone numbers."""

    n: int
    mean_error_s: float
    median_error_s: float
    bias_s: float
    coverage: float | None
    pinball_s: float | None


def score(told: Sequence[Told]) -> Score | None:
    """None of nothing."""
    return score_of(columns(told))


def by(named: Iterable[tuple[Name, Told]]) -> dict[Name, Score]:
    """The score of each group."""
    groups: defaultdict[Name, list[Told]] = defaultdict(list)
    for name, told in named:
        groups[name].append(told)
    return {name: found for name, own in groups.items() if (found := score(own)) is not None}


def score_of(outcomes: Outcomes) -> Score | None:
    """None of nothing."""
    if not len(outcomes):
        return None
    errors = outcomes.median_s - outcomes.waited_s
    ranged = outcomes.where(~np.isnan(outcomes.low_s))
    return Score(
        n=len(outcomes),
        mean_error_s=_mean(abs(errors)),
        median_error_s=float(np.median(abs(errors))),
        bias_s=_mean(errors),
        coverage=int(ranged.held.sum()) / len(ranged) if len(ranged) else None,
        pinball_s=_mean(_pinball_s(ranged)) if len(ranged) else None,
    )


def by_name(names: Sequence[Name], outcomes: Outcomes) -> list[tuple[Name, Score]]:
    """The score of each name, in their order; ``names`` has one for each forecast."""
    named = np.array(names)
    of_each = ((name, score_of(outcomes.where(named == name))) for name in sorted(set(names)))
    return [(name, found) for name, found in of_each if found is not None]


def told_ends(low_s: Seconds, high_s: Seconds) -> tuple[Seconds, Seconds]:
    """The ends of foretold ranges as people are told them (``metrics.estimate.told_range``); NaN where they are not."""
    low, high = np.floor(low_s / 60), np.maximum(1, np.ceil(high_s / 60))
    step = np.where(high > COARSE_MINUTES, COARSE_STEP, 1)
    is_told = (low_s >= 0) & (low_s <= high_s) & (low_s <= LONGEST_TOLD_S)
    ends = low - low % step, high + -high % step
    return np.where(is_told, 60 * ends[0], np.nan), np.where(is_told, 60 * ends[1], np.nan)


def columns(told: Sequence[Told]) -> Outcomes:
    lone = Spread(np.nan, np.nan, np.nan)
    rows = [((one.spread or lone).low_s, one.median_s, (one.spread or lone).high_s, one.waited_s) for one in told]
    return Outcomes(*np.array(rows, dtype=np.float64).reshape(-1, 4).T)


def _pinball_s(outcomes: Outcomes) -> Seconds:
    """The mean over the three quantiles."""
    quantiles = np.stack([outcomes.low_s, outcomes.median_s, outcomes.high_s])
    over, levels = outcomes.waited_s - quantiles, np.array(LEVELS)[:, None]
    mean_s: Seconds = np.where(over >= 0, over * levels, -over * (1 - levels)).mean(axis=0)
    return mean_s


def _mean(values: Seconds) -> float:
    """Exact, so that it does not hang on the order."""
    return fsum(values.tolist()) / len(values)

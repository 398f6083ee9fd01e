"""How good forecasts were: errors, how often the range held, and the pinball loss, which judges range and middle.

Pinball loss of a quantile q at level p: (y - q) p when y >= q, else (q - y) (1 - p) (Koenker and Bassett, 1978; a
proper score, Gneiting and Raftery 2007). The mean over the three levels is given.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import TypeVar

from metrics.forecast.line import LEVELS, Spread

Name = TypeVar("Name", str, int)


@dataclass(frozen=True, slots=True)
class Told:
    """One forecast and what came of it, seconds; ``spread`` is None for a method that gives a lone number."""

    median_s: float
    waited_s: float
    spread: Spread | None = None


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
    if not told:
        return None
    errors = [abs(float(one.median_s) - one.waited_s) for one in told]
    spreads = [(one.spread, one.waited_s) for one in told if one.spread is not None]
    return Score(
        n=len(told),
        mean_error_s=fmean(errors),
        median_error_s=median(errors),
        bias_s=fmean(one.median_s - one.waited_s for one in told),
        coverage=fmean(holds(spread, waited_s) for spread, waited_s in spreads) if spreads else None,
        pinball_s=fmean(pinball_s(spread, waited_s) for spread, waited_s in spreads) if spreads else None,
    )


def by(named: Iterable[tuple[Name, Told]]) -> dict[Name, Score]:
    """The score of each group."""
    groups: defaultdict[Name, list[Told]] = defaultdict(list)
    for name, told in named:
        groups[name].append(told)
    return {name: found for name, own in groups.items() if (found := score(own)) is not None}


def holds(spread: Spread, waited_s: float) -> bool:
    return spread.low_s <= waited_s <= spread.high_s


def pinball_s(spread: Spread, waited_s: float) -> float:
    """The mean over the three quantiles."""
    quantiles = (spread.low_s, spread.median_s, spread.high_s)
    return fmean(
        (waited_s - quantile) * level if waited_s >= quantile else (quantile - waited_s) * (1 - level)
        for quantile, level in zip(quantiles, LEVELS, strict=True)
    )

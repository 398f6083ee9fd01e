"""How far officers truly differ, and how much of one officer's difference to believe.

Model: officer o's true difference is theta_o ~ N(0, tau^2) on the log scale, and what was measured is
d_o ~ N(theta_o, v_o). The centre is 0 because every officer is measured against what is expected of anybody.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z_95 = 1.96
"""Two-sided 95 % point of the normal distribution, as in the published formula."""

_FEWEST_OFFICERS = 3
_GRID = 240
_REFINEMENTS = 60
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True)
class Shrunk:
    """An officer's believed log difference and its variance."""

    theta: float
    variance: float


@dataclass(frozen=True, slots=True)
class Index:
    """100 as expected, above is faster; ``low``..``high`` is the 95 % interval."""

    value: float
    low: float
    high: float


def between_officer_variance(effects: Sequence[tuple[float, float]]) -> float | None:
    """tau^2 from pairs ``(d_o, v_o)`` with every ``v_o > 0``; ``None`` for fewer than three officers.

    The maximum of tau^2 L(tau^2), L the likelihood of the model above (adjusted maximum likelihood: Morris 1983,
    Li and Lahiri 2010). The usual DerSimonian-Laird value is often exactly 0 in an office of a handful of officers,
    and with it everybody gets "100, interval 100 to 100", a certainty nobody has. In simulation (2 to 24 officers, 30
    to 600 visits each, unequal mixes, tau 0 to 0.4; benchmarks/interval_coverage.py) 95 % intervals with it held the
    truth in as few as 29 % of cases, in offices of up to five officers with tau 0.05 in 29 % to 81 %; with the value
    used here in 92 % to 99.6 %, mostly 94 % to 97 %, at every size. It is never 0 and nears DerSimonian-Laird as
    officers are added.

    For one or two officers the maximum lies at infinity: the data cannot tell how far officers differ in general, so
    nothing may be shrunk.

    Raises ``ValueError`` for a variance that is not positive.
    """
    if any(v <= 0 for _, v in effects):
        raise ValueError("every variance must be positive")
    if len(effects) < _FEWEST_OFFICERS:
        return None
    # The score is positive below (smallest v)/n and negative far above the largest d^2 and v: the maximum is between.
    low = math.log(min(v for _, v in effects) / len(effects))
    high = math.log(100 * max(max(v, d * d) for d, v in effects))
    step = (high - low) / _GRID
    best = max(range(_GRID + 1), key=lambda i: _log_adjusted_likelihood(low + i * step, effects))
    return math.exp(_golden_maximum(low + (best - 1) * step, low + (best + 1) * step, effects))


def _log_adjusted_likelihood(log_tau2: float, effects: Sequence[tuple[float, float]]) -> float:
    tau2 = math.exp(log_tau2)
    # fsum: the same officers in another order must give the same value to the last bit.
    return log_tau2 - 0.5 * math.fsum(math.log(tau2 + v) + d * d / (tau2 + v) for d, v in effects)


def _golden_maximum(low: float, high: float, effects: Sequence[tuple[float, float]]) -> float:
    for _ in range(_REFINEMENTS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if _log_adjusted_likelihood(left, effects) < _log_adjusted_likelihood(right, effects):
            low = left
        else:
            high = right
    return (low + high) / 2


def shrink(d: float, v: float, tau2: float | None) -> Shrunk:
    """theta = d tau^2 / (tau^2 + v) with variance tau^2 v / (tau^2 + v); unshrunk, d and v, when tau^2 is ``None``.

    The more visits (the smaller v), the more of d is believed.
    """
    if tau2 is None:
        return Shrunk(d, v)
    return Shrunk(d * tau2 / (tau2 + v), tau2 * v / (tau2 + v))


def index_of(shrunk: Shrunk) -> Index:
    """100 exp(-theta) with the interval 100 exp(-(theta +- 1.96 sqrt(variance)))."""
    half = Z_95 * math.sqrt(shrunk.variance)
    return Index(
        value=100 * math.exp(-shrunk.theta),
        low=100 * math.exp(-(shrunk.theta + half)),
        high=100 * math.exp(-(shrunk.theta - half)),
    )

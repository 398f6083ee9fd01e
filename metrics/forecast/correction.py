"""What the rollout misses, learned from past forecasts: three quantile regressions of the logarithm of the wait.

A rollout knows the line. It does not know who will overtake, which counters will close for lunch, or that mornings run
late. What people have just waited tells of that: the wait so far of the next to be called, and the wait of the last who
was called. Each quantile of log(wait) is linear in the rollout's own quantile, these, the line and the time of day.

Fitted by the MM algorithm for quantile regression (Hunter and Lange, 2000, "Quantile regression via an MM algorithm"),
with a ridge toward identity: with few forecasts to learn from, the rollout is left as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.forecast.replay import Case, Known
from metrics.forecast.rollout import LEVELS, Floats, Spread

FEWEST = 60
"""Below so many finished forecasts nothing is corrected."""

RIDGE = 20.0
"""As if so many forecasts had shown that the rollout is right."""

_LEAST_S = 1.0
_FARTHEST = 4.0
_STEPS = 60
_EPSILON = 1e-3
_TERMS = 9


@dataclass(frozen=True, slots=True)
class Correction:
    """``weights``: of each quantile, shape (3, terms); see ``_terms``. ``learned_from`` so many forecasts."""

    weights: tuple[tuple[float, ...], ...]
    learned_from: int

    def of(self, rolled: Spread, known: Known, hour: int) -> Spread:
        """The corrected wait; quantiles never cross, and none moves by more than a factor of ``_FARTHEST``."""
        terms = _terms([rolled], [known], [hour])
        logs = np.array([terms[at, 0] @ np.array(own) for at, own in enumerate(self.weights)])
        raw = _logs([rolled])[:, 0]
        reach = np.log(_FARTHEST)
        return Spread(*(float(s) for s in np.sort(np.exp(np.clip(logs, raw - reach, raw + reach)))))


IDENTITY: Correction | None = None
"""No correction: the rollout as it is."""


def learn(cases: Sequence[Case]) -> Correction | None:
    """Learn from forecasts whose end is known; None (the rollout as it is) from fewer than ``FEWEST``."""
    if len(cases) < FEWEST:
        return IDENTITY
    terms = _terms([case.rolled for case in cases], [case.known for case in cases], [case.hour for case in cases])
    waited = np.log(np.maximum([case.waited_s for case in cases], _LEAST_S))
    weights = tuple(tuple(map(float, _fit(terms[at], waited, level))) for at, level in enumerate(LEVELS))
    return Correction(weights, len(cases))


def _fit(terms: Floats, waited: Floats, level: float) -> Floats:
    """Weights that minimise the pinball loss at ``level``, drawn toward identity.

    Each step minimises the quadratic that lies above the loss and touches it at the residuals of the step before.
    """
    identity = np.zeros(_TERMS)
    identity[1] = 1.0
    scale = np.maximum(terms.std(axis=0), 1e-6)
    scale[0] = 1.0
    ridge = RIDGE * np.diag(scale**2)
    weights = identity
    for _ in range(_STEPS):
        pull = 1 / (_EPSILON + np.abs(waited - terms @ weights))
        weighed = terms * pull[:, None]
        left = terms.T @ weighed + ridge
        right = weighed.T @ waited + (2 * level - 1) * terms.sum(axis=0) + ridge @ identity
        fresh = np.linalg.solve(left, right)
        if np.max(np.abs(fresh - weights) * scale) < 1e-4:
            return fresh
        weights = fresh
    return weights


def _logs(rolled: Sequence[Spread]) -> Floats:
    """Shape (3, forecasts)."""
    spreads = np.array([(one.low_s, one.median_s, one.high_s) for one in rolled]).T
    return np.log(np.maximum(spreads, _LEAST_S))


def _terms(rolled: Sequence[Spread], known: Sequence[Known], hours: Sequence[int]) -> Floats:
    """Shape (3, forecasts, terms): 1, log of the rollout's quantile, of its median beside it, log1p of head and last
    wait, log1p of those ahead, log of busy counters, and the time of day as a wave."""
    logs = _logs(rolled)
    day = 2 * np.pi * np.array(hours) / 24
    shared = np.column_stack(
        [
            np.log1p([one.head_s for one in known]),
            np.log1p([one.last_s for one in known]),
            np.log1p([one.ahead for one in known]),
            np.log(np.maximum([one.busy for one in known], 1)),
            np.sin(day),
            np.cos(day),
        ]
    )
    ones = np.ones(len(hours))
    return np.stack([np.column_stack([ones, own, logs[1] - own, shared]) for own in logs])

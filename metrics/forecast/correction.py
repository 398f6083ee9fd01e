"""What the rollout misses, learned from past forecasts: three quantile regressions of the logarithm of the wait.

A rollout knows the line. It does not know who will overtake, which counters will close for lunch, or that mornings run
late. What people have just waited tells of that: the wait so far of the next to be called, and the wait of the last who
was called. Each quantile of log(wait) is linear in the rollout's own quantile, these, the line and the time of day.

Fitted by the MM algorithm for quantile regression (Hunter and Lange, 2000, "Quantile regression via an MM algorithm"),
with a ridge toward identity: with few forecasts to learn from, the rollout is left as it is. Waits of a day resemble
each other, so a fit can be right for the days it saw and wrong for the next: how far it is believed is settled by
trying earlier fits on the days that came after them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from metrics.forecast.line import LEVELS, Case, Known, Spread
from metrics.forecast.rollout import Floats

FEWEST = 60
"""Below so many finished forecasts nothing is corrected."""

RIDGE = 300.0
"""How strongly identity holds: about as strongly as fifty forecasts that it fitted."""

FARTHEST = 4.0
"""No more than by this factor is a rollout corrected, whatever was learned."""

MOST_LEARNED = 5000
"""So many last forecasts are learned from."""

TRUSTS = (0.0, 0.25, 0.5, 0.75, 1.0)
_NO_GAIN = 1.01
"""What makes the pinball loss smaller by less than this is chance."""

_TRIED_FROM = (0.5, 0.75)
"""Fits to these shares of the past are tried on what followed."""

_LEAST_S = 1.0
_STEPS = 60
_EPSILON = 1e-3


@dataclass(frozen=True, slots=True)
class Correction:
    """``weights``: of each quantile, shape (3, terms); see ``_terms``. ``services`` have a weight each, in this order.
    ``learned_from`` so many forecasts. ``trust``: what part of each quantile's correction is made, between
    0 and 1."""

    weights: tuple[tuple[float, ...], ...]
    services: tuple[str, ...]
    learned_from: int
    trust: tuple[float, ...] = (1.0,) * len(LEVELS)

    def of(self, rolled: Spread, known: Known, service: str, hour: int) -> Spread:
        """The corrected wait, see ``of_all``."""
        return self.of_all([rolled], [known], [service], hour)[0]

    def of_all(
        self, rolled: Sequence[Spread], known: Sequence[Known], services: Sequence[str], hour: int
    ) -> list[Spread]:
        """The corrected waits; quantiles never cross, and none moves by more than a factor of ``FARTHEST``."""
        found = np.exp(self.logs(rolled, known, services, [hour] * len(rolled)))
        return [Spread(*map(float, own)) for own in found.T]

    def logs(
        self, rolled: Sequence[Spread], known: Sequence[Known], services: Sequence[str], hours: Sequence[int]
    ) -> Floats:
        """Logarithms of the corrected quantiles, shape (3, forecasts)."""
        terms = _terms(rolled, known, services, hours, self.services)
        logs = np.einsum("qnt,qt->qn", terms, np.array(self.weights))
        raw, reach = _logs(rolled), np.log(FARTHEST)
        return np.asarray(np.sort(raw + np.array(self.trust)[:, None] * np.clip(logs - raw, -reach, reach), axis=0))


def learn(cases: Sequence[Case]) -> Correction | None:
    """Learn from forecasts whose end is known; None (leave the rollout as it is) from fewer than ``FEWEST``."""
    if len(cases) < FEWEST:
        return None
    whole = _learn(cases[-MOST_LEARNED:])
    return replace(whole, trust=_trust(cases[-MOST_LEARNED:]))


def _trust(cases: Sequence[Case]) -> tuple[float, ...]:
    """Of each quantile the smallest trust that would have served as well as any on later days."""
    losses = np.zeros((len(TRUSTS), len(LEVELS)))
    cuts = [_day_begins(cases, int(share * len(cases))) for share in _TRIED_FROM]
    for cut, end in pairwise([*cuts, len(cases)]):
        later = cases[cut:end]
        if cut < FEWEST or not later:
            continue
        fit = _learn(cases[:cut])
        losses += [_loss(replace(fit, trust=(trust,) * len(LEVELS)), later) for trust in TRUSTS]
    good = losses <= _NO_GAIN * losses.min(axis=0)
    return tuple(TRUSTS[at] for at in good.argmax(axis=0))


def _day_begins(cases: Sequence[Case], at: int) -> int:
    while 0 < at < len(cases) and cases[at].day == cases[at - 1].day:
        at -= 1
    return at


def _loss(fit: Correction, later: Sequence[Case]) -> Floats:
    """The pinball loss of a fit at each quantile, summed over cases."""
    logs = fit.logs(
        [c.rolled for c in later], [c.known for c in later], [c.service for c in later], [c.hour for c in later]
    )
    over = np.array([case.waited_s for case in later]) - np.exp(logs)
    levels = np.array(LEVELS)[:, None]
    return np.asarray(np.maximum(levels * over, (levels - 1) * over).sum(axis=1))


def _learn(cases: Sequence[Case]) -> Correction:
    services = tuple(sorted({case.service for case in cases}))
    terms = _terms(
        [case.rolled for case in cases],
        [case.known for case in cases],
        [case.service for case in cases],
        [case.hour for case in cases],
        services,
    )
    waited = np.log(np.maximum([case.waited_s for case in cases], _LEAST_S))
    weights = tuple(tuple(map(float, _fit(terms[at], waited, level))) for at, level in enumerate(LEVELS))
    return Correction(weights, services, len(cases))


def _fit(terms: Floats, waited: Floats, level: float) -> Floats:
    """Weights that minimise the pinball loss at ``level``, drawn toward identity.

    Each step minimises the quadratic that lies above the loss and touches it at the residuals of the step before.
    """
    identity = np.zeros(terms.shape[1])
    identity[1] = 1.0
    scale = np.maximum(terms.std(axis=0), 0.1)
    scale[0] = 1.0
    ridge = RIDGE * np.diag(scale**2)
    weights: Floats = identity
    for _ in range(_STEPS):
        pull = 1 / (_EPSILON + np.abs(waited - terms @ weights))
        weighed = terms * pull[:, None]
        left = terms.T @ weighed + ridge
        right = weighed.T @ waited + (2 * level - 1) * terms.sum(axis=0) + ridge @ identity
        fresh: Floats = np.asarray(np.linalg.solve(left, right))
        if np.max(np.abs(fresh - weights) * scale) < 1e-4:
            return fresh
        weights = fresh
    return weights


def _logs(rolled: Sequence[Spread]) -> Floats:
    """Shape (3, forecasts)."""
    spreads = np.array([(one.low_s, one.median_s, one.high_s) for one in rolled]).T
    return np.asarray(np.log(np.maximum(spreads, _LEAST_S)))


def _terms(
    rolled: Sequence[Spread],
    known: Sequence[Known],
    services: Sequence[str],
    hours: Sequence[int],
    named: Sequence[str],
) -> Floats:
    """Shape (3, forecasts, terms): 1, log of the rollout's quantile and of its median beside it, log1p of each wait and
    number that is known, log of the busy counters, the time of day as a wave, and which service it is."""
    logs = _logs(rolled)
    seen = np.array(
        [(one.head_s, one.last_s, one.own_last_s, one.recent_s, one.ahead, one.own_ahead) for one in known], dtype=float
    )
    day = 2 * np.pi * np.array(hours) / 24
    shared = np.column_stack(
        [
            np.log1p(np.maximum(seen, 0.0)),
            np.log(np.maximum([one.busy for one in known], 1)),
            np.sin(day),
            np.cos(day),
            np.array([[service == name for name in named] for service in services], dtype=float),
        ]
    )
    ones = np.ones(len(hours))
    return np.stack([np.column_stack([ones, own, logs[1] - own, shared]) for own in logs])

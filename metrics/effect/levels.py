"""One level for each day, adjusted for what kinds of cases came on it.

    value_i = level_d(i) + sum over factors of effect_f(i) + error_i

by least squares over all cases at once. A mean of residuals from pooled means would not do: where the mix shifts on the
very day of the intervention, the pooled means of what became more frequent hold some of the effect already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from metrics.effect.cases import Cases, Codes, Plan
from metrics.visit_table import Floats

_SMALL = 1e-9
_SEEN = 1e-6


class NotComparable(ValueError):
    """No kind of case came both before and after, so a change cannot be told from another mix."""


@dataclass(frozen=True, slots=True, eq=False)
class Daily:
    """``level[d]`` of ``day[d]`` (ordinals, ascending), from ``n[d]`` cases. ``within``: each case's distance from its
    day's level, the mix taken out; ``at``: which day it is of. ``spread``: their variance within days. ``left_out``:
    factors that cannot be told from the date. ``shares``: how much of each day each kind of the mix was; ``inverse``:
    the covariance of the kinds' effects per ``spread``.
    """

    day: Codes
    level: Floats
    n: Floats
    at: Codes
    within: Floats
    spread: float
    left_out: tuple[str, ...]
    shares: Floats
    inverse: Floats

    def extra_variance(self, weights: Floats) -> float:
        """By how much the variance of ``sum weights[d] level[d]`` is larger because the mix's effects are estimated."""
        leaning = self.shares.T @ weights
        return self.spread * float(leaning @ self.inverse @ leaning)

    def only(self, days: Codes) -> "Daily":
        """These days alone, ascending; all of them are known here."""
        place = np.searchsorted(self.day, days)
        new = np.full(len(self.day), -1, np.int64)
        new[place] = np.arange(len(days))
        kept = new[self.at] >= 0
        return Daily(
            self.day[place],
            self.level[place],
            self.n[place],
            new[self.at][kept],
            self.within[kept],
            self.spread,
            self.left_out,
            self.shares[place],
            self.inverse,
        )


class _Solved(NamedTuple):
    level: Floats
    mix: Floats
    shares: Floats
    inverse: Floats


def counted(cases: Cases, plan: Plan) -> Cases:
    """The cases of days that are not washed out and have enough of them."""
    outside = (cases.day <= plan.last_before) | (cases.day >= plan.first_after)
    kept = cases.where(outside & np.isfinite(cases.value))
    _, at, n = np.unique(kept.day, return_inverse=True, return_counts=True)
    return kept.where(n[at] >= plan.least_cases)


def daily(cases: Cases, first_after: int) -> Daily:
    """The levels of the days. Raises ``NotComparable``; a later factor that forbids comparing is left out instead."""
    days, at, n = np.unique(cases.day, return_inverse=True, return_counts=True)
    after = days >= first_after
    contrast = np.where(after, 1 / max(after.sum(), 1), -1 / max((~after).sum(), 1))
    names = list(cases.mix)
    left_out: list[str] = []
    while True:
        used = [np.unique(cases.mix[name], return_inverse=True)[1] for name in names]
        solved = _solve(at, used, cases, n.astype(np.float64), contrast)
        if solved is not None:
            break
        if len(names) == 1:
            raise NotComparable
        left_out.insert(0, names.pop())
    mean = float(solved.mix.mean())
    within = cases.value - solved.mix - solved.level[at]
    freedom = max(len(cases) - len(days), 1)
    return Daily(
        day=days,
        level=solved.level + mean,
        n=n.astype(np.float64),
        at=at,
        within=within,
        spread=float(within @ within) / freedom,
        left_out=tuple(left_out),
        shares=solved.shares,
        inverse=solved.inverse,
    )


def _solve(at: Codes, factors: Sequence[Codes], cases: Cases, n: Floats, contrast: Floats) -> _Solved | None:
    """Least squares with the days swept out first, so that only the mix's effects, which are few, are solved for; None:
    the contrast of the days cannot be estimated.
    """
    days = len(n)
    sizes = [int(factor.max()) + 1 for factor in factors]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
    shares = np.zeros((days, starts[-1]))
    normal = np.zeros((starts[-1], starts[-1]))
    totals = np.zeros(starts[-1])
    for a, left in enumerate(factors):
        rows = slice(starts[a], starts[a + 1])
        shares[:, rows] = _counts(at, left, days, sizes[a]) / n[:, None]
        totals[rows] = np.bincount(left, weights=cases.value, minlength=sizes[a])
        for b, right in enumerate(factors):
            normal[rows, starts[b] : starts[b + 1]] = _counts(left, right, sizes[a], sizes[b])
    of_days = np.bincount(at, weights=cases.value, minlength=days)
    swept = normal - shares.T @ (shares * n[:, None])
    roots, vectors = np.linalg.eigh(swept)
    known = roots > max(float(np.trace(normal)), 1.0) * _SMALL
    wanted = shares.T @ contrast
    if np.abs(wanted - vectors[:, known] @ (vectors[:, known].T @ wanted)).max(initial=0.0) > _SEEN:
        return None
    inverse = (vectors[:, known] / roots[known]) @ vectors[:, known].T
    effects = inverse @ (totals - shares.T @ of_days)
    mix = np.zeros(len(at))
    for factor, start in zip(factors, starts, strict=False):
        mix += effects[start + factor]
    return _Solved(of_days / n - shares @ effects, mix, shares, inverse)


def _counts(left: Codes, right: Codes, rows: int, columns: int) -> Floats:
    return np.bincount(left * columns + right, minlength=rows * columns).reshape(rows, columns).astype(np.float64)


def joint_loads(days: Codes, loads: Mapping[int, float]) -> Floats | None:
    """The load of each day, centred; None unless it is known of all and differs."""
    known = [loads.get(int(day)) for day in days]
    if not known or any(load is None for load in known):
        return None
    found = np.array(known, np.float64)
    return found - found.mean() if np.ptp(found) > _SMALL else None

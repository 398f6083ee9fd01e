"""One level for each day, adjusted for what kinds of cases came on it.

    value_i = level_d(i) + sum over factors of effect_f(i) + error_i

by least squares over all cases at once. A mean of residuals from pooled means would not do: where the mix shifts on the
very day of the intervention, the pooled means of what became more frequent hold some of the effect already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.effect.cases import Cases, Codes, Plan
from metrics.visit_table import Floats

_SMALL = 1e-9


class NotComparable(ValueError):
    """No kind of case came both before and after, so a change cannot be told from another mix."""


@dataclass(frozen=True, slots=True, eq=False)
class Daily:
    """``level[d]`` of ``day[d]`` (ordinals, ascending), from ``n[d]`` cases. ``within``: each case's distance from its
    day's level, the mix taken out; ``at``: which day it is of. ``spread``: their variance within days. ``left_out``:
    factors that cannot be told from the date.
    """

    day: Codes
    level: Floats
    n: Floats
    at: Codes
    within: Floats
    spread: float
    left_out: tuple[str, ...]
    _inverse: Floats

    def extra_variance(self, weights: Floats) -> float:
        """By how much the variance of ``sum weights[d] level[d]`` is larger because the mix's effects are estimated."""
        alone = float(np.sum(weights**2 / self.n))
        return self.spread * max(float(weights @ self._inverse @ weights) - alone, 0.0)

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
            self._inverse[np.ix_(place, place)],
        )


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
        solved = _solve(at, used, cases.value, contrast)
        if solved is not None:
            break
        if len(names) < 2:
            raise NotComparable
        left_out.insert(0, names.pop())
    level, mix, inverse = solved
    mean = float(mix.mean())
    within = cases.value - mix - level[at]
    freedom = max(len(cases) - len(days), 1)
    return Daily(
        day=days,
        level=level + mean,
        n=n.astype(np.float64),
        at=at,
        within=within,
        spread=float(within @ within) / freedom,
        left_out=tuple(left_out),
        _inverse=inverse,
    )


def _solve(
    at: Codes, factors: Sequence[Codes], value: Floats, contrast: Floats
) -> tuple[Floats, Floats, Floats] | None:
    """Levels, each case's mix effect, and the levels' share of the inverse; None: the contrast cannot be estimated."""
    parts = [at, *factors]
    sizes = [int(part.max()) + 1 for part in parts]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    normal: NDArray[np.float64] = np.zeros((starts[-1], starts[-1]))
    for a, left in enumerate(parts):
        for b, right in enumerate(parts):
            counts = np.bincount(left * sizes[b] + right, minlength=sizes[a] * sizes[b])
            normal[starts[a] : starts[a + 1], starts[b] : starts[b + 1]] = counts.reshape(sizes[a], sizes[b])
    right_side = np.concatenate(
        [np.bincount(part, weights=value, minlength=size) for part, size in zip(parts, sizes, strict=True)]
    )
    roots, vectors = np.linalg.eigh(normal)
    known = roots > roots[-1] * _SMALL
    wanted = np.concatenate([contrast, np.zeros(starts[-1] - sizes[0])])
    if np.abs(wanted - vectors[:, known] @ (vectors[:, known].T @ wanted)).max() > _SMALL**0.5 / len(contrast):
        return None
    inverse = (vectors[:, known] / roots[known]) @ vectors[:, known].T
    effects = inverse @ right_side
    mix = np.zeros(len(value))
    for part, start in zip(factors, starts[1:], strict=False):
        mix += effects[start + part]
    return effects[: sizes[0]], mix, inverse[: sizes[0], : sizes[0]]


def joint_loads(days: Codes, loads: Mapping[int, float]) -> Floats | None:
    """The load of each day, centred; None unless it is known of all and differs."""
    known = [loads.get(int(day)) for day in days]
    if not known or any(load is None for load in known):
        return None
    found = np.array(known, np.float64)
    return found - found.mean() if np.ptp(found) > _SMALL else None

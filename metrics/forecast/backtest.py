"""The forecast on past records, against plain methods: each is told the same, and scored on the same waits.

Arrivals that waited and were served are taken in the order of time. What a plain method fits comes from the first half;
all are scored on the second. The correction is learned anew before each day, from the days before it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean, median

import numpy as np

from metrics.forecast import correction, scores
from metrics.forecast.line import Z_80, Case, Spread
from metrics.forecast.scores import Score, Told

FEWEST = 40
"""Fewer arrivals that waited are not worth a comparison."""

ZMS_MINUTES = 12.0
"""The hand-set mean that the ZMS (eappointment of Munich and Berlin) starts from; its range is 0.8 to 1 times the place
in the line times this over the counters, so 0.9 in the middle."""

FORECAST, ROLLOUT = "forecast", "rollout alone"


UNFITTED = (
    "global mean",
    "last to enter service",
    "queue x mean service / servers",
    "ZMS (12 minutes, by hand)",
)
"""The plain methods that offices use; the others among them are harder to beat."""


@dataclass(frozen=True, slots=True)
class Margin:
    """How far the forecast's mean error lies under that of the plain ``method``, as a part of it (negative: over it),
    and how far an error lies that no forecast could avoid."""

    method: str
    below: float
    could_be: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """``methods``: by name, the forecast last. ``unavoidable``: mean and median absolute error, in seconds, that would
    remain if the ranges of the forecast were exactly true; ``rollout_unavoidable``: if the rollout's model were, which
    knows the line and nothing else. ``best_plain``: how the best plain method compares, of the ``unfitted`` and of
    ``all``."""

    learned_from: int
    scored: int
    mean_wait_s: float
    median_wait_s: float
    methods: Mapping[str, Score]
    unavoidable: tuple[float, float]
    rollout_unavoidable: tuple[float, float]
    by_service: Mapping[str, Score]
    by_hour: Mapping[int, Score]
    best_plain: Mapping[str, Margin]


def run(cases: Sequence[Case]) -> Backtest | None:
    """None of fewer than ``FEWEST`` cases. ``cases`` in the order of time, as ``replay.play`` gives them."""
    if len(cases) < FEWEST:
        return None
    first, second = cases[: len(cases) // 2], cases[len(cases) // 2 :]
    told = {name: [Told(foretell(c), c.waited_s) for c in second] for name, foretell in _plain(first).items()}
    told[ROLLOUT] = [Told(case.rolled.median_s, case.waited_s, case.rolled) for case in second]
    told[FORECAST] = ours = list(corrected(cases, len(first)))
    methods = {name: found for name, own in told.items() if (found := scores.score(own)) is not None}
    plain = [name for name in methods if name not in (ROLLOUT, FORECAST)]
    left = remaining([one.spread for one in ours if one.spread is not None])
    chance = [error for case in second for error in case.chance_s]
    return Backtest(
        learned_from=len(first),
        scored=len(second),
        mean_wait_s=fmean(case.waited_s for case in second),
        median_wait_s=median(case.waited_s for case in second),
        methods=methods,
        unavoidable=left,
        rollout_unavoidable=(fmean(chance), median(chance)),
        by_service=scores.by((case.service, one) for case, one in zip(second, ours, strict=True)),
        by_hour=scores.by((case.hour, one) for case, one in zip(second, ours, strict=True)),
        best_plain={"unfitted": _margin(methods, UNFITTED, left[0]), "all": _margin(methods, plain, left[0])},
    )


def _margin(methods: Mapping[str, Score], plain: Sequence[str], unavoidable_s: float) -> Margin:
    best = min(plain, key=lambda name: methods[name].mean_error_s)
    error_s = methods[best].mean_error_s or 1.0
    return Margin(best, 1 - methods[FORECAST].mean_error_s / error_s, 1 - unavoidable_s / error_s)


def table(found: Backtest) -> str:
    """For a terminal; seconds."""
    head = (
        f"{found.learned_from} arrivals that waited to learn from, {found.scored} scored; "
        f"mean wait {found.mean_wait_s:.1f} s, median {found.median_wait_s:.1f} s"
    )
    columns = f"{'seconds':<38}{'MAE':>9}{'median AE':>11}{'bias':>9}{'in range':>10}{'pinball':>9}"
    lines = [_row(name, one) for name, one in found.methods.items()]
    left = (
        "Errors that no forecast could avoid, simulated (mean, median): "
        f"{_pair(found.unavoidable)} s if its ranges are exactly true; "
        f"{_pair(found.rollout_unavoidable)} s if the rollout's model is, which knows the line alone."
    )
    groups = [
        f"  {kind} {name}: {one.n} scored, MAE {one.mean_error_s:.1f}, in range {_percent(one.coverage)}"
        for kind, of in (("service", found.by_service), ("hour", found.by_hour))
        for name, one in sorted(of.items(), key=lambda pair: str(pair[0]).zfill(2))
    ]
    margins = [
        f"Mean error against the best plain method{'' if of == 'all' else ' without a fit'} ({one.method}): "
        f"{_below(one.below)}; by the error that its ranges say is unavoidable it could be {_below(one.could_be)}."
        for of, one in found.best_plain.items()
    ]
    return "\n".join([head, "", columns, *lines, "", left, *margins, "The forecast in groups:", *groups])


def _below(share: float) -> str:
    return f"{abs(100 * share):.1f} % {'below' if share >= 0 else 'above'}"


def _row(name: str, one: Score) -> str:
    pinball = "" if one.pinball_s is None else f"{one.pinball_s:.1f}"
    return (
        f"{name:<38}{one.mean_error_s:>9.1f}{one.median_error_s:>11.1f}{one.bias_s:>9.1f}"
        f"{_percent(one.coverage):>10}{pinball:>9}"
    )


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}%"


def _pair(errors: tuple[float, float]) -> str:
    return f"{errors[0]:.1f}, {errors[1]:.1f}"


def corrected(cases: Sequence[Case], start: int) -> Iterator[Told]:
    """What the forecast says of each case from ``start`` on; learned anew before each day, from all cases before it."""
    done = start
    for _, of_day in groupby(cases[start:], key=lambda case: case.day):
        today = list(of_day)
        learned = correction.learn(cases[max(0, done - correction.MOST_LEARNED) : done])
        for case in today:
            spread = case.rolled if learned is None else learned.of(case.rolled, case.known, case.service, case.hour)
            yield Told(spread.median_s, case.waited_s, spread)
        done += len(today)


def remaining(spreads: Sequence[Spread]) -> tuple[float, float]:
    """Mean and median of abs(wait - median), simulated from these ranges: log-normal on either side of the median."""
    quantiles = np.maximum([(one.low_s, one.median_s, one.high_s) for one in spreads], 1.0)
    logs = np.log(quantiles)
    draws = np.random.default_rng(1).standard_normal((len(spreads), 16))
    below, above = (logs[:, 1] - logs[:, 0]) / Z_80, (logs[:, 2] - logs[:, 1]) / Z_80
    waits = np.exp(logs[:, 1:2] + draws * np.where(draws < 0, below[:, None], above[:, None]))
    errors = np.abs(waits - quantiles[:, 1:2])
    return float(errors.mean()), float(np.median(errors))


def _plain(first: Sequence[Case]) -> dict[str, Callable[[Case], float]]:
    """Each plain method as a function of a case; constants are those of the first half."""
    waits = [case.waited_s for case in first]
    mean_s, median_s = fmean(waits), median(waits)
    places = [_place_s(case) for case in first]
    factor = sum(p * w for p, w in zip(places, waits, strict=True)) / (sum(p * p for p in places) or 1.0)
    return {
        "global mean": lambda _: mean_s,
        "global median": lambda _: median_s,
        "last to enter service": lambda case: case.known.last_s,
        "head of the line": lambda case: case.known.head_s,
        "queue x mean service / servers": lambda case: case.known.ahead * _per_counter_s(case),
        "(queue + 1) x mean service / servers": _place_s,
        "the same x fitted factor": lambda case: factor * _place_s(case),
        "ZMS (12 minutes, by hand)": lambda case: (
            0.9 * ZMS_MINUTES * 60 * (case.known.ahead + 1) / max(case.known.busy, 1)
        ),
    }


def _per_counter_s(case: Case) -> float:
    return case.mean_serve_s / max(case.known.busy, 1)


def _place_s(case: Case) -> float:
    return (case.known.ahead + 1) * _per_counter_s(case)

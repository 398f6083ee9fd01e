"""What many played days come to: each figure with a range, and the difference between two ways of running them.

A figure's ``low`` to ``high`` is the 95 % interval of its mean over days (Student's t); ``days_low`` to ``days_high``
holds 8 days in 10. A difference is taken day by day: the same people came under both plans, so what only chance brought
cancels (common random numbers; Law and Kelton, "Simulation Modeling and Analysis", section 11.2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from metrics.planning.day import LEFT, REFUSED, SERVED, UNSERVED, DayPlan, Played
from metrics.planning.durations import Floats

NAMES = ("median_s", "p90_s", "within", "sent_away", "left", "overtime_s", "occupancy")
"""Median and 90th percentile of the wait of those called, in seconds; the share of all who got a number that was called
within its service's target; people without a number or still waiting at the end; people who gave up; seconds worked
after the closing time; the share of the counters' open time in which they served."""

SMALLEST: Mapping[str, float] = {
    "median_s": 6.0,
    "p90_s": 6.0,
    "within": 0.005,
    "sent_away": 0.05,
    "left": 0.05,
    "overtime_s": 30.0,
    "occupancy": 0.005,
}
"""A smaller difference is none to anybody, however sure it is."""


@dataclass(frozen=True, slots=True)
class Figure:
    """None: on no day was there anything to measure."""

    mean: float | None
    low: float | None
    high: float | None
    days_low: float | None
    days_high: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """The mean difference, its 95 % interval, and whether it is clear: surely not none, and not too small to matter."""

    mean: float | None
    low: float | None
    high: float | None
    clear: bool


Daily = Mapping[str, Floats]
"""By name of ``NAMES``: a value for each day, nan where nobody was called."""


def daily(plan: DayPlan, played: Sequence[Played]) -> Daily:
    """The figures of each day."""
    targets = np.array([service.target_s for service in plan.services] or [0.0])
    rows = [_of_day(one, targets) for one in played]
    return {name: np.array([row[name] for row in rows]) for name in NAMES}


def figure(values: Floats) -> Figure:
    """Raises ``ValueError`` without days."""
    known = _known(values)
    if not known.size:
        return Figure(None, None, None, None, None)
    mean, reach = float(known.mean()), _reach(known)
    low, high = np.quantile(known, (0.1, 0.9))
    return Figure(mean, mean - reach, mean + reach, float(low), float(high))


def change(before: Floats, after: Floats, smallest: float = 0.0) -> Change:
    """``after`` less ``before``, day by day; nothing under ``smallest`` is clear.

    Raises ``ValueError`` unless they are of the same days.
    """
    if len(before) != len(after):
        raise ValueError("both must be of the same days")
    known = _known(after - before)
    if not known.size:
        return Change(None, None, None, clear=False)
    mean, reach = float(known.mean()), _reach(known)
    return Change(mean, mean - reach, mean + reach, clear=abs(mean) > reach and abs(mean) >= smallest)


def _of_day(played: Played, targets: Floats) -> dict[str, float]:
    waits = played.wait_s[played.ended == SERVED]
    inside = played.ended != REFUSED
    in_time = (played.ended == SERVED) & (np.nan_to_num(played.wait_s, nan=np.inf) <= targets[played.service])
    median_s, p90_s = np.quantile(waits, (0.5, 0.9)) if waits.size else (np.nan, np.nan)
    return {
        "median_s": float(median_s),
        "p90_s": float(p90_s),
        "within": float(in_time.sum() / inside.sum()) if inside.any() else np.nan,
        "sent_away": float(np.isin(played.ended, (REFUSED, UNSERVED)).sum()),
        "left": float((played.ended == LEFT).sum()),
        "overtime_s": played.overtime_s,
        "occupancy": played.busy_s / played.open_s if played.open_s > 0 else np.nan,
    }


def _known(values: Floats) -> Floats:
    if not len(values):
        raise ValueError("at least one day is needed")
    return values[~np.isnan(values)]


def _reach(values: Floats) -> float:
    """Half the 95 % interval of the mean; endless for a single day, which says nothing of others."""
    if len(values) < 2:
        return float("inf")
    from scipy.special import stdtrit  # noqa: PLC0415 - the library takes a second to load

    return float(stdtrit(len(values) - 1, 0.975)) * float(values.std(ddof=1)) / sqrt(len(values))

"""How long a waiting citizen will probably still wait: a range in whole minutes, meant to hold 8 times in 10.

With every open counter busy, and services ending independently at a mean of ``m`` seconds each, citizens leave
``c`` counters at rate c / m. The citizen at position k is called at the k-th departure, so the wait is Gamma with
shape k and scale m / c; the range is its 10th to 90th percentile.

That is exact for exponential serve times. In simulation (1, 3 and 5 counters, k 1 to 20) the unrounded range held
79 % to 80 % of exponential waits; of log-normal ones with spread (sigma of the logarithm) 0.6: 85 % to 95 %, with 0.8:
81 % to 86 %, with 1.0: 70 % to 81 %. Rounding outward to minutes adds to that. Not in it: counters that open, close or
pause later, no-shows among those ahead (the wait is shorter), priority groups who arrive later (longer).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

_Z_80 = 1.2815515655446004
"""Two-sided 80 % point of the normal distribution."""


AfterHours = Literal["", "possible", "likely"]

_POSSIBLE, _LIKELY = 0.1, 0.5
"""From these chances on it is said."""


@dataclass(frozen=True, slots=True)
class WaitRange:
    """From ``low_minutes`` to ``high_minutes``, whole minutes; low may be 0, high is at least 1. ``after_hours``:
    whether the call may come only when the hours of the day are over."""

    low_minutes: int
    high_minutes: int
    after_hours: AfterHours = ""

    def as_told(self) -> dict[str, Any]:
        """By name, for programs; ``after_hours`` only where there is something to say."""
        late = {"after_hours": self.after_hours} if self.after_hours else {}
        return {"low_minutes": self.low_minutes, "high_minutes": self.high_minutes, **late}


@dataclass(frozen=True, slots=True)
class ServeTime:
    """Mean time a service takes a counter, in seconds, and how many recent visits it rests on (0: standard alone)."""

    mean_s: float
    observed: int


def departure_range_s(k: int, counters: int, mean_s: float) -> tuple[float, float]:
    """10th and 90th percentile, in seconds, of the time until the ``k``-th departure from ``counters`` busy counters.

    Gamma quantiles by Wilson and Hilferty (1931): k (1 - 1/(9k) + z / (3 sqrt k))^3. Against the exact quantiles:
    6.6 % too low at the 10th and 1.0 % at the 90th percentile for k = 1, within 0.5 % from k = 2 on.

    Raises ``ValueError`` unless ``k`` and ``counters`` are at least 1 and ``mean_s`` is positive.
    """
    if k < 1 or counters < 1 or mean_s <= 0:
        raise ValueError("k and counters must be at least 1 and mean_s positive")
    scale = mean_s / counters
    centre, spread = 1 - 1 / (9 * k), _Z_80 / (3 * math.sqrt(k))
    return scale * k * (centre - spread) ** 3, scale * k * (centre + spread) ** 3


def wait_range(
    *, position: int, counters_open: int, counters_busy: int, mean_serve_s: float | None
) -> WaitRange | None:
    """The range for the citizen at ``position`` (1 is next), or ``None`` when nothing honest can be said.

    ``counters_open`` counts those that can take this citizen and are not paused, ``counters_busy`` the part of them
    with somebody; ``mean_serve_s`` is the mean counter time of those being served and ahead (``mean_of_counts``).
    ``None``: no counter is open, or no serve time is known. Whoever is no further back than there are idle counters
    is called at once: 0 to 1 minute.

    Raises ``ValueError`` for a position under 1, more busy than open counters, or a serve time that is not positive.
    """
    if position < 1 or not 0 <= counters_busy <= counters_open:
        raise ValueError("position must be at least 1, and counters_busy between 0 and counters_open")
    if counters_open == 0 or mean_serve_s is None:
        return None
    departures = position - (counters_open - counters_busy)
    if departures <= 0:
        return WaitRange(0, 1)
    low_s, high_s = departure_range_s(departures, counters_open, mean_serve_s)
    return WaitRange(math.floor(low_s / 60), math.ceil(high_s / 60))


LONGEST_TOLD_S = 10 * 3600.0
"""A wait that begins beyond this is not of today: nothing honest can be said."""

COARSE_MINUTES = 60
COARSE_STEP = 5


def told_range(low_s: float, high_s: float, late: float = 0.0) -> WaitRange | None:
    """A foretold range as people are told it: whole minutes, rounded outward; to steps of five when the range goes
    beyond an hour, so that it doesn't look more precise than it is. None for a wait that is longer than any day.
    ``late``: the chance that the call comes after the day's hours."""
    after_hours: AfterHours = "likely" if late >= _LIKELY else "possible" if late >= _POSSIBLE else ""
    if not 0 <= low_s <= high_s or low_s > LONGEST_TOLD_S:
        return None
    low, high = math.floor(low_s / 60), max(1, math.ceil(high_s / 60))
    if high <= COARSE_MINUTES:
        return WaitRange(low, high, after_hours)
    return WaitRange(low - low % COARSE_STEP, high + -high % COARSE_STEP, after_hours)


def stretched(told: WaitRange, factor: float) -> WaitRange:
    """The range of a wait that is so many times as long as the one that was told, rounded as that."""
    low, high = math.floor(told.low_minutes * factor), math.ceil(told.high_minutes * factor)
    if high <= COARSE_MINUTES:
        return WaitRange(low, high, told.after_hours)
    return WaitRange(low - low % COARSE_STEP, high + -high % COARSE_STEP, told.after_hours)


def mean_of_counts(counts: Mapping[str, int], times: Mapping[str, ServeTime]) -> float | None:
    """Mean counter time over so many citizens per service, those with an unknown time left aside.

    ``None`` when no time is known (or nobody was given).
    """
    known = [(count, times[service].mean_s) for service, count in counts.items() if count and service in times]
    citizens = sum(count for count, _ in known)
    return math.fsum(count * mean_s for count, mean_s in known) / citizens if citizens else None

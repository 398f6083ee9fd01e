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
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from metrics.visit import Visit

_Z_80 = 1.2815515655446004
"""Two-sided 80 % point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class WaitRange:
    """From ``low_minutes`` to ``high_minutes``, whole minutes; low may be 0, high is at least 1."""

    low_minutes: int
    high_minutes: int


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
    with somebody; ``mean_serve_s`` is the mean counter time of those being served and ahead (``mean_of_mix``).
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


def serve_times(
    kept: Iterable[Visit], standards_s: Mapping[str, float], *, prior_weight: float = 20.0, recent: int = 50
) -> dict[str, ServeTime]:
    """Mean counter time per service: the standard time, giving way to what was observed.

    From the ``recent`` last finished legs of each service (of those that passed ``plausibility.sift``), n of them with
    mean x: ``(prior_weight * standard + n x) / (prior_weight + n)``, so after 20 visits both count the same. Here the
    standard stands for a mean; a promise that is easily kept makes first estimates long rather than short. A service
    without a standard has its observed mean, one with neither is absent.

    Raises ``ValueError`` for a standard that is not positive, a negative ``prior_weight`` or ``recent`` under 1.
    """
    if prior_weight < 0 or recent < 1 or any(standard_s <= 0 for standard_s in standards_s.values()):
        raise ValueError("standards must be positive, prior_weight not negative and recent at least 1")
    finished: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for visit in kept:
        counter_s = visit.counter_s
        # A call recorded after the finish (a clock was set) says nothing about how long a counter is taken.
        if visit.finished_at is not None and counter_s is not None and counter_s > 0:
            finished[visit.service].append((visit.finished_at.timestamp(), counter_s))
    times: dict[str, ServeTime] = {}
    for service in sorted({*finished, *standards_s}):
        last = [counter_s for _, counter_s in sorted(finished.get(service, ()))[-recent:]]
        standard_s = standards_s.get(service)
        prior, weight = (0.0, 0.0) if standard_s is None else (standard_s, prior_weight)
        if weight + len(last) > 0:
            times[service] = ServeTime((weight * prior + math.fsum(last)) / (weight + len(last)), len(last))
    return times


def mean_of_mix(services: Iterable[str], times: Mapping[str, ServeTime]) -> float | None:
    """Mean counter time over citizens given by their services, those with an unknown time left aside.

    ``None`` when no time is known (or nobody was given).
    """
    return mean_of_counts(Counter(services), times)


def mean_of_counts(counts: Mapping[str, int], times: Mapping[str, ServeTime]) -> float | None:
    """``mean_of_mix`` of so many citizens per service."""
    known = [(count, times[service].mean_s) for service, count in counts.items() if count and service in times]
    citizens = sum(count for count, _ in known)
    return math.fsum(count * mean_s for count, mean_s in known) / citizens if citizens else None

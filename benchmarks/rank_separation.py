"""How often officers are told apart who do not differ, and how often what is said of places is true, by simulation: the
table of docs/metrics.md.

    python -m benchmarks.rank_separation [OFFICES]

Officers have unequal mixes of four services, of groups and of hours, which are taken out as the product does. ``days``:
visits of one officer on one day share a chance of their own (sd 0.1, 15 visits a day).
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from metrics.day_spread import DaySpread, day_spread
from metrics.mix import mix_of
from metrics.ranking import Standing, standings
from metrics.reference import LogTimes, Moments, Reference, ReferenceRules
from metrics.shrinkage import between_officer_variance, index_of, shrink
from metrics.speed import officer_effect
from metrics.strata import by_service

SIGMAS = {"A": 0.48, "B": 0.54, "C": 0.66, "D": 0.72}
CATEGORIES = {"regular": (0.0, 0.8), "elderly": (0.35, 0.15), "pregnant": (0.15, 0.05)}
PARTS = {"morning": 0.1, "midday": 0.0, "afternoon": -0.1}
CELLS = list(product(SIGMAS, CATEGORIES, PARTS))
A_DAY = 15


@dataclass(frozen=True, slots=True)
class Office:
    """``tau``: how far officers truly differ; ``days``: the spread of what one officer's day has for itself."""

    officers: int
    visits: tuple[int, int]
    tau: float
    days: float = 0.0


OFFICES = (
    *(Office(k, visits, 0.0) for k in (2, 3, 6, 12, 24) for visits in ((30, 80), (100, 600))),
    *(Office(k, (100, 600), tau) for k in (3, 6, 12) for tau in (0.1, 0.2)),
    *(Office(k, (100, 600), 0.0, days=0.1) for k in (3, 6, 12)),
)


def simulated(rng: Generator, office: Office) -> tuple[LogTimes, DaySpread, Mapping[str, float]]:
    """The visits of a period, how alike those of a day are, and how much longer each officer truly takes (log)."""
    drawn = list[tuple[NDArray[Any], ...]]()
    times = LogTimes((), by_service)
    truth = {str(number): float(rng.normal(0, office.tau)) for number in range(office.officers)}
    for officer, theta in truth.items():
        services, parts = rng.exponential(1, len(SIGMAS)), rng.exponential(1, len(PARTS))
        groups = np.array([share for _, share in CATEGORIES.values()]) * rng.uniform(0.3, 3, len(CATEGORIES))
        shares = np.einsum("i,j,k->ijk", services, groups, parts).ravel()
        count = int(rng.integers(*office.visits, endpoint=True))
        days = rng.normal(0, office.days, count // A_DAY + 1)
        for cell, n in zip(CELLS, rng.multinomial(count, shares / shares.sum()), strict=True):
            if n:
                service, category, part = cell
                day = rng.integers(0, len(days), n)
                expected = theta + CATEGORIES[category][0] + PARTS[part] + days[day]
                log_s = rng.normal(expected, SIGMAS[service])
                _add(times, officer, (service, "served", category, part), log_s)
                drawn.append((np.full(n, int(officer)), np.full(n, list(SIGMAS).index(service)), day, log_s))
    officers, services_of, days_of, log_times = (np.concatenate(column) for column in zip(*drawn, strict=True))
    return times, day_spread(officers, services_of, days_of, log_times), truth


def _add(times: LogTimes, officer: str, stratum: tuple[str, ...], log_s: NDArray[np.float64]) -> None:
    found = Moments(len(log_s), float(log_s.sum()), float((log_s**2).sum()))
    times.by_officer[officer][stratum] = found
    times.in_all[stratum] = times.in_all[stratum] + found


def standing_of(times: LogTimes, spread: DaySpread) -> dict[str, Standing]:
    """As the product makes them, of a period that is its own reference."""
    plain = mix_of(times).taken_out(times)
    reference = Reference(plain, {}, ReferenceRules())
    effects = {name: officer_effect(name, strata, reference) for name, strata in plain.by_officer.items()}
    known = {name: effect for name, effect in effects.items() if effect is not None}
    tau2 = between_officer_variance([(effect.d, effect.v) for effect in known.values()])
    index = {name: index_of(shrink(effect.d, effect.v, tau2)).value for name, effect in known.items()}
    return standings(times, index, spread.factor)


def judged(found: Mapping[str, Standing], truth: Mapping[str, float]) -> tuple[bool, bool, float]:
    """Whether anybody is told apart; whether all places said hold the true ones; the share of officers with a place."""
    order = sorted(truth, key=lambda name: truth[name])
    holds = all(found[name].best <= place <= found[name].worst for place, name in enumerate(order, 1) if name in found)
    told = [one.group != "open" for one in found.values()]
    return any(told), holds, sum(told) / max(1, len(told))


def main() -> None:
    offices = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rng = np.random.default_rng(20261128)
    print("officers  visits     tau  days  anybody told apart  all places true  officers with a place")
    for office in OFFICES:
        rows = [
            judged(standing_of(times, spread), truth)
            for times, spread, truth in (simulated(rng, office) for _ in range(offices))
        ]
        apart, true, told = (float(np.mean(column)) for column in zip(*rows, strict=True))
        span = f"{office.visits[0]}-{office.visits[1]}"
        true_text = f"{true:.1%}" if office.tau else "-"
        print(
            f"{office.officers:8d}  {span:8s}  {office.tau:4.1f}  {office.days:4.1f}  {apart:18.1%}  {true_text:>15}"
            f"  {told:21.1%}",
            flush=True,
        )


if __name__ == "__main__":
    main()

"""How often the 95 % interval of the speed index holds the truth, by simulation: the table of docs/metrics.md.

    python -m benchmarks.interval_coverage

Officers truly differ by tau (normal, log scale), have unequal mixes of four services with unequal spreads, and are
measured by the product's own functions; beside them, the same with the DerSimonian-Laird value for tau^2 and, in the
last column, with the product's tau^2 but without the reference's own error in v.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from metrics.reference import LogTimes, Moments, Reference, ReferenceRules
from metrics.shrinkage import Z_95, between_officer_variance, shrink
from metrics.speed import Effect, officer_effect
from metrics.strata import Stratum, by_service

SIGMAS = {"A": 0.48, "B": 0.54, "C": 0.66, "D": 0.72}
OFFICERS = (2, 3, 5, 10, 24)
TAUS = (0.0, 0.05, 0.1, 0.2, 0.4)
VISITS = ((30, 80), (100, 600))
RULES = ReferenceRules()


@dataclass(frozen=True, slots=True)
class Measured:
    """What one officer looked like, the truth, and v without the error of the reference."""

    effect: Effect
    truth: float
    own_variance: float


def office(rng: random.Random, officers: int, tau: float, visits: tuple[int, int]) -> list[Measured]:
    """One simulated office, measured."""
    history = LogTimes([], by_service)
    thetas = {str(number): rng.gauss(0, tau) for number in range(officers)}
    for officer, theta in thetas.items():
        shares = {service: rng.expovariate(1) for service in SIGMAS}
        served = rng.randint(*visits)
        for service, share in shares.items():
            for _ in range(round(served * share / sum(shares.values()))):
                log_s = theta + rng.gauss(0, SIGMAS[service])
                history.in_all[(service,)].add(log_s)
                history.by_officer[officer][(service,)].add(log_s)
    reference = Reference(history, {}, RULES)
    found = []
    for officer, strata in history.by_officer.items():
        effect = officer_effect(officer, strata, reference)
        if effect is not None:
            found.append(measured(officer, effect, strata, reference, thetas))
    return found


def measured(
    officer: str,
    effect: Effect,
    strata: Mapping[Stratum, Moments],
    reference: Reference,
    thetas: Mapping[str, float],
) -> Measured:
    """The truth is the officer's theta less that of the others behind the reference, over the officer's own mix."""
    weight = difference = 0.0
    for stratum, own in strata.items():
        expected = reference.expect(officer, stratum)
        if expected is None:
            continue
        others = {
            who: moments[stratum].n
            for who, moments in reference.history.by_officer.items()
            if who != officer and stratum in moments
        }
        behind = sum(thetas[who] * n for who, n in others.items()) / sum(others.values())
        weight += own.n / expected.sigma**2
        difference += own.n / expected.sigma**2 * (thetas[officer] - behind)
    return Measured(effect, difference / weight, 1 / weight)


def dersimonian_laird(effects: list[tuple[float, float]]) -> float:
    weights = [1 / v for _, v in effects]
    total = sum(weights)
    mean = sum(w * d for w, (d, _) in zip(weights, effects, strict=True)) / total
    q = sum(w * (d - mean) ** 2 for w, (d, _) in zip(weights, effects, strict=True))
    return max(0.0, (q - len(effects) + 1) / (total - sum(w * w for w in weights) / total))


def held(officers: list[Measured], effects: list[tuple[float, float]], tau2: float | None) -> int:
    """For how many officers the interval holds the truth."""
    count = 0
    for officer, (d, v) in zip(officers, effects, strict=True):
        shrunk = shrink(d, v, tau2)
        count += abs(shrunk.theta - officer.truth) <= Z_95 * shrunk.variance**0.5
    return count


def coverage(rng: random.Random, officers: int, tau: float, visits: tuple[int, int]) -> tuple[float, float, float]:
    """Shares held: DerSimonian-Laird, the product, the product without the reference's error."""
    counts = [0, 0, 0]
    trials = 0
    for _ in range(max(60, 1200 // officers)):
        found = office(rng, officers, tau, visits)
        if len(found) < 2:
            continue
        full = [(one.effect.d, one.effect.v) for one in found]
        plain = [(one.effect.d, one.own_variance) for one in found]
        counts[0] += held(found, full, dersimonian_laird(full))
        counts[1] += held(found, full, between_officer_variance(full))
        counts[2] += held(found, plain, between_officer_variance(plain))
        trials += len(found)
    return counts[0] / trials, counts[1] / trials, counts[2] / trials


def main() -> None:
    rng = random.Random(20260302)
    print("officers  visits    tau   DerSimonian-Laird  used  without reference error")
    for officers in OFFICERS:
        for visits in VISITS:
            for tau in TAUS:
                usual, used, plain = coverage(rng, officers, tau, visits)
                span = f"{visits[0]}-{visits[1]}"
                print(f"{officers:8d}  {span:8s}  {tau:4.2f}  {usual:17.1%}  {used:6.1%}  {plain:6.1%}", flush=True)


if __name__ == "__main__":
    main()

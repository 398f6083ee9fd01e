"""How often the index's 95 % interval holds the truth where officers' mixes of groups and hours differ much, with what
these do to serve times taken out (``metrics.mix``) and without.

    python -m benchmarks.mix_coverage [SEED]
"""

import random
import sys

from benchmarks.interval_coverage import held, measured
from metrics.mix import Mix, mix_of
from metrics.reference import LogTimes, Reference, ReferenceRules
from metrics.shrinkage import between_officer_variance
from metrics.speed import officer_effect
from metrics.strata import by_service

SIGMAS = {"A": 0.5, "B": 0.7, "C": 0.4, "D": 0.6}
CATEGORIES = {"regular": (0.0, 0.8), "elderly": (0.35, 0.15), "pregnant": (0.15, 0.05)}
"""Effect on log serve time, and share of the visits."""
PARTS = {"morning": 0.1, "midday": 0.0, "afternoon": -0.1}
OFFICES = ((3, 0.1, (30, 80)), (5, 0.1, (30, 80)), (5, 0.1, (100, 600)), (10, 0.2, (100, 600)), (24, 0.1, (100, 600)))


def office(rng: random.Random, thetas: dict[str, float], visits: tuple[int, int]) -> LogTimes:
    """The visits of one office; each officer has a mix of services, groups and hours of their own."""
    history = LogTimes((), by_service)
    for officer, theta in thetas.items():
        services = {service: rng.expovariate(1) for service in SIGMAS}
        parts = {part: rng.expovariate(1) for part in PARTS}
        categories = {name: share * rng.uniform(0.3, 3) for name, (_, share) in CATEGORIES.items()}
        for _ in range(rng.randint(*visits)):
            service, part, category = (
                rng.choices(list(shares), list(shares.values()))[0] for shares in (services, parts, categories)
            )
            log_s = theta + CATEGORIES[category][0] + PARTS[part] + rng.gauss(0, SIGMAS[service])
            stratum = (service, "served", category, part)
            history.in_all[stratum].add(log_s)
            history.by_officer[officer][stratum].add(log_s)
    return history


def held_of(history: LogTimes, thetas: dict[str, float]) -> tuple[int, int]:
    """For how many officers the interval holds the truth, and of how many."""
    reference = Reference(history, {}, ReferenceRules())
    found = [
        measured(officer, effect, strata, reference, thetas)
        for officer, strata in history.by_officer.items()
        if (effect := officer_effect(officer, strata, reference)) is not None
    ]
    effects = [(one.effect.d, one.effect.v) for one in found]
    return held(found, effects, between_officer_variance(effects)), len(found)


def main() -> None:
    rng = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
    print("officers  visits     tau   not taken out  taken out")
    for officers, tau, visits in OFFICES:
        counts = {name: [0, 0] for name in ("without", "with")}
        for _ in range(max(60, 1500 // officers)):
            thetas = {str(number): rng.gauss(0, tau) for number in range(officers)}
            history = office(rng, thetas, visits)
            for name, mix in (("without", Mix()), ("with", mix_of(history))):
                found, of = held_of(mix.taken_out(history), thetas)
                counts[name][0] += found
                counts[name][1] += of
        shares = [100 * found / of for found, of in counts.values()]
        print(f"{officers:8}  {visits[0]:3}-{visits[1]:3}  {tau:6}  {shares[0]:12.1f}%  {shares[1]:8.1f}%")


if __name__ == "__main__":
    main()

"""Whether a before-and-after tells the truth, by simulation: the table of docs/metrics.md.

    python -m benchmarks.effect_validation [OFFICES] [FIRST LETTERS OF A SCENARIO]

Simulated offices have weekdays, a trend, days that hang together (AR(1)) and as traps a mix that shifts, officers who
change, or counters that are opened on the very day of the intervention. Its true effect is 0, 10 or 30 % less time (for
accuracy and satisfaction as many hundredths of a fifth of the scale). Printed for each: how often each method's 95 %
interval holds the truth, how often each sees an effect, and how often both do, which is what a page says; with no
effect these are false alarms. Behind each share its Monte Carlo error.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from metrics.effect import Cases, Effect, Plan, Verdict, evaluate, verdict

EFFECTS = (0.0, 0.1, 0.3)
FIRST_DAY = date(2026, 3, 2).toordinal()
WEEKDAYS = np.array([0.05, -0.02, 0.0, 0.02, -0.05, 0.0, 0.0])
USUAL_MIX = np.array([0.4, 0.3, 0.2, 0.1])
SHIFTED_MIX = np.array([0.2, 0.2, 0.3, 0.3])
LOG_SECONDS = np.log([600.0, 480.0, 900.0, 300.0])
SPREADS = np.array([0.5, 0.5, 0.65, 0.6])
MARKS = np.array([0.0, 0.02, -0.05, 0.03])
OFFICERS = np.array([-0.15, -0.05, 0.0, 0.05, 0.15, 0.25])

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scenario:
    """``before`` and ``after``: working days; ``rho`` and ``between``: of the days' own ups and downs; ``weekly``: of
    those that a whole week shares.
    """

    name: str
    before: int = 120
    after: int = 60
    rho: float = 0.3
    between: float = 0.06
    a_day: int = 50
    trend_a_month: float = 0.02
    wave: float = 0.0
    weekly: float = 0.0
    shock: float = 0.0
    kind: str = "time"
    officers_change: bool = False
    counters_change: bool = False
    control: bool = False


SCENARIOS = (
    Scenario("mix shifts, trend"),
    Scenario("days hang together (0.6)", rho=0.6),
    Scenario("60 and 60 days", before=60),
    Scenario("short: 25 and 25 days", before=25, after=25),
    Scenario("officers change", officers_change=True),
    Scenario("weeks with shocks of their own", rho=0.0, weekly=0.05),
    Scenario("yearly wave", before=380, after=90, wave=0.1, a_day=20),
    Scenario("control group, a shock to both", control=True, shock=0.3, a_day=40),
    Scenario("waits, counters opened", kind="wait", counters_change=True, between=0.15),
    Scenario("accuracy", kind="share", between=0.02, trend_a_month=0.004),
    Scenario("satisfaction", kind="mark", between=0.03, a_day=15, trend_a_month=0.004),
)


@dataclass
class Office:
    """One simulated office: ``days`` are its working days, ``date`` that of the intervention."""

    rng: np.random.Generator
    scenario: Scenario
    days: NDArray[np.int64] = field(init=False)
    own: Floats = field(init=False)

    def __post_init__(self) -> None:
        working = [FIRST_DAY + n for n in range(800) if (FIRST_DAY + n - 1) % 7 < 5]
        self.days = np.array(working[: self.scenario.before + self.scenario.after])
        self.own = self.common()

    @property
    def date(self) -> int:
        return int(self.days[self.scenario.before])

    def common(self) -> Floats:
        """What all cases of a day share."""
        s, n = self.scenario, len(self.days)
        ups = self.rng.normal(size=n) * s.between
        ups[1:] *= sqrt(1 - s.rho**2)
        for day in range(1, n):
            ups[day] += s.rho * ups[day - 1]
        trend = s.trend_a_month * (self.days - self.days[0]) / 30
        weeks = self.rng.normal(size=n)[(self.days - self.days[0]) // 7] * s.weekly
        wave = s.wave * np.sin(2 * pi * self.days / 365.25)
        scale = {"time": 1.0, "wait": 2.0}.get(s.kind, 0.2)
        return ups + weeks + trend + wave + scale * WEEKDAYS[(self.days - 1) % 7]

    def cases(self, change: float, common: Floats | None = None) -> tuple[Cases, Mapping[int, float]]:
        """The cases, and the load of each day."""
        s, rng = self.scenario, self.rng
        common = self.own if common is None else common
        n = np.maximum(rng.poisson(s.a_day, len(self.days)), 1)
        at = np.repeat(np.arange(len(self.days)), n)
        after = at >= s.before
        service = np.where(after, rng.choice(4, len(at), p=SHIFTED_MIX), rng.choice(4, len(at), p=USUAL_MIX))
        value = common[at] + change * after
        mix = {"service": service}
        load = dict.fromkeys(self.days.tolist(), 0.0)
        if s.kind == "share":
            value = (rng.random(len(at)) < 0.7 + value + MARKS[service]).astype(float)
        elif s.kind == "mark":
            value = np.clip(np.round(3.0 + value + 2 * MARKS[service] + rng.normal(size=len(at)) * 0.5), 1, 4)
        else:
            value = value + LOG_SECONDS[service] + rng.normal(size=len(at)) * SPREADS[service]
        if s.officers_change:
            officer = np.where(after, rng.integers(2, 6, len(at)), rng.integers(0, 4, len(at)))
            value, mix = value + OFFICERS[officer], mix | {"officer": officer}
        if s.counters_change:
            counters = 4 + rng.integers(-1, 2, len(self.days)) + 2 * (np.arange(len(self.days)) >= s.before)
            burden = np.log(n / counters)
            value = value + 1.5 * burden[at]
            load = dict(zip(self.days.tolist(), burden.tolist(), strict=True))
        return Cases(self.days[at], value, mix), load


def simulated(rng: np.random.Generator, scenario: Scenario, effect: float, replicates: int) -> tuple[Effect, float]:
    """What is found in one office, and the truth."""
    is_time = scenario.kind in ("time", "wait")
    truth = log(1 - effect) if is_time else -0.2 * effect
    office = Office(rng, scenario)
    shock = scenario.shock * (office.days >= office.date)
    office.own = office.own + shock
    control = None
    if scenario.control:
        control, _ = Office(rng, scenario).cases(0.0, 0.5 * office.common() + shock)
    cases, load = office.cases(truth)
    plan = Plan(
        date.fromordinal(office.date),
        medians=is_time,
        replicates=replicates,
        placebos=0,
        seed=int(rng.integers(1 << 30)),
        load=load,
    )
    found = evaluate(cases, plan, control)
    if not isinstance(found, Effect):
        raise TypeError(f"{scenario.name}: {found.why}")
    return found, truth


@dataclass(frozen=True, slots=True)
class Tally:
    """Shares of ``offices``: intervals that hold the truth; effects seen by regression, bootstrap, both."""

    offices: int
    held: tuple[float, float]
    seen: tuple[float, float, float]
    half_width: float


def tally(scenario: Scenario, effect: float, offices: int, replicates: int = 399, seed: int = 7) -> Tally:
    """Simulate so many offices."""
    rng = np.random.default_rng([seed, int(effect * 100), sum(map(ord, scenario.name))])
    found = [simulated(rng, scenario, effect, replicates) for _ in range(offices)]

    def share(of: Callable[[Effect, float], bool]) -> float:
        return sum(of(one, truth) for one, truth in found) / offices

    return Tally(
        offices,
        (
            share(lambda one, truth: one.average.low <= truth <= one.average.high),
            share(lambda one, truth: one.resampled.low <= truth <= one.resampled.high),
        ),
        (
            share(lambda one, _: one.average.is_clear),
            share(lambda one, _: one.resampled.is_clear),
            share(lambda one, _: verdict(one) in (Verdict.LOWER, Verdict.HIGHER)),
        ),
        float(np.median([one.average.high - one.average.low for one, _ in found]) / 2),
    )


def line(scenario: Scenario, effect: float, done: Tally) -> str:
    """A row of the table."""

    def told(share: float) -> str:
        return f"{100 * share:.1f} ± {100 * sqrt(share * (1 - share) / done.offices):.1f}"

    cells: Sequence[str] = (
        scenario.name,
        f"{100 * effect:.0f}",
        *map(told, (*done.held, *done.seen)),
        f"{done.half_width:.3f}",
    )
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    offices = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    print(
        "| office | effect % | regression holds % | bootstrap holds % | regression sees % | bootstrap sees % |"
        " told % | half width |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for scenario in SCENARIOS:
        if scenario.name.startswith(wanted):
            for effect in EFFECTS:
                print(line(scenario, effect, tally(scenario, effect, offices)), flush=True)


if __name__ == "__main__":
    main()

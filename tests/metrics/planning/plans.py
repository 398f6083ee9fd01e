"""Small offices for the simulator's tests."""

from math import inf

from metrics.forecast.line import Rule
from metrics.planning.day import DayPlan, Desk, Service
from metrics.planning.demand import Demand, Slot, WalkIns
from metrics.planning.durations import Exponential

DAY_S = 86_400.0
MORNING, NOON, ONE, AFTERNOON = 8 * 3600.0, 12 * 3600.0, 13 * 3600.0, 16 * 3600.0


def steady(counters: int, per_s: float, serve_s: float, patience_s: float = inf) -> DayPlan:
    """Round the clock at one rate: what Erlang's formulas are about."""
    demand = Demand([WalkIns("A", (per_s * 900,) * 96)])
    desks = [Desk(number, {"A": 1}, ((0.0, DAY_S),)) for number in range(counters)]
    return DayPlan(
        [Service("A", Exponential(serve_s))],
        desks,
        demand,
        closes_s=DAY_S,
        leaving_per_s=0.0 if patience_s == inf else 1 / patience_s,
        vain_call_s=0.0,
    )


def office(counters: int = 3, people: float = 150.0, quota: int | None = 60, rule: str = "accumulating") -> DayPlan:
    """Two services from 8 to 16 with a break from 12 to 13, priority citizens, slots of service B in the morning."""
    expected = tuple(people / 2 / 28 if 32 <= quarter < 64 and not 48 <= quarter < 52 else 0.0 for quarter in range(96))
    shares = {"regular": 0.8, "elderly": 0.2}
    slots = [Slot("B", MORNING + 1800.0 * place, 3, 0.7, categories=shares) for place in range(6)]
    return DayPlan(
        [Service("A", Exponential(420.0), quota, 1800.0), Service("B", Exponential(540.0), quota, 1800.0)],
        [Desk(n, {"A": 1, "B": 1 + n % 2}, ((MORNING, NOON), (ONE, AFTERNOON))) for n in range(1, counters + 1)],
        Demand([WalkIns("A", expected, shares), WalkIns("B", expected, shares)], slots, missing=0.1),
        closes_s=AFTERNOON,
        rule=Rule(rule, 7200.0),  # type: ignore[arg-type]
        rates={"elderly": 2.0},
    )

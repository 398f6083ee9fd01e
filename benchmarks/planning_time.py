"""How long a plan takes: days played, scenarios compared, counters searched for. ``python -m benchmarks.planning_time``

An office of six services and eight counters, 250 and 770 people a day, priority citizens, patience of two hours.
"""

import time
from collections.abc import Callable
from functools import partial

from metrics.forecast.line import Rule
from metrics.forecast.times import LogNormal
from metrics.planning.day import DayPlan, Desk, Service, days
from metrics.planning.demand import Demand, WalkIns
from metrics.planning.durations import Learned
from metrics.planning.scenario import ChangeDiscipline, ChangeQuota, OneMoreCounter, compare
from metrics.planning.staffing import needed

MORNING, AFTERNOON = 8 * 3600.0, 16 * 3600.0


def office(people: int, counters: int) -> DayPlan:
    expected = tuple(people / 6 / 32 if 32 <= quarter < 64 else 0.0 for quarter in range(96))
    codes = "ABCDEF"
    return DayPlan(
        [Service(code, Learned(LogNormal(6.0, 0.7, 0.05)), people // 5, 1800.0) for code in codes],
        [Desk(n, dict.fromkeys(codes, 1 + n % 2), ((MORNING, AFTERNOON),)) for n in range(1, counters + 1)],
        Demand([WalkIns(code, expected, {"regular": 0.9, "elderly": 0.1}) for code in codes], day_spread=0.1),
        closes_s=AFTERNOON,
        rule=Rule("accumulating"),
        rates={"elderly": 2.0},
        leaving_per_s=1 / 7200,
    )


def timed(name: str, work: Callable[[], object]) -> None:
    begun, used = time.perf_counter(), time.process_time()
    work()
    print(f"{name:<44} {time.process_time() - used:6.1f} s processor {time.perf_counter() - begun:6.1f} s wall")


def main() -> None:
    changes = [OneMoreCounter(MORNING, AFTERNOON), ChangeQuota("A", 90), ChangeDiscipline("strict")]
    for people, counters in ((250, 8), (770, 20)):
        plan = office(people, counters)
        count = max(40, min(200, 40_000 // people))
        timed(f"{people} people: {count} days played", partial(days, plan, count))
        timed(f"{people} people: three scenarios", partial(compare, plan, changes, count))
        searched = max(12, min(60, 9_000 // people))
        opens = [(MORNING, AFTERNOON)]
        timed(f"{people} people: counters of a weekday", partial(needed, plan, opens, searched))


if __name__ == "__main__":
    main()

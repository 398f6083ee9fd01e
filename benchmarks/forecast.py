"""How long a forecast of the whole line takes: 200 waiting at 10 counters.

python -m benchmarks.forecast
"""

import time

from metrics.forecast import order, rollout
from metrics.forecast.line import Desk, Habits, Line, Person, Rule
from metrics.forecast.times import LogNormal

ROUNDS = 30
SERVICES = 6


def line(waiting: int, counters: int) -> Line:
    times = [LogNormal(6.0 + 0.1 * kind, 0.7, 0.05, 100) for kind in range(SERVICES)]
    people = [
        Person(
            key,
            key % SERVICES,
            times[key % SERVICES],
            -3600.0 + 15 * key,
            2.0 if key % 9 == 0 else 1.0,
            kind=key % SERVICES,
        )
        for key in range(waiting)
    ]
    desks = [
        Desk(dict.fromkeys(range(SERVICES if at % 3 else 4), 1), 0.05 * (at % 3), times[0], 60.0 * at, key=at)
        for at in range(counters)
    ]
    return Line(people, desks, Rule("accumulating"), Habits(no_show=0.05))


def main() -> None:
    for waiting, counters in ((20, 4), (200, 10), (600, 20)):
        here = line(waiting, counters)
        rollout.forecast(here)
        taken = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            rollout.forecast(here)
            taken.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        order.calls(here)
        ordering = time.perf_counter() - begun
        middle, worst = sorted(taken)[ROUNDS // 2], max(taken)
        print(
            f"{waiting} waiting, {counters} counters, {rollout.RUNS} runs: median {middle * 1e3:.1f} ms, "
            f"worst {worst * 1e3:.1f} ms (of which the order of calls {ordering * 1e3:.1f} ms)"
        )


if __name__ == "__main__":
    main()

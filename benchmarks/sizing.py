"""How large a site is, from one office to the nation, and what breaks first on a busy morning; simulated.

    python -m benchmarks.sizing [--costs FILE]

Driven by what `python -m benchmarks.visit_costs --write FILE` measured (without a file: by ``MEASURED``, which it
printed for docs/scale.md): processor time of the app and of the database for everything that a visit asks for. Each
request waits for the shortest line of an app process, then for a core of the database and, when it takes a number, for
the others who take one of the same service: that is one row. A quarter of a day's visits come within the busiest hour.
A rush for bookings is another matter: `benchmarks.nation`.

Assumed, not measured: that processes and cores are as fast as those measured and do not slow one another down, that the
network takes nothing, and how often people look (``LOOKS``, ``WATCHING``).
"""

import argparse
import json
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from pathlib import Path
from typing import NamedTuple

VISITS_A_DAY = 3_000_000
OFFICE_VISITS_A_DAY = 200
BUSIEST_HOUR = 0.25
"""Of a day's visits."""

LOOKS = 4
"""How often a page of the ticket is loaded anew: opened, after the journey, after a lost connection."""

WATCHING = 0.5
"""Of those who have a number today: how many have its page open at the same time in the busiest hour."""

FULL = 0.6
"""How much of a core is planned to be used: above it waits grow fast."""

KB_A_VISIT = 2.3
WORKING_DAYS = 220
SOCKETS_A_PROCESS = 5_000
IDLE_GB = 0.16
"""Of each process."""
PATIENCE_MS = 250.0
"""What an officer's call may take at most, 99 times in 100."""

CHANGES = 5
"""Messages to everybody in the office that a visit causes: joined, called, started, finished, and one more."""

STAFF_SOCKETS = 8
"""Displays, desks and the supervisor's page of an office."""

MOST_REQUESTS = 300_000
"""A play is so short that it has no more."""

SEED = 8


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor milliseconds of one request."""

    app: float
    database: float


@dataclass(frozen=True, slots=True)
class Costs:
    """``serve`` is one of the three moves at the desk; ``push`` one message to one socket (app ms); ``socket_kb`` the
    memory of a connection."""

    book: Cost
    join: Cost
    serve: Cost
    look: Cost
    push: float
    socket_kb: float


MEASURED = Costs(
    book=Cost(9.85, 3.45),
    join=Cost(14.6, 5.55),
    serve=Cost(18.57, 7.42),
    look=Cost(24.75, 6.05),
    push=0.07,
    socket_kb=53.3,
)


class Site(NamedTuple):
    """``app`` processes and ``database`` cores."""

    app: int
    database: int


class Request(NamedTuple):
    """``row``: the service whose counter is held, or -1."""

    at: float
    kind: str
    cost: Cost
    row: int


def play(requests: Sequence[Request], site: Site) -> dict[str, list[float]]:
    """Milliseconds until each request was answered, by kind."""
    workers, cores = [0.0] * site.app, [0.0] * site.database
    heapify(workers)
    heapify(cores)
    through: list[tuple[float, Request]] = []
    for request in sorted(requests):
        done = max(request.at, workers[0]) + request.cost.app / 1000
        heapreplace(workers, done)
        through.append((done, request))
    rows: dict[int, float] = {}
    took: dict[str, list[float]] = {}
    for reached, request in sorted(through):
        begins = max(reached, cores[0], rows.get(request.row, 0.0))
        done = begins + request.cost.database / 1000
        heapreplace(cores, done)
        if request.row >= 0:
            rows[request.row] = done
        took.setdefault(request.kind, []).append((done - request.at) * 1000)
    return took


@dataclass(frozen=True, slots=True)
class Demand:
    """What the people of a site want of it in the busiest hour, and in a rush for bookings; a second."""

    visits_a_day: float
    costs: Costs

    @property
    def offices(self) -> int:
        return max(1, round(self.visits_a_day / OFFICE_VISITS_A_DAY))

    @property
    def visits(self) -> float:
        return self.visits_a_day * BUSIEST_HOUR / 3600

    @property
    def sockets(self) -> float:
        """Half an hour's visitors watch their tickets at the same time."""
        return self.offices * STAFF_SOCKETS + WATCHING * self.visits * 1800

    def usual(self) -> Mapping[str, tuple[float, Cost]]:
        """Requests a second and their cost, by kind. What is pushed is counted with the move that causes it."""
        costs, visits = self.costs, self.visits
        pushed = CHANGES * self.sockets / self.offices * costs.push / 3
        return {
            "book": (visits / 2, costs.book),
            "join": (visits / 2, costs.join),
            "serve": (3 * visits, Cost(costs.serve.app + pushed, costs.serve.database)),
            "look": (LOOKS * visits, costs.look),
        }

    def cores(self) -> tuple[float, float]:
        """Of the app and of the database, that the busiest hour keeps busy."""
        asked = self.usual().values()
        return sum(r * c.app for r, c in asked) / 1000, sum(r * c.database for r, c in asked) / 1000

    def site(self) -> Site:
        app, database = (math.ceil(cores / FULL) for cores in self.cores())
        return Site(max(1, app, math.ceil(self.sockets / SOCKETS_A_PROCESS)), max(1, database))


def came(demand: Demand, seconds: float, chance: random.Random) -> Iterator[Request]:
    """The requests of so many seconds."""
    for kind, (a_second, cost) in demand.usual().items():
        at = chance.expovariate(a_second)
        while at < seconds:
            yield Request(at, kind, cost, chance.randrange(6 * demand.offices) if kind in {"book", "join"} else -1)
            at += chance.expovariate(a_second)


def slow(demand: Demand, site: Site) -> float:
    """Milliseconds that 99 of 100 of the officers' moves do not exceed."""
    seconds = min(3600.0, max(5.0, MOST_REQUESTS / sum(rate for rate, _ in demand.usual().values())))
    took = sorted(play(list(came(demand, seconds, random.Random(SEED))), site)["serve"])
    return took[int(0.99 * (len(took) - 1))]


SCALES: Mapping[str, float] = {
    "an office": OFFICE_VISITS_A_DAY,
    "a regency, 30 offices": 6_000,
    "a metropolis, 100 offices": 20_000,
    "the largest province (18 %)": 0.18 * VISITS_A_DAY,
    "the nation in one": VISITS_A_DAY,
}


def size(costs: Costs) -> None:
    print("\nHow large: app processes and database cores that are used by 60 % in the busiest hour")
    head = ("visits a day", "visits/s", "app", "database", "sockets", "GB", "GB a year", "a move, p99 ms")
    print(f"{'':<30}" + "".join(f"{word:>15}" for word in head))
    for name, visits in SCALES.items():
        demand = Demand(visits, costs)
        site = demand.site()
        figures = (
            *(f"{visits:,.0f}", f"{demand.visits:.2f}", f"{site.app}", f"{site.database}", f"{demand.sockets:,.0f}"),
            f"{demand.sockets * costs.socket_kb / 1e6 + IDLE_GB * site.app:.1f}",
            f"{visits * WORKING_DAYS * KB_A_VISIT / 1e6:,.1f}",
            f"{slow(demand, site):.0f}",
        )
        print(f"{name:<30}" + "".join(f"{figure:>15}" for figure in figures), flush=True)


def break_it(costs: Costs) -> None:
    """Visits a day are raised by a tenth until an officer's move takes too long, or there are too many sockets."""
    print("\nWhat breaks first on a busy morning")
    print(f"{'':<44}{'visits a day':>14}{'offices':>9}{'app busy':>10}{'database busy':>15}  why")
    for name, site in {
        "one process, one core for the database": Site(1, 1),
        "8 cores: 6 processes, 2 for the database": Site(6, 2),
        "24 processes, 8 cores for the database": Site(24, 8),
        "96 processes, 32 cores for the database": Site(96, 32),
    }.items():
        visits, why = 1_000.0, ""
        while not why:
            visits *= 1.1
            demand = Demand(visits, costs)
            if demand.sockets > SOCKETS_A_PROCESS * site.app:
                why = "sockets"
            elif slow(demand, site) > PATIENCE_MS:
                app, database = demand.cores()
                why = "app" if app / site.app > database / site.database else "database"
        app, database = demand.cores()
        busy = f"{app / site.app:>10.0%}{database / site.database:>15.0%}"
        print(f"{name:<44}{visits:>14,.0f}{demand.offices:>9,}{busy}  {why}", flush=True)
    print(
        f"\nOne service of one office: {1000 / costs.book.database:,.0f} bookings a second, for its counter is one row."
    )


def of_json(path: Path) -> Costs:
    """What ``visit_costs --write`` wrote."""
    found = json.loads(path.read_text())
    kinds = {kind: Cost(**found[kind]) for kind in ("book", "join", "serve", "look")}
    return Costs(**kinds, push=found["push"], socket_kb=found["socket_kb"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--costs", type=Path)
    asked = parser.parse_args()
    costs = of_json(asked.costs) if asked.costs else MEASURED
    print(costs)
    size(costs)
    break_it(costs)


if __name__ == "__main__":
    main()

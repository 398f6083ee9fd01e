"""From one office to the nation: how many processes a rush for bookings takes, and what breaks first. A simulation.

    python -m benchmarks.nation [--booking-ms 10] [--answer-ms 0.8] [--database 400] [--office 100]

People come at a peak for a minute, then ever fewer (half of them in the first minute and a half). Second by second each
process spends its time first on telling those who come and those who look where they stand, then on bookings; how often
people look is what the product tells them (``queue_app.rush.line``). Nothing is served here. Two figures were
measured, two are assumed until somebody measures them on servers of their own; all are options:

- ``--booking-ms``: processor time of a booking in a server process, with gunicorn's part. Measured: 500 places in 4.8 s
  on two cores that were quiet, with the crowd on one of them (benchmarks.rush, SQLite);
- ``--answer-ms``: of an answer from the waiting room, likewise. Measured: 0.11 to 0.15 ms of our own; the rest, what
  gunicorn takes for any request, is an estimate;
- ``--database``: bookings in a second that one PostgreSQL takes. Assumed;
- ``--office``: bookings in a second of one office: they take its row one after another. Assumed.

A fifth of each process is left to desks and displays.
"""

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass

from queue_app.rush.line import Standing

FOR_BOOKINGS = 0.8
PEAK_S, FADING_S = 60, 45.0
LONGEST_S = 4 * 3600
POINTS = 40


@dataclass(frozen=True, slots=True)
class Figures:
    """What things cost: seconds of a process for a booking and for an answer from the waiting room; bookings a second
    of a database and of an office."""

    booking_s: float
    answer_s: float
    database: float
    office: float


@dataclass(frozen=True, slots=True)
class Site:
    """``peak``: people a second at the beginning; ``databases``: one for each province, say, with its own processes."""

    name: str
    offices: int
    peak: float
    processes: int
    databases: int = 1


@dataclass(frozen=True, slots=True)
class Rush:
    """``drained_s``: until the last was served, infinite if that takes hours; ``waiting``: most at once, and ``wait_s``
    the longest wait by the pace of the moment; ``looks``: most answers a second from the waiting room; ``busy``: the
    largest part of the processes' time that these took; ``first``: what held the bookings back when most waited."""

    people: int
    drained_s: float
    waiting: int
    wait_s: float
    looks: float
    busy: float
    first: str


def arrivals(peak: float) -> Iterator[float]:
    """How many come in each second."""
    for second in range(LONGEST_S):
        yield peak if second < PEAK_S else peak * math.exp(-(second - PEAK_S) / FADING_S)


def looks_a_second(waiting: float, rate: float, lines: int) -> float:
    """Of people in so many lines alike, of which so many are called in a second."""
    each = waiting / lines
    if each < 1:
        return waiting / 2.0
    standing = Standing("", math.ceil(each), 0, rate / lines or None)
    step = each / POINTS
    return lines * sum(step / standing.look_in_s(math.ceil((point + 0.5) * step)) for point in range(POINTS))


def play(site: Site, figures: Figures) -> Rush:
    """The rush at one of the site's databases, told for the whole."""
    share = 1 / site.databases
    offices, room = site.offices * share, site.processes * share * FOR_BOOKINGS
    limits = {"database": figures.database, "office's row": figures.office * offices}
    waiting = rate = most = looks_most = busy = wait_s = came = 0.0
    first, drained = "nothing", math.inf
    for second, coming in enumerate(arrivals(site.peak * share)):
        came += coming
        looks = coming + looks_a_second(waiting, rate, math.ceil(offices))
        left = room - looks * figures.answer_s
        able = {"processes": max(left, 0.0) / figures.booking_s, **limits}
        served = min(waiting + coming, *able.values())
        waiting += coming - served
        rate = served if not rate else rate + (served - rate) / 10
        if waiting > most:
            most, first = waiting, min(able, key=able.__getitem__)
        looks_most, busy = max(looks_most, looks), max(busy, looks * figures.answer_s / room)
        wait_s = max(wait_s, waiting / served if served else 0.0)
        if second > PEAK_S and waiting < 1 and coming < 1:
            drained = float(second)
            break
    by = site.databases
    return Rush(round(came * by), drained, round(most * by), wait_s, looks_most * by, busy, first)


def breaks_at(site: Site, figures: Figures) -> float:
    """People a second at which bookings stop: only who waits is answered, and nobody is served."""
    low, high = site.peak / 100, site.peak * 10_000
    while high / low > 1.02:
        middle = math.sqrt(low * high)
        found = play(Site(site.name, site.offices, middle, site.processes, site.databases), figures)
        low, high = (middle, high) if found.busy < 1 else (low, middle)
    return low


SITES = (
    Site("an office", 1, 5, 1),
    Site("an office, far too many", 1, 1_000, 1),
    Site("a city", 30, 20, 2),
    Site("a regency's rush", 30, 100, 4),
    Site("a province", 400, 400, 12),
    Site("the nation, one database", 7_000, 5_000, 120),
    Site("the nation, 38 databases", 7_000, 5_000, 152, 38),
    Site("the same, twice the processes", 7_000, 5_000, 304, 38),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--booking-ms", type=float, default=10.0)
    parser.add_argument("--answer-ms", type=float, default=0.8)
    parser.add_argument("--database", type=float, default=400.0)
    parser.add_argument("--office", type=float, default=100.0)
    asked = parser.parse_args()
    figures = Figures(asked.booking_ms / 1000, asked.answer_ms / 1000, asked.database, asked.office)
    head = ("site", "offices", "a second", "processes", "databases", "people", "most waiting", "longest wait, min")
    print(f"| {' | '.join((*head, 'all served, min', 'answers a second', 'held back by', 'nobody served from'))} |")
    print(f"|{'---|' * (len(head) + 4)}")
    for site in SITES:
        found = play(site, figures)
        cells = (site.name, site.offices, f"{site.peak:,.0f}", site.processes, site.databases, f"{found.people:,}")
        cells += (f"{found.waiting:,}", _minutes(found.wait_s), _minutes(found.drained_s), f"{found.looks:,.0f}")
        print(f"| {' | '.join(map(str, (*cells, found.first, f'{breaks_at(site, figures):,.0f} a second')))} |")


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f}" if math.isfinite(seconds) else "never"


if __name__ == "__main__":
    main()

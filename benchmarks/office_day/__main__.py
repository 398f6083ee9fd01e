"""Time in the building: a day of paper numbers from the door, and the same day with Antrean.

    python -m benchmarks.office_day [--records FILE] [--days N] [--seed S] [--quick]

FILE has the columns of ``history import`` (a .gz is read as well): its full days give arrival times, services and the
shape of serve times. Without it a built-in profile of the same kind is used. The same persons come on both sides, with
the same serve times. On paper a number is given at the door, one line for all counters, in order of coming. In Antrean
each person uses the product: its own use cases book, check in, call, serve and end the day, on a SQLite file of its
own, and only people and clock are simulated. In the building is from entering (not before opening) until served; who
takes a number and waits elsewhere is in it at the kiosk, and again from coming back. Every assumption is printed, and
varied.
"""

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import sqlalchemy

from benchmarks.office_day import records, tables
from benchmarks.office_day.office import template
from benchmarks.office_day.people import Assumptions
from benchmarks.office_day.records import Records
from benchmarks.office_day.scenarios import STANDARDS_S, Compared, compare

BASE = Assumptions()


def variations() -> Iterator[tuple[str, Assumptions]]:
    """Each assumption alone, the others as in the base."""
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        yield f"book online {share:.0%}", replace(BASE, online=share)
    for share in (0.05, 0.25):
        yield f"no-shows {share:.0%}", replace(BASE, no_show=share)
    for load in (0.7, 0.8, 0.9, 1.0, 1.1):
        yield f"load {load:.0%}", replace(BASE, load=load)
    for door in (0.5, 0.0):
        yield f"at the door at opening {door:.0%}", replace(BASE, door=door)
    yield "early by 15 min, sd 20", replace(BASE, early=15, early_sd=20)
    yield "slots alike all day", replace(BASE, after_crowd=False)
    yield "no slots in the last half hour", replace(BASE, slots_end=30)
    yield "half with a phone wait elsewhere", replace(BASE, elsewhere=0.5)
    yield "all with a phone wait elsewhere", replace(BASE, elsewhere=1.0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.office_day", description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=Path, help="recorded days; without it a built-in profile")
    parser.add_argument("--days", type=int, default=12, help="days of the base; the variations have a quarter of them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="the base alone")
    asked = parser.parse_args()
    read = records.read(asked.records, STANDARDS_S) if asked.records else records.built_in(STANDARDS_S, asked.seed)
    began = time.monotonic()
    print(f"{platform.machine()}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}, {platform.system()},")
    print(f"Python {platform.python_version()}, SQLAlchemy {sqlalchemy.__version__}, SQLite; seed {asked.seed}")
    print(f"{read.name}: {len(read.days)} full days")
    print(f"Assumptions: {BASE.in_words()}\n")
    named = [("base", BASE)] + ([] if asked.quick else list(variations()))
    done = _compared(read, named, asked.days, asked.seed)
    tables.base(done[0][1])
    if len(done) > 1:
        tables.variations(done)
        tables.elsewhere(done)
    print(f"\n{time.monotonic() - began:.0f} s")


def _compared(
    read: Records, named: Sequence[tuple[str, Assumptions]], days: int, seed: int
) -> list[tuple[str, Compared]]:
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(os.cpu_count()) as pool:
        empty = template(Path(folder))
        some = max(2, days // 4)
        # The base in as many parts as there are processors, each an office of its own.
        parts = [pool.submit(compare, read, BASE, some, seed + part, empty) for part in range(max(1, days // some))]
        others = [(name, pool.submit(compare, read, a, some, seed, empty)) for name, a in named[1:]]
        bases = [part.result() for part in parts]
        paper = [day for base in bases for day in base.paper]
        whole = Compared(BASE, paper, [day for base in bases for day in base.antrean])
        return [("base", whole), *((name, future.result()) for name, future in others)]


if __name__ == "__main__":
    main()

"""Days on both sides, under one set of assumptions."""

import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks.office_day import antrean, paper
from benchmarks.office_day.office import DrivenOffice
from benchmarks.office_day.people import Assumptions, draw
from benchmarks.office_day.records import Records
from benchmarks.office_day.stays import Day
from queue_app.demo.office import SERVICES

STANDARDS_S: Mapping[str, float] = {code: 60.0 * minutes for code, _, _, minutes, _ in SERVICES}
_FIRST_DAY = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class Compared:
    """So many days on both sides, the same persons on each."""

    assumptions: Assumptions
    paper: Sequence[Day]
    antrean: Sequence[Day]


def compare(records: Records, a: Assumptions, days: int, seed: int, template: Path) -> Compared:
    """One office over consecutive days, each drawn from another recorded one."""
    names = sorted(records.days)
    random.Random(f"days {seed}").shuffle(names)
    on_paper, in_antrean = [], []
    with tempfile.TemporaryDirectory() as folder:
        office = DrivenOffice(template, Path(folder) / "office.sqlite", a, records.shares)
        for number in range(days):
            name = names[number % len(names)]
            people = draw(records.days[name], STANDARDS_S, a, f"{seed} {number} {name}")
            on_paper.append(paper.run(people, a))
            in_antrean.append(antrean.run(office, _FIRST_DAY + timedelta(days=number), people, a))
        office.db.dispose()
    return Compared(a, on_paper, in_antrean)

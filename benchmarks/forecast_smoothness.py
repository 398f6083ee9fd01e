"""How much the foretold instant of somebody's call moves when something happens, and when nothing does.

python -m benchmarks.forecast_smoothness

A day of each made-up office is played from its records. Just before and at each instant at which somebody came or was
called, and ten seconds later if nothing else happened by then, all who wait are foretold from the line of that instant.
Printed is by how much the middle of the foretold call moved, for those whom both forecasts were of.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median

from benchmarks.made_up_offices import OFFICES, Office, days
from metrics.forecast import rollout
from metrics.forecast.line import Desk, Line, Person, Rule
from metrics.forecast.times import LogNormal
from metrics.visit import Visit

PAUSE_S, JUST_S = 10.0, 0.001
NOTHING, JOINED, CALLED = "ten seconds pass", "somebody joins", "somebody else is called"
_COUNTERS = ["s0", "s1", "s2", "s3", "s4"]


def main() -> None:
    print(
        "| office | what happens | forecasts | median move, min | 90 of 100 under | 90 of 100, of the range's width |"
    )
    print("|---|---|---|---|---|---|")
    for office in OFFICES:
        visits, _ = days(office, 1, 1, 10**6)
        for name, found in _moves(office, visits).items():
            minutes = sorted(abs(move_s) / 60 for move_s, _ in found)
            shares = sorted(abs(move_s) / width_s for move_s, width_s in found)
            at = 9 * len(found) // 10
            print(
                f"| {office.name} | {name} | {len(found)} | {median(minutes):.2f} | {minutes[at]:.2f} "
                f"| {shares[at]:.2f} |"
            )


def _moves(office: Office, visits: Sequence[Visit]) -> Mapping[str, list[tuple[float, float]]]:
    came = {visit.arrived_at.timestamp() for visit in visits}
    called = {visit.called_at.timestamp() for visit in visits if visit.called_at}
    instants = sorted(came | called)
    found: dict[str, list[tuple[float, float]]] = {NOTHING: [], JOINED: [], CALLED: []}
    before: dict[int, float] = {}
    for at_s, next_s in zip(instants, [*instants[1:], math.inf], strict=True):
        before = _compare(office, visits, at_s - JUST_S, {}, [])
        before = _compare(office, visits, at_s, before, found[CALLED if at_s in called else JOINED])
        if next_s - at_s > PAUSE_S:
            before = _compare(office, visits, at_s + PAUSE_S, before, found[NOTHING])
    return found


def _compare(
    office: Office, visits: Sequence[Visit], at_s: float, before: Mapping[int, float], into: list[tuple[float, float]]
) -> dict[int, float]:
    now = {}
    for key, spread in rollout.forecast(_line(office, visits, at_s)).items():
        now[key] = at_s + spread.median_s
        if key in before:
            into.append((now[key] - before[key], max(spread.high_s - spread.low_s, 60.0)))
    return now


def _line(office: Office, visits: Sequence[Visit], at_s: float) -> Line:
    times = [LogNormal(math.log(k.mean_s) - k.sigma**2 / 2, k.sigma, 0.05, 100) for k in office.kinds]
    people, serving = [], defaultdict[str, list[Visit]](list)
    for visit in visits:
        kind = "ABCDEF".index(visit.service)
        arrived_s = visit.arrived_at.timestamp()
        left = visit.called_at or visit.left_at
        if arrived_s <= at_s and left is not None and left.timestamp() > at_s:
            rate = 1.0 if visit.category == "regular" else office.rate
            people.append(Person(int(visit.ticket), kind, times[kind], arrived_s - at_s, rate, kind=kind))
        elif visit.officer and visit.called_at and _is_between(visit.called_at, at_s, visit.finished_at):
            serving[visit.officer].append(visit)
    desks = []
    for place, seat in enumerate(office.seats):
        here = serving.get(_COUNTERS[place])
        taken = times["ABCDEF".index(here[0].service)] if here else None
        elapsed_s = at_s - here[0].called_at.timestamp() if here and here[0].called_at else 0.0
        desks.append(Desk(dict.fromkeys(seat.takes, 1), math.log(seat.pace), taken, elapsed_s, key=place))
    return Line(people, desks, Rule("accumulating", float("inf")))


def _is_between(begun: datetime, at_s: float, ended: datetime | None) -> bool:
    return ended is not None and begun.timestamp() <= at_s < ended.timestamp()


if __name__ == "__main__":
    main()

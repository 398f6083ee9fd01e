"""The API's figures against what the people of the soaked office saw: numbers exactly, medians between their bounds."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import requests

from benchmarks.soaked_office import Tally
from metrics.plausibility import Reason

UNFINISHED = {Reason.NOT_STARTED.value, Reason.NOT_FINISHED.value}
OFF_S = 60.0
"""The office's clock goes in steps, which the server sees a moment before or after the people do."""


def disagreements(url: str, token: str, tallies: Mapping[date, Tally], first: date, last: date) -> list[str]:
    """Where the figures for the days from ``first`` to ``last`` are not those of ``tallies``. ``url`` of the office in
    the API; all days of the period must be over for those who waited."""
    truth = [tally for day, tally in tallies.items() if first <= day <= last]
    wrong = [*_of_officers(_asked(url, token, "officers", first, last), truth)]
    wrong += _of_services(_asked(url, token, "services", first, last), truth)
    wrong += _of_waits(_asked(url, token, "waits", first, last), truth)
    return [f"figures of {first} to {last}: {each}" for each in wrong]


def _asked(url: str, token: str, what: str, first: date, last: date) -> dict[str, Any]:
    answer = requests.get(
        f"{url}/metrics/{what}",
        params={"from": first.isoformat(), "to": last.isoformat()},
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def _of_officers(said: Mapping[str, Any], truth: Sequence[Tally]) -> list[str]:
    served = Counter(visit.officer for tally in truth for visit in tally.visits)
    rows = {row["officer"]: row for row in said["officers"]}
    counted = {name: row["served"] + _finished(row["excluded"]) for name, row in rows.items()}
    wrong = _unlike("served by officer", counted, served)
    if said["served"] + _finished(said["excluded"]) != served.total():
        wrong.append(f"served: {said['served']}, {said['excluded']}; people saw {served.total()}")
    by_officer: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for tally in truth:
        for visit in tally.visits:
            by_officer[visit.officer].append((visit.least_s, visit.most_s))
    for name, bounds in by_officer.items():
        if name in rows and not _finished(rows[name]["excluded"]):
            wrong += _median_outside(f"median of {name}", rows[name]["median_s"], bounds)
    return wrong


def _of_services(said: Mapping[str, Any], truth: Sequence[Tally]) -> list[str]:
    served: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for tally in truth:
        for visit in tally.visits:
            served[visit.service].append((visit.least_s, visit.most_s))
    wrong = []
    for row in said["services"]:
        bounds = served.pop(row["service"], [])
        if row["served"] > len(bounds):
            wrong.append(f"service {row['service']}: {row['served']} served; people saw {len(bounds)}")
        elif row["served"] == len(bounds):
            wrong += _median_outside(f"median of service {row['service']}", row["median_s"], bounds)
    return wrong + [f"service {code}: nothing said; people saw {len(bounds)}" for code, bounds in served.items()]


def _of_waits(said: Mapping[str, Any], truth: Sequence[Tally]) -> list[str]:
    called = sum((tally.called for tally in truth), Counter[str]())
    wrong = _unlike("called", {row["service"]: row["called"] for row in said["waits"]}, called)
    no_show, seen = sum(row["no_show"] for row in said["waits"]), sum(tally.no_show for tally in truth)
    if no_show != seen:
        wrong.append(f"did not come when called: {no_show}; people saw {seen}")
    return wrong


def _finished(excluded: Mapping[str, int]) -> int:
    """Of those that are not behind the times, who was served all the same."""
    return sum(count for reason, count in excluded.items() if reason not in UNFINISHED)


def _unlike(what: str, said: Mapping[str, int], seen: Mapping[str, int]) -> list[str]:
    return [
        f"{what} {name}: {said.get(name, 0)}; people saw {seen.get(name, 0)}"
        for name in sorted({*said, *seen})
        if said.get(name, 0) != seen.get(name, 0)
    ]


def _median_outside(what: str, said: float | None, bounds: Collection[tuple[float, float]]) -> list[str]:
    """The median of times of which each lies between two bounds lies between the medians of those."""
    if not bounds:
        return [f"{what}: {said}; people saw none"] if said is not None else []
    least = statistics.median(low for low, _ in bounds) - OFF_S
    most = statistics.median(high for _, high in bounds) + OFF_S
    if said is None or not least <= said <= most:
        return [f"{what}: {said}; between {least:.0f} and {most:.0f} s as people saw it"]
    return []

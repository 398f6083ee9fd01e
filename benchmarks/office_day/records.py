"""Where arrivals, services and serve times come from: recorded days, or a built-in profile where there are none."""

import csv
import gzip
import io
import math
import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

OPENS_H, CLOSES_H = 8, 15
BY_FREQUENCY = "CBAFDE"
"""The most frequent type of the records stands for KTP-el, then family card, birth certificate, child card, ..."""

SHORTEST_S = 10.0
"""Shorter services are cut off calls, not services."""

_FULL_DAY = 450

_PER_HOUR = (1.0, 1.1, 1.2, 1.1, 1.0, 1.0, 1.0)
_SHARES = {"C": 0.69, "B": 0.16, "A": 0.105, "F": 0.026, "D": 0.01, "E": 0.009}
_SIGMA = 0.92


@dataclass(frozen=True, slots=True)
class Arrival:
    """``at_s``: seconds from opening. ``serve_s``: of a service whose mean time is its standard."""

    at_s: float
    service: str
    serve_s: float


@dataclass(frozen=True, slots=True)
class Records:
    """Days of arrivals, each at a name; ``shares`` of the services over all of them."""

    name: str
    days: Mapping[str, Sequence[Arrival]]
    shares: Mapping[str, float]


def read(file: Path, standards_s: Mapping[str, float]) -> Records:
    """The full days of a file of ``history import`` (a .gz too): arrivals between opening and closing that were served.
    Serve times keep their shape: each service's are multiplied so that their mean is its standard. Raises ValueError
    when there is no full day."""
    content = file.read_bytes()
    text = (gzip.decompress(content) if file.suffix == ".gz" else content).decode()
    found: defaultdict[str, list[tuple[float, str, float]]] = defaultdict(list)
    for line in csv.DictReader(io.StringIO(text)):
        if line.get("outcome", "served") not in ("", "served") or not line["service_start_ts"]:
            continue
        names = ("arrival_ts", "service_start_ts", "service_end_ts")
        arrived, started, ended = (datetime.fromisoformat(line[name]) for name in names)
        serve_s = (ended - started).total_seconds()
        if OPENS_H <= arrived.hour < CLOSES_H and serve_s >= SHORTEST_S:
            opens = arrived.replace(hour=OPENS_H, minute=0, second=0, microsecond=0)
            day = arrived.date().isoformat()
            found[day].append(((arrived - opens).total_seconds(), line["service_type"], serve_s))
    full = {day: sorted(rows) for day, rows in sorted(found.items()) if len(rows) >= _FULL_DAY}
    if not full:
        raise ValueError(f"{file} has no day with {_FULL_DAY} served rows between {OPENS_H} and {CLOSES_H} h")
    return _as_office(file.name, full, standards_s)


def _as_office(
    name: str, days: Mapping[str, Sequence[tuple[float, str, float]]], standards_s: Mapping[str, float]
) -> Records:
    rows = [row for of_day in days.values() for row in of_day]
    kinds = Counter(kind for _, kind, _ in rows)
    codes = {kind: BY_FREQUENCY[min(n, len(BY_FREQUENCY) - 1)] for n, (kind, _) in enumerate(kinds.most_common())}
    times: defaultdict[str, list[float]] = defaultdict(list)
    for _, kind, serve_s in rows:
        times[codes[kind]].append(serve_s)
    factors = {code: standards_s[code] / statistics.fmean(of) for code, of in times.items()}
    made = {
        day: [Arrival(at_s, codes[kind], serve_s * factors[codes[kind]]) for at_s, kind, serve_s in of_day]
        for day, of_day in days.items()
    }
    return Records(name, made, {code: len(of) / len(rows) for code, of in times.items()})


def built_in(standards_s: Mapping[str, float], seed: int, days: int = 10, per_day: int = 600) -> Records:
    """Days of the same kind, for where no records are: arrivals by the hour with a peak before noon, serve times
    log-normal with their spread as that of many recorded services (sigma of the logarithm 0.92)."""
    chance = random.Random(f"profile {seed}")
    made = {f"day {n}": sorted((_made_up(chance, standards_s) for _ in range(per_day)), key=_at) for n in range(days)}
    return Records("built-in profile", made, _SHARES)


def _made_up(chance: random.Random, standards_s: Mapping[str, float]) -> Arrival:
    hour = chance.choices(range(len(_PER_HOUR)), _PER_HOUR)[0]
    code = chance.choices(list(_SHARES), list(_SHARES.values()))[0]
    serve_s = chance.lognormvariate(math.log(standards_s[code]) - _SIGMA**2 / 2, _SIGMA)
    return Arrival((hour + chance.random()) * 3600, code, serve_s)


def _at(arrival: Arrival) -> float:
    return arrival.at_s

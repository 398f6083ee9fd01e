"""Past records played again, in the order of time: at each arrival, what was known then and what was foretold.

Whoever arrives is foretold a wait from the line at that instant alone: who waits, who is served since when and by
whom, and what the time before taught: how long services take, which officer takes which of them, how many with
priority come in which hour. Nothing of later is looked at. Turns follow the office's rule as far as records name
categories; counters are those that serve, since records do not say who was free.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from enum import IntEnum
from statistics import fmean

import numpy as np

from metrics.forecast import arrivals, rollout
from metrics.forecast.line import Case, Desk, Known, Line, Person, Rule, Spread
from metrics.forecast.seen import ENOUGH, Seen
from metrics.forecast.times import Served
from metrics.visit import Visit

__all__ = ["ENOUGH", "RECENT", "Past", "Turns", "line_of", "pasts", "play"]

RECENT = 8
"""So many calls say how long people have just waited."""

_DRAWS = 8

_AHEAD = 1.5
"""Who may still come is looked at for so many times as long as the line will probably take."""

_GHOSTS = 1 << 40
"""Keys of those who may still come begin here, far from those of records."""


@dataclass(frozen=True, slots=True)
class Turns:
    """The office's rule, and the rate of each category; one that is not named counts 1."""

    rule: Rule = field(default_factory=Rule)
    rates: Mapping[str, float] = field(default_factory=dict)

    def rate(self, category: str) -> float:
        return 1.0 if self.rule.name == "first_come" else self.rates.get(category, 1.0)


@dataclass(frozen=True, slots=True)
class Past:
    """One record in seconds since 1970. ``called_s`` None: left at ``ended_s`` without being called; ``served``: the
    service was finished, and its time counts."""

    key: int
    service: str
    officer: str | None
    hour: int
    day: int
    arrived_s: float
    called_s: float | None
    ended_s: float
    served: bool
    rate: float = 1.0
    into_hour_s: float = 0.0


class _Kind(IntEnum):
    """At one instant counters come free before somebody is called, and that before somebody arrives; who is called on
    arrival was called after it, and a service of no time ends last."""

    END = 0
    CALL = 1
    ARRIVE = 2
    CALL_AT_ONCE = 3
    END_AT_ONCE = 4


def pasts(visits: Iterable[Visit], zone: tzinfo, turns: Turns | None = None) -> list[Past]:
    """The records that tell when somebody was in the line, and when at a counter, in the order of arrival."""
    found, turns = [], turns or Turns()
    for key, visit in enumerate(sorted(visits, key=lambda visit: visit.arrived_at)):
        called = visit.called_at or visit.started_at
        ended = visit.finished_at or visit.left_at or called
        if ended is None or ended < (called or visit.arrived_at) or (called is not None and called < visit.arrived_at):
            continue
        local = visit.arrived_at.astimezone(zone)
        found.append(
            Past(
                key=key,
                service=visit.service,
                officer=visit.officer,
                hour=local.hour,
                day=local.toordinal(),
                arrived_s=visit.arrived_at.timestamp(),
                called_s=None if called is None else called.timestamp(),
                ended_s=ended.timestamp(),
                served=visit.end == "finished",
                rate=turns.rate(visit.category),
                into_hour_s=local.minute * 60.0 + local.second,
            )
        )
    return found


def play(records: Sequence[Past], rule: Rule | None = None) -> Iterator[Case]:
    """Each arrival that waited and was served, in the order of time, with what was foretold then."""
    by_key = {record.key: record for record in records}
    floor, seen, rule = _Floor(), Seen(), rule or Rule()
    for at_s, kind, key in sorted(move for record in records for move in _moves(record)):
        record = by_key[key]
        if kind is _Kind.ARRIVE:
            seen.begin(record.day)
            if record.served and record.called_s is not None and record.called_s > at_s and len(seen.served) >= ENOUGH:
                yield _case(record, floor, seen, rule)
            floor.waiting[key] = record
            seen.came((record.service, record.rate), record.hour)
        elif kind in (_Kind.CALL, _Kind.CALL_AT_ONCE):
            floor.call(record, at_s - record.arrived_s)
        else:
            floor.serving.pop(key, None)
            floor.waiting.pop(key, None)
            _end(record, seen)


def _end(record: Past, seen: Seen) -> None:
    if record.called_s is None:
        seen.waited(record.ended_s - record.arrived_s, left=True)
        return
    seen.waited(record.called_s - record.arrived_s)
    taken_s = record.ended_s - record.called_s
    if record.served and taken_s > 0:
        seen.took(Served(record.service, taken_s, record.officer, record.hour))


@dataclass(slots=True)
class _Floor:
    """Who waits (in the order of arrival) and who is served at an instant, by key."""

    waiting: dict[int, Past] = field(default_factory=dict)
    serving: dict[int, Past] = field(default_factory=dict)
    last_s: dict[str, float] = field(default_factory=dict)
    recent: deque[float] = field(default_factory=lambda: deque([0.0], RECENT))

    def call(self, record: Past, waited_s: float) -> None:
        self.waiting.pop(record.key, None)
        self.serving[record.key] = record
        self.last_s[record.service] = waited_s
        self.recent.append(waited_s)

    def known(self, service: str, at_s: float) -> Known:
        head = next(iter(self.waiting.values()), None)
        return Known(
            head_s=0.0 if head is None else at_s - head.arrived_s,
            last_s=self.recent[-1],
            ahead=len(self.waiting),
            busy=len(self.serving),
            own_last_s=self.last_s.get(service, self.recent[-1]),
            own_ahead=sum(one.service == service for one in self.waiting.values()),
            recent_s=fmean(self.recent),
        )


def _moves(record: Past) -> Iterator[tuple[float, _Kind, int]]:
    yield record.arrived_s, _Kind.ARRIVE, record.key
    if record.called_s is None:
        yield record.ended_s, _Kind.END if record.ended_s > record.arrived_s else _Kind.END_AT_ONCE, record.key
        return
    at_once = record.called_s == record.arrived_s
    yield record.called_s, _Kind.CALL_AT_ONCE if at_once else _Kind.CALL, record.key
    yield record.ended_s, _Kind.END_AT_ONCE if record.ended_s == record.called_s else _Kind.END, record.key


def line_of(record: Past, floor: _Floor, seen: Seen, rule: Rule) -> Line:
    """The line as ``record`` meets it; one counter free now when nobody is being served."""
    learned, at_s, lanes = seen.learned, record.arrived_s, _Lanes()
    waiting = [*floor.waiting.values(), record]
    people = [
        Person(
            one.key,
            lanes.of(one.service),
            learned.of(one.service, record.hour),
            one.arrived_s - at_s,
            one.rate,
            asks=one is record,
        )
        for one in waiting
    ]
    ghosts = list(_to_come(record, floor, seen, lanes)) if rule.name != "first_come" else []
    desks = [
        Desk(
            lanes.taken(one, seen),
            learned.officer(one.officer),
            learned.of(one.service, one.hour),
            at_s - one.called_s,
            key=one.key,
        )
        for one in floor.serving.values()
        if one.called_s is not None
    ]
    mine = lanes.of(record.service)
    if not any(mine in desk.preferences for desk in desks):
        # Whoever takes this is away just now: then it is as if any of those who are here did.
        desks = [replace(desk, preferences={**desk.preferences, mine: 1}) for desk in desks]
    anywhere = Desk(dict.fromkeys(range(len(lanes.numbers)), 1))
    return Line([*people, *ghosts], desks or [anywhere], rule, seen.habits, seed=record.day)


class _Lanes:
    """A lane for each service, in the order in which they are met."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def of(self, service: str) -> int:
        return self.numbers.setdefault(service, len(self.numbers))

    def taken(self, serving: Past, seen: Seen) -> dict[int, int]:
        """By whoever serves this one: what that officer was seen to take, everything while little was seen."""
        takes = seen.takes(serving.officer)
        found = {lane: 1 for service, lane in self.numbers.items() if takes is None or service in takes}
        return found | {self.of(serving.service): 1}


def _to_come(record: Past, floor: _Floor, seen: Seen, lanes: _Lanes) -> Iterator[Person]:
    """Those with more priority who may come while ``record`` waits."""
    line_s = (len(floor.waiting) + 1) * seen.mean_serve_s / max(len(floor.serving), 1)
    key = _GHOSTS
    for group in seen.usual.groups:
        service, rate = group
        if rate > record.rate and service in lanes.numbers:
            for due_s in seen.usual.to_come(group, record.into_hour_s, record.hour, _AHEAD * line_s):
                time = seen.learned.of(service, record.hour)
                yield Person(key, lanes.of(service), time, due_s, rate, here=False, shows=1 / arrivals.DENSITY)
                key += 1


def _case(record: Past, floor: _Floor, seen: Seen, rule: Rule) -> Case:
    line = line_of(record, floor, seen, rule)
    keys, waits = rollout.runs(line)
    mine = waits[keys.index(record.key)]
    low_s, median_s, high_s = map(float, rollout.quantiles(mine))
    draws = mine[:: len(mine) // _DRAWS]
    return Case(
        at_s=record.arrived_s,
        day=record.day,
        service=record.service,
        hour=record.hour,
        known=floor.known(record.service, record.arrived_s),
        rolled=Spread(low_s, median_s, high_s),
        mean_serve_s=seen.mean_serve_s,
        waited_s=(record.called_s or 0.0) - record.arrived_s,
        chance_s=tuple(float(abs(draw - np.median(mine))) for draw in draws),
    )

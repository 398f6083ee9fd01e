"""Past records played again, in the order of time: at each arrival, what was known then and what was foretold.

Whoever arrives is foretold a wait from the line at that instant alone: who waits, who is served since when and by
whom, and serve times learned from the days before. Nothing of later is looked at. All services are one line, called
first come first served, at the counters that serve: past records say neither who could have served what nor who was
free.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from enum import IntEnum
from statistics import fmean

import numpy as np

from metrics.forecast import rollout, times
from metrics.forecast.line import Case, Desk, Habits, Known, Line, Person, Spread
from metrics.forecast.times import Served, ServeTimes
from metrics.visit import Visit

ENOUGH = 100
"""Before so many services were recorded, nothing is foretold from them."""

REMEMBERED = 20_000
"""So many last services are learned from."""

RECENT = 8
"""So many calls say how long people have just waited."""

_DRAWS = 8


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


class _Kind(IntEnum):
    """At one instant counters come free before somebody is called, and that before somebody arrives; who is called on
    arrival was called after it, and a service of no time ends last."""

    END = 0
    CALL = 1
    ARRIVE = 2
    CALL_AT_ONCE = 3
    END_AT_ONCE = 4


def pasts(visits: Sequence[Visit], zone: tzinfo) -> list[Past]:
    """The records that tell when somebody was in the line, and when at a counter, in the order of arrival."""
    found = []
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
            )
        )
    return found


def play(records: Sequence[Past]) -> Iterator[Case]:
    """Each arrival that waited and was served, in the order of time, with what was foretold then."""
    by_key = {record.key: record for record in records}
    floor, seen = _Floor(), _Seen()
    for at_s, kind, key in sorted(move for record in records for move in _moves(record)):
        record = by_key[key]
        if kind is _Kind.ARRIVE:
            seen.begin(record.day)
            if record.served and record.called_s is not None and record.called_s > at_s and len(seen.served) >= ENOUGH:
                yield _case(record, floor, seen)
            floor.waiting[key] = record
        elif kind in (_Kind.CALL, _Kind.CALL_AT_ONCE):
            floor.call(record, at_s - record.arrived_s)
        else:
            floor.serving.pop(key, None)
            floor.waiting.pop(key, None)
            seen.end(record)


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


@dataclass(slots=True)
class _Seen:
    """What can be learned from the records so far; serve times are learned anew each day."""

    served: list[Served] = field(default_factory=list)
    total_s: float = 0.0
    waited_s: float = 0.0
    left: int = 0
    day: int | None = None
    learned: ServeTimes = field(default_factory=lambda: ServeTimes({}))
    learned_from: int = 0

    def begin(self, day: int) -> None:
        if day != self.day or self.learned_from < ENOUGH <= len(self.served):
            self.learned = times.learn(self.served[-REMEMBERED:], {})
            self.day, self.learned_from = day, len(self.served)

    def end(self, record: Past) -> None:
        if record.called_s is None:
            self.left += 1
            self.waited_s += record.ended_s - record.arrived_s
            return
        self.waited_s += record.called_s - record.arrived_s
        taken_s = record.ended_s - record.called_s
        if record.served and taken_s > 0:
            self.served.append(Served(record.service, taken_s, record.officer, record.hour))
            self.total_s += taken_s

    @property
    def mean_serve_s(self) -> float:
        return self.total_s / len(self.served)

    @property
    def habits(self) -> Habits:
        return Habits(leaving_per_s=self.left / self.waited_s if self.waited_s > 0 else 0.0)


def _moves(record: Past) -> Iterator[tuple[float, _Kind, int]]:
    yield record.arrived_s, _Kind.ARRIVE, record.key
    if record.called_s is None:
        yield record.ended_s, _Kind.END if record.ended_s > record.arrived_s else _Kind.END_AT_ONCE, record.key
        return
    at_once = record.called_s == record.arrived_s
    yield record.called_s, _Kind.CALL_AT_ONCE if at_once else _Kind.CALL, record.key
    yield record.ended_s, _Kind.END_AT_ONCE if record.ended_s == record.called_s else _Kind.END, record.key


def line_of(record: Past, floor: _Floor, seen: _Seen) -> Line:
    """The line as ``record`` meets it, itself the last; one counter free now when nobody is being served."""
    learned, at_s = seen.learned, record.arrived_s
    ahead = [
        Person(one.key, 0, learned.of(one.service, record.hour), one.arrived_s - at_s) for one in floor.waiting.values()
    ]
    desks = [
        Desk({0: 1}, learned.officer(one.officer), learned.of(one.service, one.hour), at_s - one.called_s, key=one.key)
        for one in floor.serving.values()
        if one.called_s is not None
    ]
    me = Person(record.key, 0, learned.of(record.service), asks=True)
    return Line([*ahead, me], desks or [Desk({0: 1})], habits=seen.habits, seed=record.day)


def _case(record: Past, floor: _Floor, seen: _Seen) -> Case:
    keys, waits = rollout.runs(line_of(record, floor, seen))
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

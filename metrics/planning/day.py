"""A whole day of an office, played: people come, are called by the published rule, are served, leave, or are sent away.

A run goes from event to event (somebody comes, a counter opens, closes or is free). What each rests on:

* Turns are those of ``metrics.forecast.order.turn``, which is the rule of the office itself: rate, due instant,
  preference of the counter, longest wait.
* A number is refused once the day's quota is used; booked places count from the morning.
* A service that has begun is finished: a break or the end of the day begins after it. Counters that are open at the
  closing time go on until nobody waits, at most ``longest_overtime_s``; who then still waits is sent away.
* Who lost patience is noticed at the call, which takes the counter ``vain_call_s``. Patience is exponential.
* Of several free counters the one calls that prefers the service most, then the one that has been free longest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import inf

import numpy as np
from numpy.typing import NDArray

from metrics.forecast import order
from metrics.forecast.line import Person, Rule
from metrics.planning.demand import Demand, People, people
from metrics.planning.durations import Duration, Floats

Span = tuple[float, float]
"""From a second of the day to another."""

SERVED, LEFT, REFUSED, UNSERVED = range(4)
"""How a citizen's day ended: served; gone before the call, or not there; no number left; still waiting at the end."""

_FREE, _OPENS, _CLOSES = range(3)


@dataclass(frozen=True, slots=True)
class Service:
    """``quota`` of numbers a day, None without end; ``target_s``: nobody should wait longer."""

    code: str
    time: Duration
    quota: int | None = None
    target_s: float = 3600.0


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter: which services it calls (1 before 2), and when it is open, in order and apart."""

    number: int
    preferences: Mapping[str, int]
    open: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class DayPlan:
    """How a day is run. ``rates`` of categories, 1 where none is named; ``no_show``: share of those called who are not
    there although they never lost patience; ``leaving_per_s``: the chance of giving up in each next second."""

    services: Sequence[Service]
    desks: Sequence[Desk]
    demand: Demand
    closes_s: float
    rule: Rule = field(default_factory=Rule)
    rates: Mapping[str, float] = field(default_factory=dict)
    no_show: float = 0.0
    vain_call_s: float = 60.0
    leaving_per_s: float = 0.0
    longest_overtime_s: float = 3 * 3600.0


@dataclass(frozen=True, slots=True)
class Played:
    """What became of one day. Arrays over its citizens: when they came, how long they waited for the call (nan: never
    called), their service's place in ``DayPlan.services``, and how it ended. Seconds of all counters together:
    ``busy_s`` taken by citizens, ``open_s`` open, overtime included; ``overtime_s``: how long after the closing time
    the last service ended."""

    at_s: Floats
    wait_s: Floats
    service: NDArray[np.int64]
    ended: NDArray[np.int8]
    busy_s: float
    open_s: float
    overtime_s: float


def play(plan: DayPlan, seed: int, day: int) -> Played:
    """Day number ``day`` under this plan; the same people come under every plan with the same demand and seed."""
    return _Run(plan, people(plan.demand, seed, day), seed, day).run()


def days(plan: DayPlan, count: int, seed: int = 1, come: Sequence[People] | None = None) -> list[Played]:
    """``count`` days; ``come``: their people, where they are known. Raises ``ValueError`` for fewer than one day."""
    if count < 1:
        raise ValueError("at least one day is played")
    met = come or [people(plan.demand, seed, day) for day in range(count)]
    return [_Run(plan, met[day], seed, day).run() for day in range(count)]


class _Run:
    """One day; the line is a heap of (due, person) for each service and rate, in which the order never changes."""

    def __init__(self, plan: DayPlan, come: People, seed: int, day: int) -> None:
        self.plan = plan
        self.places = {service.code: at for at, service in enumerate(plan.services)}
        known = np.array([code in self.places for code in come.services], np.bool_)
        in_time = come.at_s < plan.closes_s
        self.chosen = np.flatnonzero(known & in_time)
        self.service = np.array([self.places[code] for code in come.services[self.chosen]], np.int64)
        self.at = come.at_s[self.chosen].tolist()
        self.serve_s = self._serve_s(come, seed, day).tolist()
        self.gone_at = self._gone_at(come).tolist()
        self.there = (come.show_luck[self.chosen] >= plan.no_show).tolist()
        self.numbered = (come.numbered & ~come.booked)[self.chosen].tolist()
        self.left_of_quota = [
            inf if service.quota is None else service.quota - come.reserved.get(service.code, 0)
            for service in plan.services
        ]
        rates = [plan.rates.get(category, 1.0) for category in come.categories[self.chosen]]
        self.people = [
            Person(key, lane, None, due_s, rate)
            for key, (lane, due_s, rate) in enumerate(
                zip(self.service.tolist(), come.due_s[self.chosen].tolist(), rates, strict=True)
            )
        ]
        self.lines: dict[tuple[int, float], list[tuple[float, int]]] = {
            (lane, rate): [] for lane in range(len(plan.services)) for rate in sorted(set(rates))
        }
        self.of_desk = [
            [
                (line, desk.preferences[plan.services[lane].code])
                for (lane, _), line in self.lines.items()
                if plan.services[lane].code in desk.preferences
            ]
            for desk in plan.desks
        ]
        self.called_at = [inf] * len(self.people)
        self.ended = [UNSERVED] * len(self.people)
        self.is_open = [False] * len(plan.desks)
        self.is_busy = [False] * len(plan.desks)
        self.until = [0.0] * len(plan.desks)
        self.idle: dict[int, float] = {}
        self.busy_s = self.extra_s = 0.0
        self.last_end = plan.closes_s
        self.events: list[tuple[float, int, int]] = []

    def _serve_s(self, come: People, seed: int, day: int) -> Floats:
        found = np.zeros(len(self.chosen))
        for at, service in enumerate(self.plan.services):
            of = self.service == at
            off = float(np.random.default_rng([seed, day, at, 3]).standard_normal())
            found[of] = service.time.of(come.serve_luck[self.chosen][of], off)
        return found

    def _gone_at(self, come: People) -> Floats:
        if self.plan.leaving_per_s <= 0:
            return np.full(len(self.chosen), inf)
        patience = -np.log1p(-come.leave_luck[self.chosen]) / self.plan.leaving_per_s
        return np.asarray(come.at_s[self.chosen] + patience)

    def run(self) -> Played:
        self._schedule()
        for key, at in enumerate(self.at):
            while self.events and self.events[0][0] <= at:
                self._happens(*heappop(self.events))
            self._comes(key, at)
        while self.events:
            self._happens(*heappop(self.events))
        at_s = np.array(self.at)
        opened = sum(end - start for desk in self.plan.desks for start, end in desk.open)
        called = np.array(self.called_at)
        return Played(
            at_s=at_s,
            wait_s=np.where(np.isinf(called), np.nan, called - at_s),
            service=self.service,
            ended=np.array(self.ended, np.int8),
            busy_s=self.busy_s,
            open_s=opened + self.extra_s,
            overtime_s=self.last_end - self.plan.closes_s,
        )

    def _schedule(self) -> None:
        for at, desk in enumerate(self.plan.desks):
            for start, end in desk.open:
                self.events.append((start, _OPENS, at))
                if end < self.plan.closes_s:
                    self.events.append((end, _CLOSES, at))
        heapify(self.events)

    def _happens(self, now: float, what: int, desk: int) -> None:
        if what == _CLOSES:
            self.is_open[desk] = False
            self.idle.pop(desk, None)
            return
        if what == _OPENS:
            self.is_open[desk] = True
            self.until[desk] = next(end for start, end in self.plan.desks[desk].open if start == now)
        else:
            self.is_busy[desk] = False
        if self.is_open[desk] and not self.is_busy[desk]:
            self._call(desk, now)

    def _comes(self, key: int, now: float) -> None:
        lane = self.people[key].lane
        if self.numbered[key]:
            if self.left_of_quota[lane] <= 0:
                self.ended[key] = REFUSED
                return
            self.left_of_quota[lane] -= 1
        person = self.people[key]
        heappush(self.lines[lane, person.rate], (person.due_s, key))
        if self.idle:
            desk = self._free_for(self.plan.services[lane].code)
            if desk is not None:
                del self.idle[desk]
                self._call(desk, now)

    def _free_for(self, code: str) -> int | None:
        able = [
            (self.plan.desks[desk].preferences[code], since, desk)
            for desk, since in self.idle.items()
            if code in self.plan.desks[desk].preferences
        ]
        return min(able)[2] if able else None

    def _call(self, desk: int, now: float) -> None:
        """Take whoever is next, pass over those who are gone at no cost, or be idle."""
        plan = self.plan
        if now >= plan.closes_s + plan.longest_overtime_s:
            return
        while (line := self._next_line(desk, now)) is not None:
            _, key = heappop(line)
            if self.there[key] and self.gone_at[key] > now:
                self.called_at[key], self.ended[key] = now, SERVED
                self._take(desk, now, self.serve_s[key])
                return
            self.ended[key] = LEFT
            if plan.vain_call_s > 0:
                self._take(desk, now, plan.vain_call_s)
                return
        self.idle[desk] = now

    def _take(self, desk: int, now: float, taken_s: float) -> None:
        end = now + taken_s
        self.is_busy[desk] = True
        self.busy_s += taken_s
        self.extra_s += max(0.0, end - max(now, self.until[desk]))
        self.last_end = max(self.last_end, end)
        heappush(self.events, (end, _FREE, desk))

    def _next_line(self, desk: int, now: float) -> list[tuple[float, int]] | None:
        """The line whose first has the turn at this counter."""
        heads = [(line, preference) for line, preference in self.of_desk[desk] if line]
        if len(heads) < 2:
            return heads[0][0] if heads else None
        rule, who = self.plan.rule, self.people
        return min(heads, key=lambda head: order.turn(who[head[0][0][1]], head[1], rule, now))[0]

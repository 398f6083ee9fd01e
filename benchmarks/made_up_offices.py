"""Offices that are made up, of different build, whose every chance is known: so what no forecast could know is too.

Each is played event by event from a seed. ``unavoidable`` plays the rest of the day again and again from the very
state that an arrival meets, with the true chances: the median of these is the best forecast there can be.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from statistics import median

from metrics.visit import Visit

HOUR_S = 3600.0
DAY_S = 8 * HOUR_S
OPENS = datetime(2026, 3, 2, 1, tzinfo=UTC)
ORACLE_RUNS = 80
_FAR = float("inf")

Percentiles = tuple[float, float, float]
"""The 10th, 50th and 90th, in seconds."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A service: log-normal with this mean and sigma; ``long_share`` of cases take four times as long."""

    mean_s: float
    sigma: float = 0.6
    long_share: float = 0.0

    def draw(self, luck: Random) -> float:
        taken_s = self.mean_s * luck.lognormvariate(-(self.sigma**2) / 2, self.sigma)
        return 4 * taken_s if self.long_share and luck.random() < self.long_share else taken_s

    def left(self, luck: Random, elapsed_s: float, pace: float) -> float:
        """What is left of a service that has taken so long."""
        for _ in range(400):
            taken_s = pace * self.draw(luck)
            if taken_s > elapsed_s:
                return taken_s - elapsed_s
        return 0.2 * elapsed_s


@dataclass(frozen=True, slots=True)
class Seat:
    """A counter: the kinds it takes, how slow its officer is (1 is usual), and a break in hours after opening."""

    takes: frozenset[int]
    pace: float = 1.0
    away: tuple[float, float] | None = None

    def back_s(self, at_s: float) -> float:
        """When it calls again, from this instant on."""
        if self.away is None or not self.away[0] * HOUR_S <= at_s < self.away[1] * HOUR_S:
            return at_s
        return self.away[1] * HOUR_S


@dataclass(frozen=True, slots=True)
class Office:
    """``mix``: of kinds. ``busy``: how the day's arrivals are spread over its hours. ``booked`` of them have a slot at
    a half hour; ``shows`` of these come, within ten minutes of it. ``priority`` of all gain priority at ``rate``.
    ``patience_s``: mean."""

    name: str
    kinds: Sequence[Kind]
    seats: Sequence[Seat]
    a_day: float
    mix: Sequence[float] = (1.0,)
    busy: Sequence[float] = (1.0,) * 8
    booked: float = 0.0
    shows: float = 1.0
    priority: float = 0.0
    rate: float = 1.0
    patience_s: float | None = None


@dataclass(slots=True)
class Citizen:
    key: int
    kind: int
    arrives_s: float
    rate: float = 1.0
    leaves_s: float = _FAR
    slot_s: float | None = None


@dataclass(slots=True)
class Served:
    citizen: Citizen
    seat: int
    called_s: float
    ended_s: float


@dataclass(slots=True)
class Hall:
    """The state of a day. ``busy``: by seat, who is served there. ``booked``: who is still to come by a slot."""

    office: Office
    luck: Random
    at_s: float = 0.0
    waiting: list[Citizen] = field(default_factory=list)
    busy: dict[int, tuple[Citizen, float, float]] = field(default_factory=dict)
    left: list[Citizen] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)

    def play(self, to_come: Iterator[Citizen], until: int | None = None) -> Iterator[Citizen]:
        """Play on; each arrival is given out before it is counted in. ``until``: ends once this one is called or
        gone."""
        free = set(range(len(self.office.seats))) - self.busy.keys()
        ends = [(ended_s, seat) for seat, (_, _, ended_s) in self.busy.items()]
        heapq.heapify(ends)
        coming = next(to_come, None)
        for seat in sorted(free):
            self._call(seat, free, ends)
        while coming is not None or ends:
            if coming is not None and (not ends or coming.arrives_s < ends[0][0]):
                self.at_s = coming.arrives_s
                yield coming
                self.waiting.append(coming)
                for seat in sorted(free):
                    self._call(seat, free, ends)
                coming = next(to_come, None)
            else:
                self.at_s, seat = heapq.heappop(ends)
                self.busy.pop(seat, None)
                free.add(seat)
                self._call(seat, free, ends)
            if until is not None and all(one.key != until for one in self.waiting):
                return

    def _call(self, seat: int, free: set[int], ends: list[tuple[float, int]]) -> None:
        own, now = self.office.seats[seat], self.at_s
        back_s = own.back_s(now)
        if back_s > now:
            free.discard(seat)
            heapq.heappush(ends, (back_s, seat))
            return
        gone = [one for one in self.waiting if one.leaves_s <= now]
        if gone:
            self.left += gone
            self.waiting = [one for one in self.waiting if one.leaves_s > now]
        able = [one for one in self.waiting if one.kind in own.takes]
        if not able:
            free.add(seat)
            return
        chosen = max(able, key=lambda one: (one.rate * (now - one.arrives_s), -one.arrives_s, -one.key))
        self.waiting.remove(chosen)
        ended_s = now + own.pace * self.office.kinds[chosen.kind].draw(self.luck)
        self.busy[seat] = (chosen, now, ended_s)
        self.served.append(Served(chosen, seat, now, ended_s))
        free.discard(seat)
        heapq.heappush(ends, (ended_s, seat))


def walk_ins(office: Office, luck: Random, keys: Iterator[int], from_s: float = 0.0) -> Iterator[Citizen]:
    """Poisson, by the hour."""
    per_s = (1 - office.booked) * office.a_day / DAY_S / (sum(office.busy) / len(office.busy))
    most, at_s = per_s * max(office.busy), from_s
    while True:
        at_s += luck.expovariate(most)
        if at_s >= DAY_S:
            return
        if luck.random() < per_s * office.busy[int(at_s / HOUR_S)] / most:
            yield citizen(office, luck, next(keys), at_s)


def citizen(office: Office, luck: Random, key: int, at_s: float) -> Citizen:
    kind = luck.choices(range(len(office.kinds)), office.mix)[0]
    found = Citizen(key, kind, at_s)
    return with_chances(office, luck, found)


def with_chances(office: Office, luck: Random, one: Citizen) -> Citizen:
    rate = office.rate if office.priority and luck.random() < office.priority else 1.0
    leaves_s = one.arrives_s + luck.expovariate(1 / office.patience_s) if office.patience_s else _FAR
    return replace(one, rate=rate, leaves_s=leaves_s)


def slots(office: Office, luck: Random, keys: Iterator[int]) -> list[Citizen]:
    """All who booked, as if they came at their slots."""
    a_slot = round(office.booked * office.a_day / 16)
    times = [slot * 1800.0 for slot in range(1, 16) for _ in range(a_slot)]
    return [replace(citizen(office, luck, next(keys), at_s), slot_s=at_s) for at_s in times]


def coming(office: Office, luck: Random, booked: Sequence[Citizen], after_s: float) -> list[Citizen]:
    """Those of the booked who come, when they do; nobody of them has come until ``after_s``."""
    found = []
    for one in booked:
        arrives_s = (one.slot_s or 0.0) + luck.uniform(-600, 600)
        shows = luck.random() < office.shows
        while shows and arrives_s <= after_s:
            arrives_s = (one.slot_s or 0.0) + luck.uniform(-600, 600)
            shows = luck.random() < office.shows and (one.slot_s or 0.0) + 600 > after_s
        if shows:
            found.append(_again(office, luck, replace(one, arrives_s=arrives_s), arrives_s))
    return sorted(found, key=lambda one: one.arrives_s)


def days(office: Office, many: int, seed: int, oracle_from: int) -> tuple[list[Visit], dict[float, Percentiles]]:
    """The records of so many days, and from the day ``oracle_from`` on the true 10th, 50th and 90th percentile of each
    wait, by the instant of the arrival in seconds since 1970."""
    luck, keys = Random(seed), count()
    visits: list[Visit] = []
    truth: dict[float, Percentiles] = {}
    for day in range(many):
        opens = OPENS + timedelta(days=day)
        booked = slots(office, luck, keys)
        hall = Hall(office, luck)
        walking = walk_ins(office, luck, keys)
        to_come = heapq.merge(walking, coming(office, luck, booked, -_FAR), key=lambda one: one.arrives_s)
        arrived: set[int] = set()
        for arriving in hall.play(to_come):
            arrived.add(arriving.key)
            if day >= oracle_from and len(hall.busy) >= len(office.seats) - 1:
                found = true_wait(
                    hall, arriving, [one for one in booked if one.key not in arrived], Random(arriving.key)
                )
                if found is not None:
                    truth[(opens + timedelta(seconds=arriving.arrives_s)).timestamp()] = found
        visits += [_visit(opens, one.citizen, one) for one in hall.served] + [_visit(opens, one) for one in hall.left]
    return sorted(visits, key=lambda visit: visit.arrived_at), truth


def true_wait(hall: Hall, me: Citizen, booked: Sequence[Citizen], luck: Random) -> Percentiles | None:
    """The percentiles of this arrival's wait, if it is served, by the true chances; None when it hardly ever is."""
    waits = [wait_s for _ in range(ORACLE_RUNS) if (wait_s := _one_wait(hall, me, booked, luck)) is not None]
    if len(waits) < ORACLE_RUNS // 8:
        return None
    waits.sort()
    return waits[len(waits) // 10], median(waits), waits[-1 - len(waits) // 10]


def _one_wait(hall: Hall, me: Citizen, booked: Sequence[Citizen], luck: Random) -> float | None:
    office, now = hall.office, hall.at_s
    anew = Hall(office, luck, now)
    anew.waiting = [_again(office, luck, one, now) for one in hall.waiting if one.leaves_s > now]
    for seat, (one, since_s, _) in hall.busy.items():
        own = office.seats[seat]
        left_s = office.kinds[one.kind].left(luck, now - since_s, own.pace)
        anew.busy[seat] = (one, since_s, now + left_s)
    mine = _again(office, luck, me, now)
    to_come = heapq.merge(
        [mine],
        walk_ins(office, luck, count(10**9), now),
        coming(office, luck, booked, now),
        key=lambda one: one.arrives_s,
    )
    for _ in anew.play(iter(to_come), until=me.key):
        pass
    return next((one.called_s - now for one in anew.served if one.citizen.key == me.key), None)


def _again(office: Office, luck: Random, one: Citizen, now: float) -> Citizen:
    """With another patience, which has no memory."""
    return one if office.patience_s is None else replace(one, leaves_s=now + luck.expovariate(1 / office.patience_s))


def _visit(opens: datetime, one: Citizen, served: Served | None = None) -> Visit:
    def instant(at_s: float) -> datetime:
        return opens + timedelta(seconds=at_s)

    called = None if served is None else instant(served.called_s)
    return Visit(
        ticket=one.key,
        officer=None if served is None else f"s{served.seat}",
        service="ABCDEF"[one.kind],
        category="regular" if one.rate == 1 else "elderly",
        channel="kiosk" if one.slot_s is None else "online",
        arrived_at=instant(one.arrives_s),
        called_at=called,
        started_at=called,
        finished_at=None if served is None else instant(served.ended_s),
        left_at=instant(one.leaves_s) if served is None else None,
        end="abandoned" if served is None else "finished",
    )


def _all(kinds: int) -> frozenset[int]:
    return frozenset(range(kinds))


PEAK = (0.8, 1.4, 1.4, 1.1, 0.6, 1.0, 1.0, 0.7)
TWO = (Kind(480), Kind(720))
FOUR = (Kind(300), Kind(600), Kind(900), Kind(600))

OFFICES = (
    Office("one line", TWO, [Seat(_all(2), pace) for pace in (0.8, 1.0, 1.25)], 150, (0.5, 0.5)),
    Office("priority", TWO, [Seat(_all(2))] * 4, 190, (0.5, 0.5), PEAK, priority=0.2, rate=3.0),
    Office(
        "counters apart",
        FOUR,
        [
            Seat(frozenset({0, 1})),
            Seat(frozenset({0, 1})),
            Seat(frozenset({2})),
            Seat(frozenset({2, 3})),
            Seat(frozenset({3})),
        ],
        200,
        (0.3, 0.3, 0.15, 0.25),
    ),
    Office("one counter", (Kind(420),), [Seat(_all(1))], 62, (1.0,), PEAK),
    Office("bookings", TWO, [Seat(_all(2))] * 3, 150, (0.5, 0.5), booked=0.6, shows=0.8),
    Office("long tails", (Kind(300, 1.0, 0.06), Kind(500, 1.0)), [Seat(_all(2))] * 4, 240, (0.6, 0.4)),
    Office("leaving", TWO, [Seat(_all(2))] * 3, 190, (0.5, 0.5), PEAK, patience_s=2400),
    Office(
        "lunch breaks",
        FOUR,
        [
            Seat(frozenset({0, 1}), 0.9, (4.0, 4.75)),
            Seat(frozenset({0, 1, 2}), 1.2, (4.5, 5.25)),
            Seat(frozenset({2, 3}), 1.0, (4.0, 4.75)),
            Seat(_all(4), 1.1, (4.75, 5.5)),
        ],
        150,
        (0.35, 0.3, 0.15, 0.2),
        PEAK,
        priority=0.15,
        rate=2.0,
        patience_s=9000,
    ),
)

"""In which order those who wait will be called: the published rule, played once with mean times.

The order is not that of now: priority grows at different rates while people wait, bookings fall due, counters prefer
some services. So each call is made at the time at which a counter will probably be free, by the rule as of then.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Sequence

from metrics.forecast.line import Desk, Line, Person, Rule
from metrics.forecast.times import LogNormal

Turn = tuple[float, ...]


def turn(person: Person, preference: int, rule: Rule, at_s: float) -> Turn:
    """What is compared at ``at_s``: the smallest is called first."""
    waited = at_s - person.due_s
    if waited >= rule.longest_wait_s:
        return (0.0, -waited, person.due_s, person.key)
    if rule.name == "first_come":
        return (1.0, preference, -waited, person.due_s, person.key)
    if rule.name == "strict":
        return (1.0, preference, -person.rate, -waited, person.due_s, person.key)
    weighed = -waited * person.rate if waited > 0 else -waited
    return (1.0, preference, weighed, person.due_s, person.key)


def calls(line: Line) -> list[int]:
    """The indices of ``line.people`` in the order of their calls; who can be called by no desk is left out."""
    return _Play(line).run()


def remaining_s(desk: Desk) -> float:
    """About how long a desk is still taken: the mean that a log-normal has left, roughly, and never nothing."""
    taken = desk.away or desk.serving
    if taken is None:
        return max(0.0, desk.away_s)
    mean_s = taken.mean_s * math.exp(0.0 if desk.away else desk.pace)
    return max(mean_s - desk.elapsed_s, 0.3 * mean_s)


class _Play:
    def __init__(self, line: Line) -> None:
        self.line = line
        groups: defaultdict[tuple[int, float, bool, int], list[int]] = defaultdict(list)
        for place, person in enumerate(line.people):
            # Within a lane and a rate the order never changes; who lets others pass stands apart.
            apart = place + 1 if person.lets_pass else 0
            groups[person.lane, person.rate, person.here, apart].append(place)
        people = line.people
        self.groups = [
            sorted(g, key=lambda at: (people[at].due_s, people[at].key), reverse=True) for g in groups.values()
        ]
        self.lets_pass = {at: person.lets_pass for at, person in enumerate(people) if person.lets_pass}

    def run(self) -> list[int]:
        found: list[int] = []
        desks, shut = self.line.desks, self.line.shut
        free = [(remaining_s(desk), at) for at, desk in enumerate(desks)]
        heapq.heapify(free)
        while free:
            now, at = heapq.heappop(free)
            if shut is not None and shut[0] <= now < shut[1]:
                now = shut[1]
            next_at = self._next(desks[at], now)
            if next_at is None:
                soon = self._soonest(desks[at], now)
                if soon is not None:
                    heapq.heappush(free, (soon, at))
                continue
            found.append(next_at)
            heapq.heappush(free, (now + self._taken_s(self.line.people[next_at], desks[at]), at))
        return found

    def _next(self, desk: Desk, now: float) -> int | None:
        """Takes whoever the desk calls at ``now`` out of the line."""
        rule, people = self.line.rule, self.line.people
        heads: list[tuple[Turn, int]] = []
        for place, group in enumerate(self.groups):
            if group:
                person = people[group[-1]]
                preference = desk.preferences.get(person.lane)
                if preference is not None and (person.here or person.due_s <= now):
                    heads.append((turn(person, preference, rule, now), place))
        if not heads:
            return None
        chosen = min(heads) if not self.lets_pass else self._letting_pass(sorted(heads))
        return self.groups[chosen[1]].pop()

    def _letting_pass(self, heads: Sequence[tuple[Turn, int]]) -> tuple[Turn, int]:
        left = [self.lets_pass.get(self.groups[place][-1], 0) for _, place in heads]
        ready = next((at for at, passes in enumerate(left) if passes <= 0), None)
        if ready is None:  # all do: a counter is not kept idle
            ready = min(range(len(left)), key=left.__getitem__)
        for _, place in heads[:ready]:
            if self.groups[place][-1] in self.lets_pass:
                self.lets_pass[self.groups[place][-1]] -= 1
        return heads[ready]

    def _soonest(self, desk: Desk, now: float) -> float | None:
        due = [self.line.people[group[-1]] for group in self.groups if group]
        later = [person.due_s for person in due if person.lane in desk.preferences and person.due_s > now]
        return min(later, default=None)

    def _taken_s(self, person: Person, desk: Desk) -> float:
        if person.asks or person.time is None:
            return 0.0
        habits = self.line.habits
        no_show = habits.no_show if person.no_show is None else person.no_show
        served_s = _mean_s(person.time) * math.exp(desk.pace)
        return person.shows * (no_show * habits.no_show_s + (1 - no_show) * served_s)


def _mean_s(time: LogNormal) -> float:
    return time.mean_s

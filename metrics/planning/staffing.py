"""The fewest counters by hour with which the wait target is met, found by playing days; Erlang's answer beside it.

Greedy: from the offered load up, one counter more in each hour that misses the target; then one fewer wherever all
hours still meet it. So no counter can be closed for an hour (another plan with as few may exist). Both steps see the
same days; what is reported was played on other days, so the search does not flatter itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, inf, sqrt

import numpy as np

from metrics.planning import erlang
from metrics.planning.day import REFUSED, SERVED, DayPlan, Desk, Played, Span, days
from metrics.planning.demand import People, people
from metrics.planning.durations import Floats
from metrics.planning.scenario import merged

HOUR_S = 3600.0
SHARE = 0.9
"""So many of those who come in an hour should be called within the target."""

CHECKED = 10_000
"""So far from those of the search are the numbers of the days on which the result is played."""


@dataclass(frozen=True, slots=True)
class Hour:
    """``counters`` needed from ``start_s`` to ``end_s``. ``within`` of those who come then are called in time, 95 %
    interval ``low`` to ``high`` (None: nobody comes); ``met`` False: not even all counters are enough. ``comes``: mean
    number of people, ``load``: counters that they keep busy on average; ``erlang``: what the formula asks for."""

    start_s: float
    end_s: float
    counters: int
    within: float | None
    low: float | None
    high: float | None
    met: bool
    comes: float
    load: float
    erlang: int | None


def hours_of(opens: Sequence[Span]) -> list[Span]:
    """The hours of the clock in which an office is open, cut to its opening hours."""
    parts = []
    for start, end in merged(opens):
        at = start
        while at < end:
            until = min(end, (at // HOUR_S + 1) * HOUR_S)
            parts.append((at, until))
            at = until
    return parts


def needed(
    plan: DayPlan, opens: Sequence[Span], count: int, seed: int = 1, share: float = SHARE, more: Sequence[Desk] = ()
) -> list[Hour]:
    """The counters needed in each open hour. ``plan.desks``: those that there are, whenever they are open by now;
    ``more``: those that could be added. An hour that all of them cannot serve in time gets all.

    Raises ``ValueError`` without counters or opening hours.
    """
    blocks = hours_of(opens)
    if not plan.desks or not blocks:
        raise ValueError("there must be counters and opening hours")
    search = _Search(plan, blocks, count, seed, share, more)
    found = search.run()
    checked = search.play(found, CHECKED)
    return [search.hour(at, counters, checked) for at, counters in enumerate(found)]


def with_counters(plan: DayPlan, blocks: Sequence[Span], counters: Sequence[int], more: Sequence[Desk] = ()) -> DayPlan:
    """The plan with so many counters in each block: those that take the most services first, then those of ``more``."""
    ranked = [*_ranked(plan, plan.desks), *_ranked(plan, more)]
    desks = [
        replace(desk, open=merged([block for block, n in zip(blocks, counters, strict=True) if place < n]))
        for place, desk in enumerate(ranked)
    ]
    return replace(plan, desks=[desk for desk in desks if desk.open])


def _ranked(plan: DayPlan, desks: Sequence[Desk]) -> list[Desk]:
    """Each next one adds the most services that are taken least so far."""
    left, ranked = sorted(desks, key=lambda desk: desk.number), []
    taken = {service.code: 0 for service in plan.services}
    while left:
        best = max(left, key=lambda desk: sum(1 / (1 + taken[code]) for code in desk.preferences if code in taken))
        left.remove(best)
        ranked.append(best)
        for code in best.preferences:
            if code in taken:
                taken[code] += 1
    return ranked


class _Search:
    def __init__(
        self, plan: DayPlan, blocks: Sequence[Span], count: int, seed: int, share: float, more: Sequence[Desk]
    ) -> None:
        self.plan, self.blocks, self.count, self.seed, self.share = plan, blocks, count, seed, share
        self.more = more
        self.come: dict[int, list[People]] = {}
        self.comes = [
            float(np.mean([np.sum((one.at_s >= start) & (one.at_s < end)) for one in self._people(0)]))
            for start, end in blocks
        ]
        self.serve_s = self._mean_serve_s()
        self.most = len(plan.desks) + len(more)

    def _people(self, first: int) -> list[People]:
        if first not in self.come:
            self.come[first] = [people(self.plan.demand, self.seed + first, day) for day in range(self.count)]
        return self.come[first]

    def _mean_serve_s(self) -> float:
        mean_s = {service.code: service.time.mean_s for service in self.plan.services}
        all_s = [mean_s[code] for one in self._people(0) for code in one.services if code in mean_s]
        return float(np.mean(all_s)) if all_s else float(np.mean(list(mean_s.values()) or [600.0]))

    def load(self, at: int) -> float:
        start, end = self.blocks[at]
        return self.comes[at] / (end - start) * self.serve_s

    def run(self) -> list[int]:
        found = [min(self.most, max(1, ceil(self.load(at)))) for at in range(len(self.blocks))]
        missed = self._missed(found)
        while missed:
            raised = [n + (at in missed and n < self.most) for at, n in enumerate(found)]
            if raised == found:  # what is missed has all counters: perhaps those who wait since earlier are in the way
                raised = [n + (at + 1 in missed and n < self.most) for at, n in enumerate(found)]
            if raised == found:
                break
            found, missed = raised, self._missed(raised)
        return self._pruned(found, missed)

    def _pruned(self, found: list[int], missed: set[int]) -> list[int]:
        """One counter fewer at a time, while no more hours than before miss the target."""
        again = True
        while again:
            again = False
            for at in sorted(range(len(found)), key=lambda at: self.load(at) - found[at]):
                fewer = [n - (place == at) for place, n in enumerate(found)]
                if found[at] > 1 and at not in missed and self._missed(fewer) <= missed:
                    found, again = fewer, True
        return found

    def _missed(self, counters: Sequence[int]) -> set[int]:
        played = self.play(counters, 0)
        shares = (self._shares(at, played) for at in range(len(self.blocks)))
        return {at for at, (reached, n) in enumerate(shares) if n.sum() and reached.sum() < self.share * n.sum()}

    def play(self, counters: Sequence[int], first: int) -> list[Played]:
        plan = with_counters(self.plan, self.blocks, counters, self.more)
        return days(plan, self.count, self.seed + first, self._people(first))

    def _shares(self, at: int, played: Sequence[Played]) -> tuple[Floats, Floats]:
        """For each day, how many who came in the block were called in time, and how many came and got a number."""
        start, end = self.blocks[at]
        targets = np.array([service.target_s for service in self.plan.services])
        reached, n = [], []
        for one in played:
            here = (one.at_s >= start) & (one.at_s < end) & (one.ended != REFUSED)
            in_time = here & (one.ended == SERVED) & (np.nan_to_num(one.wait_s, nan=inf) <= targets[one.service])
            reached.append(float(in_time.sum()))
            n.append(float(here.sum()))
        return np.array(reached), np.array(n)

    def hour(self, at: int, counters: int, checked: Sequence[Played]) -> Hour:
        start, end = self.blocks[at]
        reached, n = self._shares(at, checked)
        within = low = high = None
        if n.sum():
            within = float(reached.sum() / n.sum())
            low, high = _interval(within, reached, n)
        met = high is None or high >= self.share
        return Hour(start, end, counters, within, low, high, met, self.comes[at], self.load(at), self._erlang(at))

    def _erlang(self, at: int) -> int | None:
        start, end = self.blocks[at]
        patience_s = 1 / self.plan.leaving_per_s if self.plan.leaving_per_s > 0 else inf
        target_s = min(service.target_s for service in self.plan.services)
        try:
            return erlang.fewest(self.comes[at] / (end - start), self.serve_s, target_s, self.share, patience_s)
        except ValueError:
            return None


def _interval(share: float, reached: Floats, n: Floats) -> tuple[float, float]:
    """The 95 % interval of a ratio of sums over days (Cochran, "Sampling techniques", section 6.4)."""
    if len(n) < 2:
        return 0.0, 1.0
    reach = 1.96 * float(np.std(reached - share * n, ddof=1)) / (sqrt(len(n)) * float(n.mean()))
    return max(0.0, share - reach), min(1.0, share + reach)

"""How many usually come, by group and hour of the day, learned from past days; and who is therefore still to come.

A group's rate in an hour is its mean over the days that were seen, drawn toward the group's even spread over the hours
of its days as if that had been seen for ``PRIOR_DAYS``. In a rollout those to come stand at the instants at which they
are expected: each instant ``DENSITY`` times, coming with a chance of one in so many, so that their number varies nearly
as Poisson's does (its variance is 1 - 1 / ``DENSITY`` of its mean).
"""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Group = TypeVar("Group", bound=Hashable)

PRIOR_DAYS = 2.0
DENSITY = 3
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Usual(Generic[Group]):
    """``per_s``: arrivals a second, by group and hour of the local day."""

    per_s: Mapping[tuple[Group, int], float]

    @property
    def groups(self) -> Sequence[Group]:
        return list(dict.fromkeys(group for group, _ in self.per_s))

    def to_come(self, group: Group, into_hour_s: float, hour: int, within_s: float) -> Iterator[float]:
        """When somebody of the group may come, in seconds from now: each with a chance of 1 / ``DENSITY``.

        ``into_hour_s``: how much of ``hour`` has passed.
        """
        step = 1.0 / DENSITY
        reached, at_s = 0.0, 0.0
        wanted = step / 2
        while at_s < within_s:
            end_s = min(at_s + HOUR_S - into_hour_s, within_s)
            rate = self.per_s.get((group, hour), 0.0)
            expected = rate * (end_s - at_s)
            while reached + expected >= wanted:
                yield at_s + (wanted - reached) / rate
                wanted += step
            reached, at_s, into_hour_s, hour = reached + expected, end_s, 0.0, (hour + 1) % 24


def learn(came: Iterable[tuple[Group, int]], days: int) -> Usual[Group]:
    """From who came (group, and hour of the local day) on so many days; nothing of no days."""
    return of_counts(Counter(came), days)


def like(usual: Usual[Group], counted: Mapping[tuple[Group, int], int], days: int) -> Usual[Group]:
    """The usual of some of the days, as those of a weekday, on which so many came: drawn toward that of all days."""
    return Usual(
        {
            key: (counted.get(key, 0) + PRIOR_DAYS * rate * HOUR_S) / (days + PRIOR_DAYS) / HOUR_S
            for key, rate in usual.per_s.items()
        }
    )


def of_counts(counted: Mapping[tuple[Group, int], int], days: int) -> Usual[Group]:
    """As ``learn``, from how many came."""
    if days < 1 or not counted:
        return Usual({})
    totals: Counter[Group] = Counter()
    for (group, _), many in counted.items():
        totals[group] += many
    hours = {hour for _, hour in counted}
    found = {}
    for group, total in totals.items():
        even = total / days / len(hours)
        for hour in hours:
            mean = (counted.get((group, hour), 0) + PRIOR_DAYS * even) / (days + PRIOR_DAYS)
            if mean > 0 and math.isfinite(mean):
                found[group, hour] = mean / HOUR_S
    return Usual(found)

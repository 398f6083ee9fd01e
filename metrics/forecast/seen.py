"""What past records have taught by some instant of their replay: serve times, who takes what, who comes, who leaves."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.forecast import arrivals, times
from metrics.forecast.arrivals import Usual
from metrics.forecast.line import Habits
from metrics.forecast.times import Served, ServeTimes

ENOUGH = 100
"""Before so many services were recorded, nothing is foretold from them."""

REMEMBERED = 20_000
"""So many last services are learned from."""

KNOWN_OFFICER = 30
"""An officer with fewer services may take everything."""

RARE = 0.01
"""A service that makes up less than this of an officer's is one that was helped out with once."""

Group = tuple[str, float]
"""Service, and the rate at which priority is gained."""


@dataclass(slots=True)
class Seen:
    """The records so far. Serve times and usual arrivals are learned anew each day, from the days before."""

    served: list[Served] = field(default_factory=list)
    total_s: float = 0.0
    waited_s: float = 0.0
    left: int = 0
    day: int | None = None
    days: int = 0
    learned: ServeTimes = field(default_factory=lambda: ServeTimes({}))
    learned_from: int = 0
    usual: Usual[Group] = field(default_factory=lambda: Usual({}))
    _came: list[tuple[Group, int]] = field(default_factory=list)
    _takes: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def begin(self, day: int) -> None:
        if day != self.day:
            self.usual = arrivals.learn(self._came, self.days)
            self.days += 1
        if day != self.day or self.learned_from < ENOUGH <= len(self.served):
            self.learned = times.learn(self.served[-REMEMBERED:], {})
            self.learned_from = len(self.served)
        self.day = day

    def came(self, group: Group, hour: int) -> None:
        self._came.append((group, hour))

    def waited(self, seconds: float, *, left: bool = False) -> None:
        self.waited_s += seconds
        self.left += left

    def took(self, one: Served) -> None:
        self.served.append(one)
        self.total_s += one.seconds
        if one.officer is not None:
            self._takes[one.officer][one.service] += 1

    def takes(self, officer: str | None) -> Mapping[str, int] | None:
        """The services that an officer takes; None while that isn't known."""
        found = self._takes.get(officer or "")
        if found is None or (total := found.total()) < KNOWN_OFFICER:
            return None
        return {service: many for service, many in found.items() if many >= RARE * total}

    @property
    def mean_serve_s(self) -> float:
        return self.total_s / len(self.served)

    @property
    def habits(self) -> Habits:
        return Habits(leaving_per_s=self.left / self.waited_s if self.waited_s > 0 else 0.0)

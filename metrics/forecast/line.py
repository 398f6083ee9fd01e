"""The state of an office at one instant, as far as waits depend on it. Times are seconds from that instant.

Keys are any stable numbers of people (ticket ids): the same key meets the same luck in every rollout of a day.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from metrics.forecast.times import LogNormal

LEVELS = (0.1, 0.5, 0.9)
"""The quantiles that are foretold: the ends of the range that holds 8 times in 10, and its middle."""

Z_80 = 1.2815515655446004
"""So many standard deviations from its middle end 8 in 10 of a normal distribution."""

RuleName = Literal["accumulating", "first_come", "strict"]


@dataclass(frozen=True, slots=True)
class Rule:
    """The published rule of turns: see ``order``. ``longest_wait_s``: after that somebody goes ahead of all others."""

    name: RuleName = "first_come"
    longest_wait_s: float = 7200.0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who waits, or is still to come.

    ``lane``: who may call them. ``due_s``: since when (negative) or from when on the wait counts for the turn.
    ``here``: can be called at once; otherwise only from ``due_s`` on. ``shows``: probability of coming at all.
    ``kind``: of the same kind, services are off by the same amount. ``asks``: only wants to know, and takes no time.
    ``time`` None: nothing is known of the service. ``no_show``: the chance of being called in vain, None: as
    ``Habits`` say.
    """

    key: int
    lane: int
    time: LogNormal | None
    due_s: float = 0.0
    rate: float = 1.0
    lets_pass: int = 0
    here: bool = True
    shows: float = 1.0
    asks: bool = False
    kind: int = 0
    no_show: float | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """An open counter. ``preferences``: by lane it calls from, 1 the first. ``pace``: its officer's difference, in
    logarithms. ``serving`` for ``elapsed_s`` already; None: free, or back after ``away_s``. ``away``: on a break that
    takes so long, for ``elapsed_s`` already."""

    preferences: Mapping[int, int]
    pace: float = 0.0
    serving: LogNormal | None = None
    elapsed_s: float = 0.0
    away_s: float = 0.0
    key: int = 0
    away: LogNormal | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """Of citizens: ``no_show`` of those called are not there, which takes ``no_show_s``; those who wait leave at
    ``leaving_per_s`` (the chance of each next second)."""

    no_show: float = 0.0
    no_show_s: float = 60.0
    leaving_per_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """``seed`` stands for office and day. ``shut``: from when to when nobody is called, as over midday; None: never.
    ``crowd_sigma``: spread of the logarithm by which more or fewer than usual may come of those who are not surely to
    come."""

    people: Sequence[Person]
    desks: Sequence[Desk]
    rule: Rule = field(default_factory=Rule)
    habits: Habits = field(default_factory=Habits)
    seed: int = 0
    shut: tuple[float, float] | None = None
    crowd_sigma: float = 0.0


@dataclass(frozen=True, slots=True)
class Spread:
    """A wait from now, in seconds: 8 times in 10 from ``low_s`` to ``high_s``, as often over ``median_s`` as under."""

    low_s: float
    median_s: float
    high_s: float

    def share_beyond(self, seconds: float) -> float:
        """About what part of such waits is longer: log-normal on either side of the median, nothing beyond 0 or 1."""
        if seconds <= 0:
            return 1.0
        low_s, median_s, high_s = (max(one, 1.0) for one in (self.low_s, self.median_s, self.high_s))
        apart = math.log(seconds / median_s)
        side = math.log(high_s / median_s) if apart > 0 else math.log(median_s / low_s)
        if side <= 0:
            return 0.5 if apart == 0 else float(apart < 0)
        return 0.5 * math.erfc(apart / side * Z_80 / math.sqrt(2))


@dataclass(frozen=True, slots=True)
class Known:
    """What can be seen when a wait is foretold. ``head_s``: how long the next to be called has waited already;
    ``last_s``: the wait of the last who was called; ``ahead``: people in front; ``busy``: counters that serve.

    ``own_last_s`` and ``own_ahead``: the same of the own service; ``recent_s``: mean wait of the last few called."""

    head_s: float
    last_s: float
    ahead: int
    busy: int
    own_last_s: float = 0.0
    own_ahead: int = 0
    recent_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """One arrival that waited: what was known, what the rollout said, and what came.

    ``at_s``: seconds since 1970. ``day``: local days since the first record. ``mean_serve_s`` of all services so far.
    ``chance_s``: some errors of the rollout's median in its own runs, so what remains when its model is true.
    """

    at_s: float
    day: int
    service: str
    hour: int
    known: Known
    rolled: Spread
    mean_serve_s: float
    waited_s: float
    chance_s: tuple[float, ...] = ()

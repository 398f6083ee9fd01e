"""The state of an office at one instant, as far as waits depend on it. Times are seconds from that instant.

Keys are any stable numbers of people (ticket ids): the same key meets the same luck in every rollout of a day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from metrics.forecast.times import LogNormal

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
    ``asks``: only wants to know, and takes no counter's time. ``time`` None: nothing is known of the service.
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


@dataclass(frozen=True, slots=True)
class Desk:
    """An open counter. ``preferences``: by lane it calls from, 1 the first. ``pace``: its officer's difference, in
    logarithms. ``serving`` for ``elapsed_s`` already; None: free, or back after ``away_s``."""

    preferences: Mapping[int, int]
    pace: float = 0.0
    serving: LogNormal | None = None
    elapsed_s: float = 0.0
    away_s: float = 0.0
    key: int = 0


@dataclass(frozen=True, slots=True)
class Habits:
    """Of citizens: ``no_show`` of those called are not there, which takes ``no_show_s``; those who wait leave at
    ``leaving_per_s`` (the chance of each next second)."""

    no_show: float = 0.0
    no_show_s: float = 60.0
    leaving_per_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """``seed`` stands for office and day."""

    people: Sequence[Person]
    desks: Sequence[Desk]
    rule: Rule = field(default_factory=Rule)
    habits: Habits = field(default_factory=Habits)
    seed: int = 0

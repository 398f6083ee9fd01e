"""The predikat of an officer's period: what is suggested, by a published table, and why. A person decides.

Results and conduct are each below, as or above what is expected (PP 30/2019; Permenpan RB 6/2022), and the table says
which predikat a pair leads to. Results come from the targets of the period, by rules that respect how little may be
known:

* one target is above (below) expectation only when the whole 95 % interval of what was achieved lies above (below)
  it; an interval that holds the target is as expected;
* what has too little data, or nothing that could be measured, is named and does not count;
* speed never decides alone: without a judged target of another kind there is no suggestion;
* results are below expectation when more targets are below than above; above when at least one is above and none
  is below; else as expected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Level(StrEnum):
    BELOW = "below"
    AS = "as"
    ABOVE = "above"


class Predikat(StrEnum):
    VERY_GOOD = "very_good"
    GOOD = "good"
    NEEDS_IMPROVEMENT = "needs_improvement"
    POOR = "poor"
    VERY_POOR = "very_poor"


TABLE: Mapping[tuple[Level, Level], Predikat] = MappingProxyType(
    {
        (Level.ABOVE, Level.ABOVE): Predikat.VERY_GOOD,
        (Level.ABOVE, Level.AS): Predikat.GOOD,
        (Level.AS, Level.ABOVE): Predikat.GOOD,
        (Level.AS, Level.AS): Predikat.GOOD,
        (Level.BELOW, Level.ABOVE): Predikat.NEEDS_IMPROVEMENT,
        (Level.BELOW, Level.AS): Predikat.NEEDS_IMPROVEMENT,
        (Level.ABOVE, Level.BELOW): Predikat.POOR,
        (Level.AS, Level.BELOW): Predikat.POOR,
        (Level.BELOW, Level.BELOW): Predikat.VERY_POOR,
    }
)
"""By results and conduct, results first."""


class Gap(StrEnum):
    """Why nothing is suggested."""

    NOTHING_MEASURED = "nothing_measured"
    SPEED_ALONE = "speed_alone"
    NO_CONDUCT = "no_conduct"


@dataclass(frozen=True, slots=True)
class Measured:
    """What was achieved: ``value`` with its 95 % interval over ``n`` cases; all None where there is no data.

    ``enough`` says whether the indicator's own minimum was met.
    """

    n: int = 0
    value: float | None = None
    low: float | None = None
    high: float | None = None
    enough: bool = False


@dataclass(frozen=True, slots=True)
class Goal:
    """A target that the figures can answer; ``is_speed`` for those of the speed of service."""

    target: float
    measured: Measured
    is_speed: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``results`` and ``predikat`` are None while ``gap`` says why. Counts are of the goals, ``unknown`` those without
    enough data.
    """

    results: Level | None
    predikat: Predikat | None
    gap: Gap | None
    below: int
    as_expected: int
    above: int
    unknown: int


def judged(target: float, measured: Measured) -> Level | None:
    """Where the interval lies; None when there is too little data."""
    if not measured.enough or measured.low is None or measured.high is None:
        return None
    if measured.low > target:
        return Level.ABOVE
    return Level.BELOW if measured.high < target else Level.AS


def suggest(goals: Sequence[Goal], conduct: Level | None) -> Suggestion:
    """What the table says of these goals and a conduct that a person has entered (None: nobody has yet)."""
    levels = [(goal, judged(goal.target, goal.measured)) for goal in goals]
    below, as_expected, above = (sum(found is level for _, found in levels) for level in Level)
    unknown = len(goals) - below - as_expected - above
    results, gap = None, None
    if below + as_expected + above == 0:
        gap = Gap.NOTHING_MEASURED
    elif all(goal.is_speed for goal, found in levels if found is not None):
        gap = Gap.SPEED_ALONE
    else:
        results = _results(below, above)
    if results is not None and conduct is None:
        gap = Gap.NO_CONDUCT
    predikat = TABLE[results, conduct] if results is not None and conduct is not None else None
    return Suggestion(results, predikat, gap, below, as_expected, above, unknown)


def _results(below: int, above: int) -> Level:
    if below > above:
        return Level.BELOW
    return Level.ABOVE if above and not below else Level.AS

"""One office's line in a rush: numbers in the order of coming, and how far they are called. Pure; seconds of any clock.

A place is a number. Nobody in the line is remembered but by what they typed (``who``), so that one person has one
place; whoever comes later than the call is let in all the same, and whoever never comes holds up nobody.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

FORGET_S = 1800.0
"""A line in which nothing happened for so long is begun anew."""

WINDOW_S = 10.0
"""The pace is that of the last one or two of these."""

LEFT = 1_000_000
"""Uses of a place that was given up."""

MOST_CALLED = 2_000
"""Places passed in one step, those of people who have left among them."""

_PACE_AFTER_S = 2.0
_SOONEST_S, _LATEST_S = 2.0, 15.0
_LOOKS_A_SECOND = 100.0
_EARLY = 0.5
_FASTEST_AT_FIRST = 50.0


class Entry(StrEnum):
    """``FREE``: nobody is ahead; ``COME``: called; ``WAIT``."""

    FREE = "free"
    COME = "come"
    WAIT = "wait"


class Claim(NamedTuple):
    """A place in the line of this name."""

    line: str
    number: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a line is: ``last`` number given, ``called`` up to which one, and how many are called in a second (None
    while that is not known)."""

    name: str
    last: int
    called: int
    rate: float | None

    @property
    def waiting(self) -> int:
        """Those who have left without a word are among them."""
        return self.last - self.called

    def position(self, number: int) -> int:
        """The first in the line is at 1; who was called, at 0."""
        return max(0, number - self.called)

    def wait_s(self, number: int) -> float | None:
        return self.position(number) / self.rate if self.rate else None

    def look_in_s(self, number: int) -> float:
        """When to look again: a little before one's turn, and never so rarely that news would be old. The longer the
        line, the rarer, so that looking alone never fills the server."""
        latest = max(_LATEST_S, self.waiting / _LOOKS_A_SECOND)
        rate = self.rate or _FASTEST_AT_FIRST
        return min(max(_SOONEST_S, _EARLY * self.position(number) / rate), latest)


class Answer(NamedTuple):
    """``number`` is 0 for who came in without a place."""

    entry: Entry
    number: int
    standing: Standing


def pace(called: int, before: int, seconds: float) -> float | None:
    """How many are called in a second; None while it is too early to say."""
    return (called - before) / seconds if seconds >= _PACE_AFTER_S and called > before else None


@dataclass(slots=True)
class Line:
    """``new_name`` makes a name that no line had before: places of an older line are none of this one."""

    new_name: Callable[[], str]
    name: str = ""
    last: int = 0
    called: int = 0
    places: dict[str, int] = field(default_factory=dict)
    uses: dict[int, int] = field(default_factory=dict)
    _touched: float = -math.inf
    _marks: list[tuple[float, int]] = field(default_factory=list)

    def arrive(self, who: str, claim: Claim | None, now: float, *, may_enter: bool, most_uses: int) -> Answer:
        """Somebody asks to come in: with a place (``claim``), or as ``who`` has one, or without. ``may_enter``: there
        is room for one who has none, if nobody is ahead. A place lets in ``most_uses`` times."""
        if not self.name or now - self._touched > FORGET_S:
            self._begin(now)
        number = self._place(who, claim, most_uses)
        if not number and self.called >= self.last and may_enter:
            return Answer(Entry.FREE, 0, self.standing(now))
        self._touched = now
        if not number:
            number = self._give(who, now)
        if number > self.called:
            return Answer(Entry.WAIT, number, self.standing(now))
        self.uses[number] = self.uses.get(number, 0) + 1
        return Answer(Entry.COME, number, self.standing(now))

    def call(self, count: int, now: float) -> int:
        """Call the next ``count``, or as many as wait; how many. Who has left is passed over."""
        before, left = self.called, count
        while left > 0 and self.called < min(self.last, before + MOST_CALLED):
            self.called += 1
            if self.uses.get(self.called, 0) < LEFT:
                left -= 1
        if self.called > before:
            self._touched = now
            if self._marks and now - self._marks[1][0] >= WINDOW_S:
                self._marks = [self._marks[1], (now, self.called)]
        return count - left

    def leave(self, claim: Claim) -> None:
        """Whoever had the place does not want it any more: nobody waits for it to come."""
        if claim.line == self.name:
            self.uses[claim.number] = LEFT

    def finish(self, claim: Claim, most_uses: int) -> None:
        """The place has led to a number: it lets nobody in again."""
        if claim.line == self.name and claim.number <= self.called:
            self.uses[claim.number] = most_uses

    def standing(self, now: float) -> Standing:
        since, before = self._marks[0] if self._marks else (now, 0)
        return Standing(self.name, self.last, self.called, pace(self.called, before, now - since))

    def _begin(self, now: float) -> None:
        self.name, self.last, self.called = self.new_name(), 0, 0
        self.places, self.uses, self._marks, self._touched = {}, {}, [], now

    def _place(self, who: str, claim: Claim | None, most_uses: int) -> int:
        """The number that the claim or the person has and may still use; 0 for none."""
        own = claim.number if claim and claim.line == self.name and claim.number <= self.last else 0
        for number in (own, self.places.get(who, 0)):
            if number and self.uses.get(number, 0) < most_uses:
                return number
        return 0

    def _give(self, who: str, now: float) -> int:
        if self.called >= self.last:
            self._marks = [(now, self.called), (now, self.called)]
        self.last += 1
        self.places[who] = self.last
        return self.last

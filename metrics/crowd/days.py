"""The past as it is needed here: how many came in each hour of each day, and what is special about a day.

A day on which nobody came counts as closed, whatever a calendar says: past calendars are rarely complete.
"""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

HOURS = 24
_ONE_DAY = timedelta(days=1)
_USUAL = 0.5
_LOOK_BACK = 7
_START, _END = 3, 3

EFFECTS = ("after_closed", "month_start", "month_end")
"""What a day may be beside its weekday: the first open one after a closed day of a weekday that is usually open; one of
the month's first three; one of its last three."""


@dataclass(frozen=True, slots=True)
class Waits:
    """The waits of one service in one hour of one day, as ``n`` values of log(1 + minutes)."""

    n: int
    total: float
    squares: float


@dataclass(frozen=True, slots=True)
class PastDay:
    """``arrivals``: by local hour, how many came. ``waits``: by service and hour; service 0 is all together."""

    day: date
    arrivals: Mapping[int, int]
    waits: Mapping[int, Mapping[int, Waits]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.arrivals.values())


def open_days(past: Sequence[PastDay], before: date) -> list[PastDay]:
    """The days before ``before`` on which somebody came, in order: a clock that was set back has no future."""
    return sorted((day for day in past if day.day < before and day.total), key=lambda one: one.day)


@dataclass(frozen=True, slots=True)
class Year:
    """Which days were open, and which weekdays usually are."""

    opened: Sequence[date]
    usual: frozenset[int]
    closed: frozenset[date] = frozenset()

    @classmethod
    def of(cls, past: Sequence[PastDay], closed: Collection[date] = ()) -> "Year":
        """Of open days in order; ``closed``: days to come on which the office stays closed."""
        opened = [day.day for day in past]
        if not opened:
            return cls([], frozenset(), frozenset(closed))
        span = (opened[-1] - opened[0]).days + 1
        passed = [(span - (weekday - opened[0].weekday()) % 7 + 6) // 7 for weekday in range(7)]
        met = [sum(day.weekday() == weekday for day in opened) for weekday in range(7)]
        usual = frozenset(n for n in range(7) if met[n] and met[n] >= _USUAL * passed[n])
        return cls(opened, usual, frozenset(closed))

    def effects(self, day: date) -> tuple[float, ...]:
        """0 or 1 for each of ``EFFECTS``."""
        return (float(self._after_closed(day)), float(day.day <= _START), float((day + _END * _ONE_DAY).day <= _END))

    def _after_closed(self, day: date) -> bool:
        for back in range(1, _LOOK_BACK + 1):
            before = day - back * _ONE_DAY
            if not self.opened or before < self.opened[0]:
                return False
            if before.weekday() in self.usual:
                return self._was_closed(before)
        return False

    def _was_closed(self, day: date) -> bool:
        if day > self.opened[-1]:
            return day in self.closed
        place = bisect_left(self.opened, day)
        return self.opened[place] != day

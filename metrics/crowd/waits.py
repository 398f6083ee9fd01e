"""How long people usually wait by weekday and hour, and which of these are really shorter than the usual.

Waits are taken as log(1 + minutes), a mean for each hour of each day. Such a mean is a sum: a level, the weekday, the
hour, the two together, each of ``days.EFFECTS``, and the day itself, for whoever waits on one day waits in one line;
all but the level are pulled towards 0 (``ridge``). So what one day did is not taken for a habit, and a thin cell looks
like its weekday and its hour. What is usual holds 80 % of waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.crowd import ridge
from metrics.crowd.days import EFFECTS, HOURS, PastDay, Waits, Year, open_days

Floats = NDArray[np.float64]

LONGEST_DAYS = 120
"""Of the last so many open days."""

ENOUGH_DAYS = 8
ENOUGH_IN_CELL = 4
"""On fewer days of a weekday and hour nothing is said of them."""

ENOUGH_WAITS = 12
"""And from fewer people."""

LEAST_SHARE, LEAST_MINUTES = 0.2, 5.0
"""A difference of less is not worth another day or hour."""

_WEEKDAY_PULL, _HOUR_PULL, _BOTH_PULL, _EFFECT_PULL, _DAY_PULL = 1.0, 1.0, 4.0, 3.0, 2.0
_Z_80, _Z_99 = 1.2815515655446004, 2.5758293035489004
"""The best of some forty cells is looked for: 95 % of each would be too little."""

_FINE_MINUTES = 15.0
_ALONE = 2.0
"""So many waits say as much of an hour's mean as it differs from others by chance."""
_LONGEST_LOG = 7.0


@dataclass(frozen=True, slots=True)
class Usual:
    """Minutes: the middle wait of a weekday and hour, the range of 8 in 10, and how many past days it rests on.
    ``surely_low`` to ``surely_high``: where the middle lies 99 times in 100."""

    median: float
    low: float
    high: float
    surely_low: float
    surely_high: float
    days: int

    @property
    def told(self) -> tuple[int, int]:
        """The range as people are told it: whole minutes outward, beyond a quarter of an hour in steps of five."""
        step = 5 if self.high > _FINE_MINUTES else 1
        low = int(self.low // step) * step
        return low, max(low + 1, -int(-self.high // step) * step)


@dataclass(frozen=True, slots=True)
class Shorter:
    """A weekday (0 Monday) and hour at which the wait is surely shorter than usual, by a ``share`` of it."""

    weekday: int
    hour: int
    share: float


@dataclass(frozen=True, slots=True)
class Habits:
    """One service. ``usual`` by weekday and hour, only where the past says enough; ``whole``: of all its waits."""

    usual: dict[tuple[int, int], Usual]
    whole: Usual
    days: int

    def shorter(self, weekday: int, hour: int) -> Shorter | None:
        """None unless the difference is real: the two intervals lie apart, and it is large enough to matter."""
        own = self.usual.get((weekday, hour))
        if own is None or own.surely_high >= self.whole.surely_low:
            return None
        less = self.whole.median - own.median
        share = less / self.whole.median
        return Shorter(weekday, hour, share) if share >= LEAST_SHARE and less >= LEAST_MINUTES else None


def learn(past: Sequence[PastDay], service: int, before: date) -> Habits | None:
    """From the days before ``before`` alone; ``service`` 0: all together. None while there is too little."""
    days = [day for day in open_days(past, before) if day.waits.get(service)][-LONGEST_DAYS:]
    if len(days) < ENOUGH_DAYS:
        return None
    cells = [(place, hour, waits) for place, day in enumerate(days) for hour, waits in day.waits[service].items()]
    rows = _Rows(days, sorted({hour for _, hour, _ in cells}))
    counts = np.array([waits.n for _, _, waits in cells], np.float64)
    means = np.array([waits.total / waits.n for _, _, waits in cells])
    design = np.vstack([rows.of(days[place].day, hour, place) for place, hour, _ in cells])
    fit = ridge.fit(design, means, rows.pulls(), counts / (counts + _ALONE))
    within = _within([waits for _, _, waits in cells])
    day_spread = float(np.var(fit.coefficients[rows.first_day :]))
    spread = np.sqrt(within + fit.sigma**2 + day_spread)
    seen = np.zeros((7, HOURS, 2), np.int64)
    for place, hour, waits in cells:
        seen[days[place].day.weekday(), hour] += (1, waits.n)
    met = [(weekday, hour) for weekday in range(7) for hour in range(HOURS) if seen[weekday, hour, 0]]
    known = np.vstack([rows.of_cell(weekday, hour) for weekday, hour in met])
    shares = np.array([seen[weekday, hour, 1] for weekday, hour in met], np.float64)
    usual = {
        cell: _usual(fit, row[None, :], float(spread), int(seen[cell][0]))
        for cell, row in zip(met, known, strict=True)
        if seen[cell][0] >= ENOUGH_IN_CELL and seen[cell][1] >= ENOUGH_WAITS
    }
    whole = (shares / shares.sum()) @ known
    return Habits(usual, _usual(fit, whole[None, :], float(spread), len(days)), len(days))


class _Rows:
    """The columns: level, weekdays, hours, both, effects, days; hours in which nobody waited have none."""

    def __init__(self, days: Sequence[PastDay], hours: Sequence[int]) -> None:
        self._effects = Year.of(days)
        self._place = {hour: place for place, hour in enumerate(hours)}
        self._widths = (1, 7, len(hours), 7 * len(hours), len(EFFECTS), len(days))
        _, self._weekdays, self._hours, self._both, self._special, self.first_day = np.cumsum((0, *self._widths[:-1]))

    def of(self, day: date, hour: int, place: int) -> Floats:
        found = self.of_cell(day.weekday(), hour)
        found[self._special : self.first_day] = self._effects.effects(day)
        found[self.first_day + place] = 1.0
        return found

    def of_cell(self, weekday: int, hour: int) -> Floats:
        found, at = np.zeros(sum(self._widths)), self._place[hour]
        both = self._both + weekday * len(self._place) + at
        found[[0, self._weekdays + weekday, self._hours + at, both]] = 1.0
        return found

    def pulls(self) -> Floats:
        pulls = (0.0, _WEEKDAY_PULL, _HOUR_PULL, _BOTH_PULL, _EFFECT_PULL, _DAY_PULL)
        return np.repeat(pulls, self._widths)


def _within(waits: Sequence[Waits]) -> float:
    """Variance of people's waits within an hour of a day."""
    squares = sum(one.squares - one.total**2 / one.n for one in waits)
    freedom = sum(one.n - 1 for one in waits)
    return max(0.0, squares / freedom) if freedom else 0.0


def _usual(fit: ridge.Fit, row: Floats, spread: float, days: int) -> Usual:
    middle, error = float(fit.at(row)[0]), float(fit.error(row)[0])
    wide, sure = _Z_80 * np.hypot(spread, error), _Z_99 * error
    median, low, high, surely_low, surely_high = (_minutes(middle + away) for away in (0.0, -wide, wide, -sure, sure))
    return Usual(median, low, high, surely_low, surely_high, days)


def _minutes(log: Any) -> float:
    return max(0.0, float(np.expm1(min(float(log), _LONGEST_LOG))))

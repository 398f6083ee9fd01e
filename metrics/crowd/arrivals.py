"""How many will come in an hour of a coming day: by weekday, hour, what is special about the day, and the last weeks.

The day's total is a sum on the logarithmic scale: a level, the weekday, each of ``days.EFFECTS`` that was met in two
months or more, a straight trend where the past is long enough (which ends with the past: it is not drawn on), all by
ridge regression, so that a thin effect is believed little and a crazy day counts little; and the level of the last
weeks (an exponentially weighted mean of what the regression left, halved every 21 days, shrunk too). Where the same
weeks were seen a year before, how they stood to the weeks before them is believed by half. The hours' shares are those
of the weekday, shrunk towards those of all weekdays (gamma-Poisson). Counts vary about what is expected as a negative
binomial does; its over-dispersion is measured on past hours, and what is not known of the mean is added. Ranges hold
80 %.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from metrics.crowd import ridge
from metrics.crowd.days import EFFECTS, HOURS, PastDay, Year, open_days

Floats = NDArray[np.float64]

ENOUGH_DAYS = 8
"""Fewer open days say nothing."""

ENOUGH_OF_WEEKDAY = 2
"""A weekday seen less often isn't foretold."""

_EFFECT_PULL, _TREND_PULL = 3.0, 10.0
_LEAST_PULL, _MOST_PULL = 0.02, 3.0
_TREND_DAYS = 90
_MONTH_DAYS = 30.0
_HUBER_SHARE = 0.86
"""Of a normal variance, what remains after Huber's weights of ``ridge``."""
_LEAST_ALIKE, _MOST_ALIKE = 4.0, 400.0
_SURELY_CLOSED = 6.0
_NOT_AT_ALL = 1e6
_HALF_LIFE = 180.0
_LEVEL_HALF_LIFE = 21.0
_LEVEL_PULL = 4.0
_YEAR = timedelta(days=364)
_SEASON_DAYS = 14
_SEASON_BELIEVED = 0.5
_SEASON_LEAST, _SEASON_MOST = 0.5, 2.0
_LOW, _HIGH = 0.1, 0.9
_MOST_COUNTED = 4000
_Z_80 = 1.2815515655446004
_LEAST_EXPECTED = 1e-3


@dataclass(frozen=True, slots=True)
class Expected:
    """How many will come in an hour or a day: ``low`` to ``high`` 8 times in 10."""

    mean: float
    low: int
    high: int


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What the past teaches. ``rates``: by weekday and hour, the share of the day's total; nan: nobody came then."""

    year: Year
    fit: ridge.Fit
    level: float
    level_error: float
    rates: Floats
    dispersion: float
    day_dispersion: float
    seen: tuple[int, ...]
    last: date
    past: Sequence[PastDay]

    @property
    def days(self) -> int:
        return sum(self.seen)

    def knows(self, day: date) -> bool:
        return self.seen[day.weekday()] >= ENOUGH_OF_WEEKDAY

    def hours(self, day: date) -> dict[int, Expected]:
        """The hours in which anybody ever came; empty for a day of which nothing is known."""
        if not self.knows(day):
            return {}
        total, error = self._total(day)
        rates, seen = self.rates[day.weekday()], self.seen[day.weekday()]
        known = [hour for hour in range(HOURS) if not math.isnan(rates[hour])]
        means = np.maximum(total * rates[known], _LEAST_EXPECTED)
        # Beside the hour's own chance: the day's level, and the hour's share, which as many days have shown.
        spread = self.dispersion + error**2 + (self.dispersion + 1 / means) / seen
        lows, highs = negative_binomial(means, spread)
        return {
            hour: Expected(float(mean), int(low), int(high))
            for hour, mean, low, high in zip(known, means, lows, highs, strict=True)
        }

    def day(self, day: date) -> Expected | None:
        """The day's total."""
        if not self.knows(day):
            return None
        total, error = self._total(day)
        low, high = negative_binomial(np.array([total]), np.array([self.day_dispersion + error**2]))
        return Expected(total, int(low[0]), int(high[0]))

    def _total(self, day: date) -> tuple[float, float]:
        row = _rows([day], self.year, self.last)
        mean = float(self.fit.at(row)[0]) + self.level + _season(self.past, day, self.last)
        return math.exp(min(mean, 20.0)), math.hypot(float(self.fit.error(row)[0]), self.level_error)


def learn(past: Sequence[PastDay], before: date, closed: Collection[date] = ()) -> Model | None:
    """From the days before ``before`` alone; ``closed`` are days to come. None while there are too few."""
    days = open_days(past, before)
    if len(days) < ENOUGH_DAYS:
        return None
    year, last = Year.of(days, closed), days[-1].day
    logs = np.log([day.total + 0.5 for day in days])
    ages = np.array([(last - day.day).days for day in days], np.float64)
    rows = _rows([day.day for day in days], year, last)
    weekdays = np.array([day.day.weekday() for day in days])
    fit = ridge.fit(rows, logs, _pulls(days, rows, logs, weekdays), 0.5 ** (ages / _HALF_LIFE))
    fitted = fit.at(rows)
    recent = fit.weights * 0.5 ** (ages / _LEVEL_HALF_LIFE)
    level = float(np.sum(recent * (logs - fitted)) / (np.sum(recent) + _LEVEL_PULL))
    counts = np.array([[day.arrivals.get(hour, 0) for hour in range(HOURS)] for day in days], np.float64)
    totals = np.exp(fitted)
    rates = _rates(counts, totals, weekdays, fit.weights)
    expected = totals[:, None] * np.nan_to_num(rates[weekdays])
    inflated = len(days) / fit.freedom / _HUBER_SHARE
    return Model(
        year=year,
        fit=fit,
        level=level,
        level_error=fit.sigma / math.sqrt(float(np.sum(recent)) + _LEVEL_PULL),
        rates=rates,
        dispersion=_dispersion(counts, expected, fit.weights, inflated),
        day_dispersion=_dispersion(_summed(counts), _summed(expected), fit.weights, inflated),
        seen=tuple(int(np.sum(weekdays == n)) for n in range(7)),
        last=last,
        past=days,
    )


def negative_binomial(means: Floats, dispersions: Floats) -> tuple[Floats, Floats]:
    """10th and 90th percentile of counts with variance mean + dispersion x mean^2, by adding up; of very large means by
    the normal distribution."""
    dispersions = np.maximum(dispersions, 1e-6)
    sizes = 1 / dispersions
    share = means / (means + sizes)
    part = np.exp(-sizes * np.log1p(means * dispersions))
    lows, highs = np.full(len(means), -1.0), np.full(len(means), -1.0)
    reached = np.zeros(len(means))
    for count in range(_MOST_COUNTED):
        reached += part
        lows[(lows < 0) & (reached >= _LOW)] = count
        highs[(highs < 0) & (reached >= _HIGH)] = count
        if np.all(highs >= 0):
            break
        part = part * share * (count + sizes) / (count + 1)
    wide = _Z_80 * np.sqrt(means + dispersions * means**2)
    # Sums of parts that are too small to be held never reach a tenth.
    unknown = (highs < 0) | (lows < 0)
    lows[unknown] = np.floor(np.maximum(0.0, means - wide))[unknown]
    highs[unknown] = np.ceil(means + wide)[unknown]
    return lows, highs


def _rows(days: Sequence[date], year: Year, last: date) -> Floats:
    """A column of ones, one for each weekday, one for each effect, and the months before ``last``."""
    found = np.zeros((len(days), 9 + len(EFFECTS)))
    found[:, 0] = 1.0
    for place, day in enumerate(days):
        found[place, 1 + day.weekday()] = 1.0
        found[place, 8:-1] = year.effects(day)
        found[place, -1] = min(0, (day - last).days) / _MONTH_DAYS
    return found


def _pulls(days: Sequence[PastDay], rows: Floats, logs: Floats, weekdays: NDArray[np.int64]) -> Floats:
    """How far each coefficient is pulled to 0: the weekdays by how alike they are, what was hardly met altogether."""
    groups = [logs[weekdays == n] for n in np.unique(weekdays)]
    within = float(np.mean([np.var(group) for group in groups]))
    between = float(np.var([np.median(group) for group in groups]))
    weekday = min(max(within / max(between, _LEAST_EXPECTED), _LEAST_PULL), _MOST_PULL)
    pulls = [0.0, *[weekday] * 7]
    for column in range(8, 8 + len(EFFECTS)):
        met = [one.day for one, is_so in zip(days, rows[:, column], strict=True) if is_so]
        months = {(day.year, day.month) for day in met}
        pulls.append(_EFFECT_PULL if len(months) > 1 else _NOT_AT_ALL)
    has_trend = (days[-1].day - days[0].day).days >= _TREND_DAYS
    return np.array([*pulls, _TREND_PULL if has_trend else _NOT_AT_ALL])


def _rates(counts: Floats, totals: Floats, weekdays: NDArray[np.int64], weights: Floats) -> Floats:
    """Each weekday's share of the day by hour, believed the more the more people were counted (gamma-Poisson, the shape
    of the prior by moments); an hour in which many would have come and nobody did is closed on that weekday."""
    weighted, exposed = counts * weights[:, None], totals * weights
    of_all = weighted.sum(axis=0) / max(float(exposed.sum()), _LEAST_EXPECTED)
    own = np.array([weekdays == weekday for weekday in range(7)], np.float64)
    came, wanted = own @ weighted, (own @ exposed)[:, None] * of_all
    unlike = np.sum((came - wanted) ** 2 - wanted) / max(float(np.sum(wanted**2)), _LEAST_EXPECTED)
    shape = min(max(1 / max(float(unlike), _LEAST_EXPECTED), _LEAST_ALIKE), _MOST_ALIKE)
    rates: Floats = of_all * (came + shape) / (wanted + shape)
    rates[(came == 0) & (wanted >= _SURELY_CLOSED)] = np.nan
    rates[:, counts.sum(axis=0) == 0] = np.nan
    return rates


def _summed(of_hours: Floats) -> Floats:
    found: Floats = of_hours.sum(axis=1)[:, None]
    return found


def _dispersion(counts: Floats, expected: Floats, weights: Floats, inflated: float) -> float:
    """Of a negative binomial, by moments; ``inflated`` makes up for what was fitted and weighed down."""
    beyond = np.sum(weights[:, None] * (inflated * (counts - expected) ** 2 - expected))
    return max(0.0, float(beyond / max(np.sum(weights[:, None] * expected**2), _LEAST_EXPECTED)))


def _season(past: Sequence[PastDay], day: date, last: date) -> float:
    """How these weeks stood to those before them a year ago, on the logarithmic scale; 0 where it was not seen."""
    then, ended, near = day - _YEAR, last - _YEAR, timedelta(days=_SEASON_DAYS)
    if past[0].day > ended - 2 * near:
        return 0.0
    around = [one.total for one in past if abs((one.day - then).days) <= _SEASON_DAYS // 2]
    before = [one.total for one in past if ended - 2 * near <= one.day <= ended]
    if len(around) < _SEASON_DAYS // 3 or len(before) < _SEASON_DAYS // 2:
        return 0.0
    ratio = float(np.median(around) / max(float(np.median(before)), 1.0))
    return _SEASON_BELIEVED * math.log(min(max(ratio, _SEASON_LEAST), _SEASON_MOST))

"""How good the foretold crowd is: each past day foretold from the days before it alone, beside what came.

Judged are the hours in which anybody ever came, against two plain ways: the same weekday a week before (the last one
known then), and the mean of that weekday and hour so far.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

from metrics.crowd import arrivals
from metrics.crowd.days import PastDay, open_days

HORIZONS = (1, 7, 14)
"""So many days before."""

FORECAST, LAST_WEEK, MEAN = "forecast", "same weekday last week", "mean of weekday and hour"
LONGEST = 90
"""Of the last so many open days, however long the past is."""


@dataclass(frozen=True, slots=True)
class Score:
    """People: mean absolute error an hour, mean of the errors, mean absolute error of a day's total. ``coverage``: the
    share of hours within the range that was told, of days likewise; None for a way that tells none."""

    error: float
    bias: float
    day_error: float
    coverage: float | None = None
    day_coverage: float | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """Of one horizon: ``days`` foretold, with so many ``hours``, in which ``mean`` people came each."""

    ahead: int
    days: int
    hours: int
    mean: float
    scores: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class _Told:
    came: Mapping[int, int]
    hours: Mapping[str, Mapping[int, float]]
    expected: Mapping[int, arrivals.Expected]
    whole: arrivals.Expected


def walk(past: Sequence[PastDay], before: date, horizons: Sequence[int] = HORIZONS) -> list[Checked]:
    """For each horizon, the last ``LONGEST`` open days; a horizon at which nothing could be foretold is left out."""
    days = open_days(past, before)
    found = []
    for ahead in horizons:
        told = [one for day in days[-LONGEST:] if (one := _told(days, day, ahead)) is not None]
        if told:
            found.append(_checked(ahead, told))
    return found


def table(checked: Sequence[Checked]) -> str:
    """For a terminal."""
    lines = []
    for of in checked:
        lines += [
            f"{of.ahead} days ahead: {of.days} days, {of.hours} hours; {of.mean:.1f} people an hour",
            f"{'':<28}{'MAE/hour':>10}{'bias':>8}{'MAE/day':>10}{'hours in range':>16}{'days in range':>15}",
            *(
                f"{name:<28}{one.error:>10.2f}{one.bias:>8.2f}{one.day_error:>10.1f}"
                f"{_percent(one.coverage):>16}{_percent(one.day_coverage):>15}"
                for name, one in of.scores.items()
            ),
            "",
        ]
    return "\n".join(lines).rstrip()


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}%"


def _told(days: Sequence[PastDay], day: PastDay, ahead: int) -> _Told | None:
    """What would have been said of a day so long before; days known to be closed by then are those that were."""
    known_until = day.day - timedelta(days=ahead - 1)
    opened = {one.day for one in days}
    between = [known_until + timedelta(days=n) for n in range(ahead - 1)]
    model = arrivals.learn(days, known_until, [one for one in between if one not in opened])
    whole = model.day(day.day) if model is not None else None
    if model is None or whole is None:
        return None
    expected = model.hours(day.day)
    before = [one for one in model.past if one.day.weekday() == day.day.weekday()]
    means = {hour: fmean(one.arrivals.get(hour, 0) for one in before) for hour in expected}
    last = {hour: float(before[-1].arrivals.get(hour, 0)) for hour in expected}
    return _Told(
        {hour: day.arrivals.get(hour, 0) for hour in expected},
        {FORECAST: {hour: one.mean for hour, one in expected.items()}, LAST_WEEK: last, MEAN: means},
        expected,
        whole,
    )


def _checked(ahead: int, told: Sequence[_Told]) -> Checked:
    hours = [(one, hour) for one in told for hour in one.expected]
    inside = fmean(of.expected[hour].low <= of.came[hour] <= of.expected[hour].high for of, hour in hours)
    whole = fmean(of.whole.low <= sum(of.came.values()) <= of.whole.high for of in told)
    scores = {name: _score(name, told, hours) for name in (FORECAST, LAST_WEEK, MEAN)}
    ours = scores[FORECAST]
    scores[FORECAST] = Score(ours.error, ours.bias, ours.day_error, inside, whole)
    return Checked(ahead, len(told), len(hours), fmean(of.came[hour] for of, hour in hours), scores)


def _score(name: str, told: Sequence[_Told], hours: Sequence[tuple[_Told, int]]) -> Score:
    errors = [of.hours[name][hour] - of.came[hour] for of, hour in hours]
    of_days = [sum(of.hours[name].values()) - sum(of.came.values()) for of in told]
    return Score(fmean(map(abs, errors)), fmean(errors), fmean(map(abs, of_days)))

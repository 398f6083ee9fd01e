"""How full an office will be in the coming fortnight, hour by hour. Reads only; nothing is asked of the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.crowd import past
from queue_app.crowd.past import Learned
from queue_app.models import Office
from queue_app.opening import Calendar

if TYPE_CHECKING:
    from metrics.crowd.arrivals import Expected
    from metrics.crowd.waits import Usual

DAYS = past.AHEAD.days + 1
LEVELS = (0.6, 1.1, 1.6)
"""Up to which share of the office's mean hour an hour is quiet, as usual, busy; beyond: very busy."""

QUIETEST = 3
_ONE_DAY = timedelta(days=1)
_HOUR = 60


@dataclass(frozen=True, slots=True)
class Hour:
    """``expected``: people who will come; ``wait``: how long one usually waits then; None: not known. ``level``: 1
    quiet to 4 very busy, 0 not known. ``is_past``: it is over already."""

    hour: int
    expected: "Expected | None"
    wait: "Usual | None"
    level: int
    is_past: bool


@dataclass(frozen=True, slots=True)
class Day:
    """``hours``: those in which the office is open, by hour; none on a closed day, for which ``reason`` may say why.
    ``total``: all who will come; None: not known."""

    day: date
    is_open: bool
    reason: str
    total: "Expected | None"
    hours: Mapping[int, Hour]

    @property
    def is_known(self) -> bool:
        return any(hour.expected is not None for hour in self.hours.values())


@dataclass(frozen=True, slots=True)
class Fortnight:
    """``columns``: the hours that are worth showing; ``learned_from``: open days in the past; ``quiet``: days and hours
    to come with the fewest people, the first first."""

    days: Sequence[Day]
    columns: Sequence[int]
    learned_from: int
    quiet: Sequence[tuple[date, int]]

    @property
    def is_known(self) -> bool:
        return any(day.is_known for day in self.days)


def fortnight(session: Session, office: Office, now: datetime) -> Fortnight:
    """Today and the 13 days after it."""
    today = opening.local_day(office, now)
    calendar = opening.calendar(session, office, today, today + past.AHEAD)
    learned = past.learned(session, office, now)
    passed = now.astimezone(office.zone).hour
    found = [_day(calendar, learned, today + n * _ONE_DAY, passed if n == 0 else 0) for n in range(DAYS)]
    mean = fmean([hour.expected.mean for day in found for hour in day.hours.values() if hour.expected] or [0.0])
    days = [_with_levels(day, mean) for day in found]
    known = {hour for day in days for hour, of in day.hours.items() if of.expected is not None}
    columns = range(min(known), max(known) + 1) if known else range(0)
    model = learned.arrivals()
    return Fortnight(days, columns, model.days if model else 0, _quiet(days))


def open_hours(calendar: Calendar, day: date) -> list[int] | None:
    """The hours of a day in which any service is open; None where the office has no hours at all and works."""
    if not calendar.hours:
        return None if calendar.is_working(day) else []
    spans = {
        span for service in calendar.office.services if service.active for span in calendar.intervals(service, day)
    }
    spans |= set(calendar.office_intervals(day))
    return sorted({hour for opens, closes in spans for hour in range(opens // _HOUR, -(-closes // _HOUR))})


def _day(calendar: Calendar, learned: Learned, day: date, passed: int) -> Day:
    hours, model, habits = open_hours(calendar, day), learned.arrivals(), learned.habits(0)
    expected = model.hours(day) if model is not None else {}
    if hours is None:
        hours = sorted(expected)
        is_open = True
    else:
        is_open = bool(hours)
    usual = habits.usual if habits is not None else {}
    return Day(
        day,
        is_open=is_open,
        reason=calendar.closed.get(day, ""),
        total=model.day(day) if model is not None and is_open else None,
        hours={
            hour: Hour(hour, expected.get(hour), usual.get((day.weekday(), hour)), 0, is_past=hour < passed)
            for hour in hours
        },
    )


def _with_levels(day: Day, mean: float) -> Day:
    return replace(day, hours={at: replace(hour, level=_level(hour, mean)) for at, hour in day.hours.items()})


def _level(hour: Hour, mean: float) -> int:
    if hour.expected is None or mean <= 0:
        return 0
    return 1 + sum(hour.expected.mean > share * mean for share in LEVELS)


def _quiet(days: Sequence[Day]) -> list[tuple[date, int]]:
    """Of the hours that are quiet in both ways known: few come, and where it is known the wait is short."""
    to_come = [
        (hour.expected.mean, day.day, hour.hour)
        for day in days
        for hour in day.hours.values()
        if hour.expected is not None and hour.level == 1 and not hour.is_past
    ]
    return [(day, hour) for _, day, hour in sorted(to_come)[:QUIETEST]]

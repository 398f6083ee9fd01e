"""What the citizen's pages show of an office: when it is open, and how busy its services are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from sqlalchemy.orm import Session

from queue_app import forecast, kept_settings, office_calendar, opening, queries, stops
from queue_app.models import Office, Service
from queue_app.opening import Interval

_CLOSURES_SHOWN = timedelta(days=60)
_NOON = 12 * 60
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Weekdays (0 Monday) from ``first`` to ``last`` that have the same hours; none: closed."""

    first: int
    last: int
    hours: tuple[Interval, ...]

    @property
    def is_round_the_clock(self) -> bool:
        return self.hours == ((0, 1440),)

    @property
    def texts(self) -> list[str]:
        return [_span(interval) for interval in self.hours]

    @property
    def breaks(self) -> list[str]:
        """The gaps between two open intervals."""
        return [_span((before[1], after[0])) for before, after in pairwise(self.hours)]

    @property
    def is_friday_prayer(self) -> bool:
        """Whether this is a Friday whose break lies over noon."""
        over_noon = any(before[1] <= _NOON < after[0] for before, after in pairwise(self.hours))
        return self.first == self.last == _FRIDAY and over_noon


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service with its line now. ``wait``: of whoever comes now; None while it is paused.
    ``next_day``: the first day with opening time left."""

    service: Service
    waiting: int
    wait: forecast.WaitRange | None
    next_day: date | None


def week(session: Session, office: Office) -> list[HoursRow]:
    """The office's own hours, Monday to Sunday, equal neighbours as one row."""
    rows = [row for row in opening.usual_hours(session, office) if row.service_id is None]
    by_day = [
        (weekday, tuple((row.opens_minute, row.closes_minute) for row in rows if row.weekday == weekday))
        for weekday in range(7)
    ]
    groups = [(hours, [weekday for weekday, _ in days]) for hours, days in groupby(by_day, key=lambda day: day[1])]
    return [HoursRow(days[0], days[-1], hours) for hours, days in groups]


def closures(session: Session, office: Office, now: datetime) -> Mapping[date, str]:
    """The days of the coming weeks on which the office stays closed, each with its reason."""
    today = opening.local_day(office, now)
    return opening.closed_days(session, office, today, today + _CLOSURES_SHOWN)


def special_days(session: Session, office: Office, now: datetime) -> Mapping[date, tuple[str, str]]:
    """The days of the coming weeks with hours of their own: which, and why."""
    today = opening.local_day(office, now)
    return kept_settings.remembered(
        session, office.id, ("special days", today), lambda: _special_days(session, office, today)
    )


def _special_days(session: Session, office: Office, today: date) -> dict[date, tuple[str, str]]:
    own = office_calendar.own_days(session, office, today, today + _CLOSURES_SHOWN)
    return {day: (one.hours.replace("-", "–").replace(" ", ", "), one.reason) for day, one in own.items() if one.hours}


def service_rows(session: Session, office: Office, now: datetime) -> list[ServiceRow]:
    """The offered services with their lines."""
    today = opening.local_day(office, now)
    calendar = opening.window(session, office, now)
    waits = forecast.newcomers(session, office, now)
    return [
        ServiceRow(
            service=row.service,
            waiting=row.count,
            wait=None if stops.is_paused(row.service, today) else waits.get(row.service.id),
            next_day=calendar.next_open_day(row.service, today - timedelta(days=1), now),
        )
        for row in queries.waiting_counts(session, office, today)
        if row.service.active
    ]


def _span(interval: Interval) -> str:
    return "–".join(opening.clock_text(minute) for minute in interval)

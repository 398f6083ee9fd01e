"""When a day's figures are final. Reads only.

The officer sees the own figures first, and may contest a recorded time until the end of the office's next working day.
Until then the day is *provisional*; from then on it is final, and only a decision on an open claim still changes it.
"""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from metrics.periods import Period
from queue_app import opening
from queue_app.models import Office

_FARTHEST = timedelta(days=31)
_ONE_DAY = timedelta(days=1)


def first_provisional(session: Session, office: Office, now: datetime) -> date:
    """The earliest day that can still be contested: the last working day before today. Today, when there was none in
    a month.
    """
    today = opening.local_day(office, now)
    known = opening.calendar(session, office, today - _FARTHEST, today)
    day = today - _ONE_DAY
    while day >= today - _FARTHEST:
        if known.is_working(day):
            return day
        day -= _ONE_DAY
    return today


def last_day_to_contest(session: Session, office: Office, day: date) -> date:
    """The day at whose end ``day`` becomes final: the next one on which the office works."""
    known = opening.calendar(session, office, day, day + _FARTHEST)
    following = day + _ONE_DAY
    while following <= day + _FARTHEST:
        if known.is_working(following):
            return following
        following += _ONE_DAY
    return day + _ONE_DAY


def ended_part(period: Period, today: date) -> Period | None:
    """The days of ``period`` that are over; None when none is. A supervisor's page shows nobody's figures of a running
    day: they are the officer's first.
    """
    last = min(period.end_day, today - _ONE_DAY)
    return Period(period.start_day, last, period.zone) if last >= period.start_day else None

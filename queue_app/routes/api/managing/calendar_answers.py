"""The calendar of an office as a program reads it."""

from datetime import date, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from queue_app import clock, office_calendar, opening, opening_hours
from queue_app.audit import since
from queue_app.models import Decision, Office
from queue_app.routes.api.frame.fields import Answer, Versioned, example

SUBJECTS = ("hours*", "day:*", "holidays:*")
_AHEAD = timedelta(days=400)
"""So far the list of days goes: the next year's holidays are in it."""


class ServiceHours(Answer):
    """Hours of a service's own."""

    service: str
    hours: list[str]


class CalendarDay(Answer):
    """A day that is unlike others. ``closed``: nobody is served then. ``hours``: special ones. ``reason``: why it is
    closed, or what is celebrated. ``holiday``: what was decided on the country's holiday, null where there is none; its
    date may be an ``estimate``."""

    date: date
    closed: bool
    hours: list[str]
    reason: str
    holiday: Literal["suggested", "closed", "open"] | None
    estimate: bool


class CalendarAnswer(Versioned):
    """``hours``: a line for days that have the same. ``services``: those with hours of their own."""

    model_config = example(
        version=17,
        hours=["mon-thu 08:00-16:00", "fri 08:00-11:30 13:30-16:00"],
        services=[{"service": "B", "hours": ["mon-fri 08:00-12:00"]}],
        days=[
            {
                "date": "2026-12-25",
                "closed": True,
                "hours": [],
                "reason": "Hari Raya Natal",
                "holiday": "closed",
                "estimate": False,
            }
        ],
    )

    hours: list[str]
    services: list[ServiceHours]
    days: list[CalendarDay]


def calendar(session: Session, office: Office) -> CalendarAnswer:
    """As it is kept, from the office's today on."""
    version = since.version(session, office, SUBJECTS)
    own = {one.code: opening_hours.lines(session, office, one) for one in office.services if one.active}
    return CalendarAnswer(
        version=version,
        hours=opening_hours.lines(session, office),
        services=[ServiceHours(service=code, hours=lines) for code, lines in own.items() if lines],
        days=_days(session, office, opening.local_day(office, clock.now())),
    )


def _days(session: Session, office: Office, today: date) -> list[CalendarDay]:
    until = today + _AHEAD
    closed = opening.closed_days(session, office, today, until)
    own = office_calendar.own_days(session, office, today, until)
    holidays = {one.day: one for one in office_calendar.between(session, office, today, until)}
    reasons = (
        {day: one.name for day, one in holidays.items()} | {day: one.reason for day, one in own.items()} | dict(closed)
    )
    return [
        CalendarDay(
            date=day,
            closed=day in closed,
            hours=own[day].hours.split() if day in own else [],
            reason=reasons.get(day, ""),
            holiday=Decision(holidays[day].decision).value if day in holidays else None,
            estimate=day in holidays and holidays[day].is_estimate,
        )
        for day in sorted(closed.keys() | holidays.keys() | own.keys())
    ]

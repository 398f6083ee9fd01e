"""The calendar as the administrator sees it: what is kept, or what was tried and why it was not done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from http import HTTPStatus

from flask import render_template, request
from sqlalchemy.orm import Session

from queue_app import clock, office_calendar, opening, opening_hours
from queue_app.audit import since
from queue_app.auth import signed_in_user
from queue_app.errors import QueueError
from queue_app.extensions import database
from queue_app.models import Closure, Decision, Holiday, Office, Service
from queue_app.routes import lever_forms
from queue_app.routes.managing import calendar_forms, changed
from queue_app.routes.managing.calendar_forms import Day

AHEAD = timedelta(days=400)
"""So far the list of closed days and holidays goes: the next year's holidays are in it."""


SOON = timedelta(days=120)
"""What comes later stands folded up."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What was sent: which ``part`` of the page, its typed week, what is wrong by field or as a whole."""

    part: str = ""
    days: Sequence[Day] | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)
    year: int = 0
    refusal: QueueError | None = None
    status: int = HTTPStatus.OK

    def refused(self, error: QueueError) -> "Tried":
        return replace(self, refusal=error, status=error.status)


class Kind(StrEnum):
    """OWN: closed for a reason of the office. SPECIAL: open at other hours. HOLIDAY: closed for a holiday. ESTIMATE: a
    suggestion without a certain date."""

    OWN = "own"
    SPECIAL = "special"
    HOLIDAY = "holiday"
    SUGGESTED = "suggested"
    ESTIMATE = "estimate"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Coming:
    day: date
    name: str
    kind: Kind
    hours: str
    is_soon: bool


def page(tried: Tried | None = None) -> tuple[str, int]:
    tried = tried or Tried()
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        today = opening.local_day(office, now)
        service = _service(office)
        shown = render_template(
            "manage/calendar.html",
            office=office,
            services=[one for one in office.services if one.active],
            own_hours={
                one.code for one in office.services if any(opening_hours.of_week(session, office, one).values())
            },
            service=service,
            days=tried.days or _kept_week(session, office, service),
            coming=_coming(session, office, today),
            today=today,
            special=calendar_forms.typed_special(),
            holiday_years=_years(session, office, today),
            tried=tried,
            others=changed.by_others(session, office, tried.refusal),
            typed=lever_forms.typed(),
            copy_to=request.form.getlist("copy_to"),
            seen=since.last_change(session, office),
            most_spans=calendar_forms.MOST_SPANS,
        )
    return shown, tried.status


def _service(office: Office) -> Service | None:
    code = request.values.get("service", "")
    return next((one for one in office.services if one.active and one.code == code), None)


def _kept_week(session: Session, office: Office, service: Service | None) -> list[Day]:
    """What is kept; of a service without hours of its own: the office's."""
    own = opening_hours.of_week(session, office, service)
    if service is not None and not any(own.values()):
        own = opening_hours.of_week(session, office)
    return calendar_forms.of_week(own)


def _coming(session: Session, office: Office, today: date) -> list[Coming]:
    until = today + AHEAD
    closed = opening.closed_days(session, office, today, until)
    own = office_calendar.own_days(session, office, today, until)
    holidays = {one.day: one for one in office_calendar.between(session, office, today, until)}
    names = {day: one.name for day, one in holidays.items()} | {
        day: one.reason for day, one in own.items() if one.reason
    }
    return [
        Coming(
            day,
            closed.get(day) or names.get(day, ""),
            _kind(day, own, closed, holidays),
            own[day].hours if day in own else "",
            day <= today + SOON,
        )
        for day in sorted(closed.keys() | holidays.keys() | own.keys())
    ]


def _kind(day: date, own: Mapping[date, Closure], closed: Mapping[date, str], holidays: Mapping[date, Holiday]) -> Kind:
    if day in own:
        return Kind.SPECIAL if own[day].hours else Kind.OWN
    if day in closed:
        return Kind.HOLIDAY
    if holidays[day].decision is Decision.OPEN:
        return Kind.OPEN
    return Kind.ESTIMATE if holidays[day].is_estimate else Kind.SUGGESTED


def _years(session: Session, office: Office, today: date) -> list[tuple[int, bool, int]]:
    """This year and the next: whether their holidays are known, and how many certain ones await a decision."""
    found = []
    for year in (today.year, today.year + 1):
        known = office_calendar.of_year(session, office, year)
        open_ = [
            one for one in known if one.decision is Decision.SUGGESTED and not one.is_estimate and one.day >= today
        ]
        found.append((year, bool(known), 0 if office.holidays_close else len(open_)))
    return found

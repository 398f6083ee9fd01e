"""When the office is open: hours of a week, closed days, special hours, the country's holidays.

What would leave coming bookings at a closed time is not done before somebody agrees to their number.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from http import HTTPMethod
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints
from sqlalchemy.orm import Session

from queue_app import booked_outside, office_calendar, opening_hours, services, stretch
from queue_app.audit import since
from queue_app.errors import Invalid
from queue_app.models import User
from queue_app.office_calendar import FIRST_YEAR, LAST_YEAR
from queue_app.routes.api.frame.fields import Asked, Day, Text, day_of, whole
from queue_app.routes.api.frame.names import NAMES
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.versions import Seen
from queue_app.routes.api.managing import calendar_answers
from queue_app.routes.api.managing.calendar_answers import SUBJECTS, CalendarAnswer
from queue_app.routes.api.managing.described import Agreed
from queue_app.routes.api.managing.saving import CHANGING, SEEING, TAG, changed, told
from queue_app.routes.labels import error_text
from queue_app.routes.problems import WrongFields
from queue_app.stretch import Stretch

_PATH = "/api/v1/offices/{office}/calendar"
_SETTING = (*CHANGING, "bad_hours", "needs_agreement")

Line = Annotated[Text, StringConstraints(min_length=1, max_length=120)]
Span = Annotated[Text, StringConstraints(min_length=1, max_length=11)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR), BeforeValidator(whole)]


class WeekHours(Asked):
    """``hours``: a line for days that have the same, like ``mon-thu 08:00-16:00`` or ``fri 08:00-11:30 13:30-16:00``;
    days that no line names are closed. ``agreed``: ``agree`` of the refusal ``needs_agreement``, which says how many
    bookings would come to stand outside."""

    hours: Annotated[list[Line], Field(max_length=7)]
    agreed: Agreed | None = None


class DaySet(Asked):
    """Closed for ``reason`` (a holiday needs none), or open at ``hours`` alone, like ``["08:00-10:30"]``. ``until``:
    the last of several days in a row, at most 31. ``agreed``: as with the hours."""

    reason: Annotated[Text, StringConstraints(max_length=1000)] = ""
    hours: Annotated[list[Span], Field(max_length=6)] = Field(default_factory=list)
    until: Day | None = None
    agreed: Agreed | None = None


class YearOfHolidays(Asked):
    year: Year


class HolidaysConfirmed(YearOfHolidays):
    """``agreed``: as with the hours."""

    agreed: Agreed | None = None


@operation(HTTPMethod.GET, _PATH, tag=TAG, answer=CalendarAnswer, refusals=SEEING)
def read_calendar(office: str, caller: Caller) -> CalendarAnswer:
    """The weekly hours of the office and of its services, and the days of the next 400 that are unlike others."""
    return told(office, caller, calendar_answers.calendar)


@operation(
    HTTPMethod.PUT,
    _PATH + "/hours",
    tag=TAG,
    answer=CalendarAnswer,
    refusals=_SETTING,
    example={"hours": ["mon-sun 00:00-24:00"]},
)
def set_hours(office: str, body: WeekHours, caller: Caller, seen: Seen) -> CalendarAnswer:
    """Set the office's hours of a week."""

    def deed(session: Session, who: User, now: datetime) -> None:
        opening_hours.replace(session, who.office, opening_hours.read(body.hours), now, actor=who)

    return _changed(office, caller, seen, body.agreed, deed)


@operation(
    HTTPMethod.PUT,
    "/api/v1/offices/{office}/services/{service}/hours",
    tag=TAG,
    answer=CalendarAnswer,
    refusals=_SETTING,
    example={"hours": ["mon-sun 00:00-24:00"]},
)
def set_service_hours(office: str, service: str, body: WeekHours, caller: Caller, seen: Seen) -> CalendarAnswer:
    """Set hours of a service's own; no line: those of the office. The ETag is the calendar's."""

    def deed(session: Session, who: User, now: datetime) -> None:
        found = services.own(session, who.office, service)
        opening_hours.replace(session, who.office, opening_hours.read(body.hours), now, found, who)

    return _changed(office, caller, seen, body.agreed, deed)


@operation(
    HTTPMethod.PUT,
    _PATH + "/days/{day}",
    tag=TAG,
    answer=CalendarAnswer,
    refusals=_SETTING,
    example={"reason": "Rapat kerja", "hours": ["08:00-10:30"]},
)
def set_day(office: str, day: str, body: DaySet, caller: Caller, seen: Seen) -> CalendarAnswer:
    """Close the office on a day, or on several in a row, or open it at special hours alone."""
    first = _day(day)

    def deed(session: Session, who: User, now: datetime) -> None:
        asked = Stretch(first, body.until or first, " ".join(body.reason.split()), _spans(body.hours))
        wrong = stretch.wrong(session, who.office, asked, now)
        if wrong:
            raise WrongFields({field: error_text(error) for field, error in wrong.items()})
        stretch.set_days(session, who.office, asked, now, who)

    return _changed(office, caller, seen, body.agreed, deed)


@operation(
    HTTPMethod.DELETE, _PATH + "/days/{day}", tag=TAG, answer=CalendarAnswer, refusals=(*CHANGING, "needs_agreement")
)
def clear_day(office: str, day: str, caller: Caller, seen: Seen) -> CalendarAnswer:
    """Open again as usual: undo a day's closing or its special hours, or stay open on a holiday.

    Refused where bookings would come to stand outside: set special hours and agree to it there.
    """
    found = _day(day)

    def deed(session: Session, who: User, now: datetime) -> None:
        office_calendar.open_again(session, who.office, found, now, who)

    return _changed(office, caller, seen, None, deed)


@operation(
    HTTPMethod.POST,
    _PATH + "/holidays/load",
    tag=TAG,
    answer=CalendarAnswer,
    refusals=CHANGING,
    example={"year": 2027},
)
def load_holidays(office: str, body: YearOfHolidays, caller: Caller) -> CalendarAnswer:
    """Bring in the country's holidays of a year as suggestions.

    What was decided on stays; doing it twice is harmless.
    """

    def deed(session: Session, who: User, _now: datetime) -> CalendarAnswer:
        office_calendar.load(session, who.office, body.year)
        return calendar_answers.calendar(session, who.office)

    return changed(office, caller, deed)


@operation(
    HTTPMethod.POST,
    _PATH + "/holidays/confirm",
    tag=TAG,
    answer=CalendarAnswer,
    refusals=(*CHANGING, "needs_agreement"),
    example={"year": 2026},
)
def confirm_holidays(office: str, body: HolidaysConfirmed, caller: Caller, seen: Seen) -> CalendarAnswer:
    """Close the office on every suggested holiday of a year whose date is certain."""

    def deed(session: Session, who: User, now: datetime) -> None:
        office_calendar.confirm(session, who.office, body.year, now, who)

    return _changed(office, caller, seen, body.agreed, deed)


def _changed(
    office: str, caller: Caller, seen: Seen, agreed: str | None, deed: Callable[[Session, User, datetime], None]
) -> CalendarAnswer:
    """Change the calendar if nobody else has, and no bookings come to stand outside but those that were agreed to."""

    def whole_deed(session: Session, who: User, now: datetime) -> CalendarAnswer:
        since.require(session, who.office, SUBJECTS, seen)
        with booked_outside.agreed(session, who.office, now, agreed or ""):
            deed(session, who, now)
        return calendar_answers.calendar(session, who.office)

    return changed(office, caller, whole_deed)


def _day(text: str) -> date:
    """Raises NotFound ``unknown_day``."""
    try:
        return day_of(text)
    except ValueError as error:
        raise NAMES["day"].unknown() from error


def _spans(texts: Sequence[str]) -> Sequence[tuple[int, int]]:
    """Raises WrongFields where they cannot be."""
    try:
        return opening_hours.intervals(sorted(texts))
    except Invalid as error:
        raise WrongFields({"hours": error_text(error)}) from error

"""When the office is open: the hours of a week, of the office or of one of its services, and the days it is closed.

What would leave coming bookings at a closed time is not done before somebody agrees to their number.
"""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from queue_app import booked_outside, clock, office_calendar, opening_hours, services, stretch
from queue_app.audit import since
from queue_app.auth import signed_in_user
from queue_app.extensions import database
from queue_app.models import Service, User
from queue_app.opening_hours import Week
from queue_app.routes import lever_forms
from queue_app.routes.labels import day_text
from queue_app.routes.managing import calendar_forms, calendar_page, saving
from queue_app.routes.managing.calendar_page import Tried
from queue_app.routes.managing.saving import Deed

bp = Blueprint("calendar", __name__, url_prefix="/manage/calendar")


@bp.get("")
def show() -> ResponseReturnValue:
    return calendar_page.page()


@bp.get("/<any(hours,close,open,load,confirm):deed>")
def back(deed: str) -> ResponseReturnValue:  # noqa: ARG001 - the address bar after a refused POST
    return redirect(url_for(".show"))


@bp.post("/hours")
def set_hours() -> ResponseReturnValue:
    """Save the week as it was typed, or only show it again with a span more or less."""
    days, code = calendar_forms.typed_week(), lever_forms.text("service")[:40]
    if calendar_forms.rearranged(days, deed := request.form.get("do", "")):
        return calendar_page.page(Tried("hours", days=days))
    as_office = deed == "as-office" and bool(code)
    week = {} if as_office else calendar_forms.read(days)
    if week is None:
        return calendar_page.page(Tried("hours", days=days, status=HTTPStatus.UNPROCESSABLE_ENTITY))

    def change(session: Session, who: User, now: datetime) -> str:
        service = services.find(session, who.office, code) if code else None
        since.require(session, who.office, [f"hours:{code}" if code else "hours"], lever_forms.number("seen"))
        return _set_hours(session, who, week, now, service, as_office=as_office)

    return _do(change, Tried("hours", days=days), code)


def _set_hours(
    session: Session, who: User, week: Week, now: datetime, service: Service | None, *, as_office: bool
) -> str:
    opening_hours.replace(session, who.office, week, now, service, who)
    if service is None:
        return str(gettext("Jam buka kantor disimpan."))
    if as_office or not week:
        return str(gettext("Layanan %(service)s mengikuti jam kantor.", service=service.code))
    return str(gettext("Jam layanan %(service)s disimpan.", service=service.code))


@bp.post("/close")
def close() -> ResponseReturnValue:
    """Close the office on a day or a stretch of days, or open it at special hours alone.

    On a holiday without a reason: for the holiday.
    """
    with database().read() as session:
        asked, wrong = calendar_forms.typed_stretch(session, signed_in_user(session).office, clock.now())
    if asked is None:
        return calendar_page.page(Tried("close", wrong=wrong, status=HTTPStatus.UNPROCESSABLE_ENTITY))

    def change(session: Session, who: User, now: datetime) -> str:
        days = asked.days()
        since.require(session, who.office, [f"day:{day}" for day in days], lever_forms.number("seen"))
        stretch.set_days(session, who.office, asked, now, who)
        first = day_text(asked.first)
        if asked.hours:
            return str(gettext("Jam khusus disimpan, mulai %(day)s.", day=first))
        if len(days) == 1:
            return str(gettext("Kantor tutup pada %(day)s.", day=first))
        return str(gettext("Kantor tutup dari %(first)s sampai %(last)s.", first=first, last=day_text(asked.last)))

    return _do(change, Tried("close"))


@bp.post("/open")
def open_again() -> ResponseReturnValue:
    """Undo a day's closing, or stay open on a holiday."""
    day = lever_forms.day("day")
    if day is None:
        return redirect(url_for(".show"))

    def change(session: Session, who: User, now: datetime) -> str:
        since.require(session, who.office, [f"day:{day}"], lever_forms.number("seen"))
        office_calendar.open_again(session, who.office, day, now, who)
        return str(gettext("%(day)s: kantor buka seperti biasa.", day=day_text(day)))

    return _do(change, Tried("days"))


@bp.post("/load")
def load() -> ResponseReturnValue:
    """Bring in the country's holidays of a year as suggestions."""
    year = lever_forms.number("year")

    def change(session: Session, who: User, _: datetime) -> str:
        done = office_calendar.load(session, who.office, year)
        return str(gettext("%(count)s hari libur tahun %(year)s dimuat sebagai usulan.", count=done.added, year=year))

    return _do(change, Tried("days"))


@bp.post("/confirm")
def confirm() -> ResponseReturnValue:
    """Close the office on all suggested holidays of a year whose dates are certain."""
    year = lever_forms.number("year")

    def change(session: Session, who: User, now: datetime) -> str:
        since.require(session, who.office, [f"day:{year}-*", f"holidays:{year}"], lever_forms.number("seen"))
        count = office_calendar.confirm(session, who.office, year, now, who)
        return str(ngettext("Kantor tutup pada %(num)s hari libur.", "Kantor tutup pada %(num)s hari libur.", count))

    return _do(change, Tried("confirm", year=year))


def _do(change: Deed, tried: Tried, code: str = "") -> ResponseReturnValue:
    """Change the calendar if no bookings come to stand outside but those that were agreed to."""

    def deed(session: Session, who: User, now: datetime) -> str:
        with booked_outside.agreed(session, who.office, now, lever_forms.text("agreed")):
            return change(session, who, now)

    return saving.done(
        deed, lambda error: calendar_page.page(tried.refused(error)), url_for(".show", service=code or None)
    )

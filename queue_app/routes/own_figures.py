"""The officer's page of own figures, before anybody else sees them; each time can be contested there."""

from collections.abc import Callable
from datetime import date, datetime, time

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from metrics import disclosure
from queue_app import claims, clock, opening, own_figures
from queue_app.auth import signed_in_user
from queue_app.errors import N_, Invalid, QueueError
from queue_app.extensions import database
from queue_app.lifecycle import Outcome
from queue_app.models import Office, User
from queue_app.routes import dashboard_charts, desk_forms, survey_words
from queue_app.routes.figure_words import CLAIM_STATES, EXCLUDED
from queue_app.routes.labels import error_text
from queue_app.survey import results

bp = Blueprint("own_figures", __name__, url_prefix="/desk/figures")

MONTHS = 12
"""Months to choose from, the present one included."""

Deed = Callable[[Session, User, datetime], str]


@bp.get("")
def show() -> ResponseReturnValue:
    return _page()


@bp.get("/<any(contest,outage):deed>")
def back(deed: str) -> ResponseReturnValue:  # noqa: ARG001 - the address bar after a refused POST
    return redirect(url_for("own_figures.show"))


@bp.post("/contest")
def contest() -> ResponseReturnValue:
    def deed(session: Session, officer: User, now: datetime) -> str:
        ref, why = desk_forms.ticket_ref(), desk_forms.needed_reason(desk_forms.FLAG_REASONS)
        ticket = claims.flag(session, officer, ref.public_id, ref.version, now, why, desk_forms.kind_of_claim())
        return str(gettext("Sanggahan untuk %(label)s dicatat. Supervisor memutuskannya.", label=ticket.label))

    return _do(deed)


@bp.post("/outage")
def outage() -> ResponseReturnValue:
    """All own services of some time of the day, as one claim."""

    def deed(session: Session, officer: User, now: datetime) -> str:
        why = desk_forms.needed_reason(desk_forms.FLAG_REASONS)
        start, end = _span(officer.office, now)
        marked = claims.flag_span(session, officer, start, end, now, why, desk_forms.kind_of_claim())
        if not marked:
            return str(gettext("Semua layanan pada jam itu sudah Anda sanggah."))
        return str(ngettext("%(num)s layanan disanggah sekaligus.", "%(num)s layanan disanggah sekaligus.", marked))

    return _do(deed)


def _do(deed: Deed) -> ResponseReturnValue:
    now = clock.now()
    try:
        with database().write() as session:
            told = deed(session, signed_in_user(session), now)
    except QueueError as error:
        flash(error_text(error), "error")
        return _page(), error.status
    flash(told, "success")
    month, day = request.form.get("month"), request.form.get("day")
    return redirect(url_for("own_figures.show", month=month, day=day, _anchor="visits-title"), 303)


def _page() -> str:
    now = clock.now()
    with database().read() as session:
        officer = signed_in_user(session)
        today = opening.local_day(officer.office, now)
        month, day = _wanted(today)
        page = own_figures.of(session, officer, month, day, now)
        return render_template(
            "figures/own.html",
            now=now,
            office=officer.office,
            page=page,
            chart=dashboard_charts.standard(page.course),
            said=results.own(session, officer, page.month.period, now),
            grades=survey_words.GRADES,
            fewest_answers=disclosure.LEAST,
            today=today,
            months=_months(today),
            excluded_labels=EXCLUDED,
            claim_states=CLAIM_STATES,
            outcomes={outcome.value: outcome for outcome in Outcome},
            reasons=desk_forms,
        )


def _wanted(today: date) -> tuple[date, date | None]:
    """The month and the day asked for; what cannot be read, or is still to come, is the present one."""
    day = _date(request.values.get("day", "")[:10])
    day = day if day is not None and day <= today else None
    month = _date(request.values.get("month", "")[:7] + "-01") or (day or today)
    return min(month, today), day


def _date(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if found.year >= 2000 else None


def _months(today: date) -> list[date]:
    """The first days of the months to choose from, the present one first."""
    count = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(count, count - MONTHS, -1)]


def _span(office: Office, now: datetime) -> tuple[datetime, datetime]:
    """Two times of the day that the form is about. Raises Invalid ``bad_span``."""
    day = _date(desk_forms.text("day")) or opening.local_day(office, now)
    try:
        start, end = (time.fromisoformat(desk_forms.text(name)) for name in ("from", "to"))
    except ValueError as error:
        raise Invalid("bad_span", N_("Isi kedua jam, seperti 10:00.")) from error
    at = (opening.local_instant(office, day, t.hour * 60 + t.minute) for t in (start, end))
    return next(at), next(at)

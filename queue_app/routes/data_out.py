"""What leaves for other programs: the log as a file, its dictionary, and the bookings as a calendar."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from metrics.periods import Period
from queue_app import booking_feed, clock, event_export, opening
from queue_app.auth import signed_in_user
from queue_app.database import Database
from queue_app.event_loop import in_thread
from queue_app.extensions import database
from queue_app.models import Office
from queue_app.routes import period_choice
from queue_app.routes.dashboard import as_file
from queue_app.routes.language import LANGUAGES, language

bp = Blueprint("data_out", __name__)

KINDS = {
    "csv": ("text/csv; charset=utf-8", "csv"),
    "parquet": ("application/vnd.apache.parquet", "parquet"),
    "xes": ("application/xml", "xes"),
    "bpjs": ("text/csv; charset=utf-8", "bpjs.csv"),
}
"""By format: media type and ending of the file."""

LONGEST_DAYS = 92
"""A longer log is written by the command."""

_SECRET = "booking_feed"  # noqa: S105 - the name under which the new address waits to be shown once


@bp.get("/supervisor/data")
def show() -> ResponseReturnValue:
    now = clock.now()
    with database().read() as store:
        office = signed_in_user(store).office
        choice = _choice(office, now)
        new = session.pop(_SECRET, None)
        page = render_template(
            "supervisor/data.html",
            office=office,
            choice=choice,
            periods=period_choice.LONGER,
            too_long=_days(choice.period) > LONGEST_DAYS,
            longest=LONGEST_DAYS,
            fields=[(field.name, field.kind, gettext(field.meaning)) for field in event_export.FIELDS],
            feed_since=booking_feed.made_at(store, office),
            feed=url_for(".calendar", slug=office.slug, secret=new, lang=language(), _external=True) if new else "",
        )
    return page, 422 if choice.problem else 200


@bp.get("/supervisor/data/events.<form>")
def events(form: str) -> ResponseReturnValue:
    if form not in KINDS:
        abort(404)
    now = clock.now()
    with database().read() as store:
        office = signed_in_user(store).office
        choice = _choice(office, now)
        office_id, name = office.id, f"antrean-{office.slug}-{choice.period.start_day}-{choice.period.end_day}"
    if choice.problem or _days(choice.period) > LONGEST_DAYS:
        return redirect(f"{url_for('.show')}?{request.query_string.decode(errors='replace')}", 303)
    (kind, ending), data = KINDS[form], database()
    return as_file(in_thread(lambda: _written(data, form, office_id, choice.period)), kind, f"{name}.{ending}")


@bp.post("/supervisor/data/calendar")
def renew() -> ResponseReturnValue:
    with database().write() as store:
        user = signed_in_user(store)
        if request.form.get("do") == "stop":
            booking_feed.stop(store, user.office, user, clock.now())
            secret = None
        else:
            secret = booking_feed.renew(store, user.office, user, clock.now())
    if secret is not None:
        session[_SECRET] = secret
    return redirect(url_for(".show", _anchor="calendar"), 303)


@bp.get("/o/<slug>/bookings/<secret>.ics")
def calendar(slug: str, secret: str) -> Response:
    """For calendars of others: nobody signs in, whoever has the address may read it, in the language that it names."""
    from queue_app.routes import booking_calendar  # noqa: PLC0415 - few offices share theirs, and its library is large

    now, tongue = clock.now(), request.args.get("lang", "")
    tongue = tongue if tongue in LANGUAGES else "id"
    with database().read() as store, force_locale(tongue):
        office = booking_feed.office_of(store, slug, secret)
        booked = list(booking_feed.booked(store, office, now))
        answer = make_response(booking_calendar.as_calendar(office, booked, now, tongue))
    answer.headers["Content-Type"] = booking_calendar.MEDIA_TYPE
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _choice(office: Office, now: datetime) -> period_choice.Choice:
    return period_choice.of(office, opening.local_day(office, now), period_choice.LONGER)


def _days(period: Period) -> int:
    return (period.end_day - period.start_day) // timedelta(days=1) + 1


def _written(data: Database, form: str, office_id: int, period: Period) -> bytes:
    """The file's content; written beside the server's other work, in a real thread."""
    how = event_export.FORMATS[form]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log"
        with data.figures() as store:
            office = store.get_one(Office, office_id)
            how.write(event_export.rows(store, office, period, by_ticket=how.by_ticket), file)
        return file.read_bytes()

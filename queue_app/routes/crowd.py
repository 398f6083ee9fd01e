"""How full the office will be: the public page, and the supervisor's with how good it was."""

from collections.abc import Iterator

from flask import Blueprint, Response, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from queue_app import clock, opening, queries
from queue_app.auth import signed_in_user
from queue_app.crowd import outlook, past
from queue_app.crowd.outlook import Fortnight
from queue_app.errors import N_
from queue_app.extensions import database
from queue_app.report_files import Cell
from queue_app.routes.dashboard import as_csv

bp = Blueprint("crowd", __name__)
supervised = Blueprint("crowd_check", __name__, url_prefix="/supervisor")

LEVEL_NAMES = (N_("belum diketahui"), N_("lengang"), N_("biasa"), N_("ramai"), N_("sangat ramai"))
"""What the levels of ``outlook.Hour`` are called."""

LEAST_CHECKED = 10
"""Days under which nothing is said of how good it was."""

_FRESH_S = 300
_COLUMNS = ("date", "hour", "open", "expected", "low", "high", "usual_wait_low", "usual_wait_high", "why_closed")


@bp.get("/o/<slug>/ramai")
def show(slug: str) -> Response:
    now = clock.now()
    with database().read() as session:
        office = queries.office(session, slug)
        page = render_template(
            "citizen/crowd.html",
            office=office,
            today=opening.local_day(office, now),
            fortnight=outlook.fortnight(session, office, now),
            level_names=LEVEL_NAMES,
            zone_name=opening.zone_name(office, now),
        )
    answer = make_response(page)
    answer.headers["Cache-Control"] = f"private, max-age={_FRESH_S}"
    answer.vary.add("Cookie")
    return answer


@supervised.get("/crowd")
def supervise() -> ResponseReturnValue:
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        learned = past.learned(session, office, now)
        return render_template(
            "supervisor/crowd.html",
            office=office,
            today=opening.local_day(office, now),
            fortnight=outlook.fortnight(session, office, now),
            level_names=LEVEL_NAMES,
            zone_name=opening.zone_name(office, now),
            checked=[of for of in learned.checked() if of.days >= LEAST_CHECKED],
            least=LEAST_CHECKED,
            ways=_ways(),
        )


@supervised.get("/crowd.csv")
def as_file() -> ResponseReturnValue:
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        rows = list(_rows(outlook.fortnight(session, office, now)))
        return as_csv([_COLUMNS, *rows], f"antrean-crowd-{office.slug}-{opening.local_day(office, now)}")


def _rows(fortnight: Fortnight) -> Iterator[tuple[Cell, ...]]:
    for day in fortnight.days:
        if not day.is_open:
            yield (day.day.isoformat(), None, 0, None, None, None, None, None, day.reason)
        for hour in day.hours.values():
            expected, wait = hour.expected, hour.wait
            figures = (round(expected.mean, 1), expected.low, expected.high) if expected else (None, None, None)
            told = wait.told if wait else (None, None)
            yield (day.day.isoformat(), f"{hour.hour:02d}:00", 1, *figures, *told, "")


def _ways() -> dict[str, str]:
    """What is compared, in words; the names are those of ``metrics.crowd.check``."""
    from metrics.crowd import check  # noqa: PLC0415 - numpy is not loaded with the server

    return {
        check.FORECAST: gettext("Perkiraan ini"),
        check.LAST_WEEK: gettext("Hari yang sama pekan lalu"),
        check.MEAN: gettext("Rata-rata hari dan jam itu"),
    }

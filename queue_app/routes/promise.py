"""The public page of what an office promises and how it keeps it (maklumat, UU 25/2009): each service's standard time
beside what the log says of the last days that are over. No officer is in it, and nothing that rests on few visits.
"""

from datetime import timedelta

from flask import Blueprint, Response, make_response, render_template

from metrics.periods import Period
from queue_app import clock, opening, queries, report
from queue_app.extensions import database
from queue_app.routes import survey_words
from queue_app.survey import results

bp = Blueprint("promise", __name__)

DAYS = 30
YEAR = 365
"""Days of the survey whose result stands here."""
LEAST = 30
"""Visits under which a service's figures are not published: too few to say how a promise is kept."""
_FRESH_S = 600


@bp.get("/o/<slug>/janji")
def show(slug: str) -> Response:
    now = clock.now()
    with database().read() as session:
        office = queries.office(session, slug)
        last = opening.local_day(office, now) - timedelta(days=1)
        period = Period(last - timedelta(days=DAYS - 1), last, office.zone)
        services = {row.service: row for row in report.services(session, office, period, now)}
        waits = {row.service: row for row in report.waits(session, office, period, now)}
        year = Period(last - timedelta(days=YEAR - 1), last, office.zone)
        page = render_template(
            "citizen/promise.html",
            satisfaction=results.result_of_office(session, office, year, now),
            year=year,
            grades=survey_words.GRADES,
            office=office,
            period=period,
            rows=[(service, services.get(service.code), waits.get(service.code)) for service in office.services],
            least=LEAST,
        )
    answer = make_response(page)
    # Of days that are over: whoever asks again within minutes costs nothing. The language is in a cookie.
    answer.headers["Cache-Control"] = f"private, max-age={_FRESH_S}"
    answer.vary.add("Cookie")
    return answer

"""The public page of what an office promises and how it keeps it (maklumat, UU 25/2009): each service's standard time
beside what the log says of the last days that are over. No officer is in it, and nothing that rests on few visits.
"""

from flask import Blueprint, Response, make_response, render_template

from queue_app import clock, queries
from queue_app.dashboard import promised
from queue_app.extensions import database
from queue_app.routes import survey_words

bp = Blueprint("promise", __name__)

_FRESH_S = 600


@bp.get("/o/<slug>/janji")
def show(slug: str) -> Response:
    now = clock.now()
    with database().read() as session:
        office = queries.office(session, slug)
        found = promised.of_office(session, office, now)
        page = render_template(
            "citizen/promise.html",
            satisfaction=found.satisfaction,
            year=found.year,
            grades=survey_words.GRADES,
            office=office,
            period=found.period,
            rows=found.rows,
            least=promised.LEAST,
        )
    answer = make_response(page)
    # Of days that are over: whoever asks again within minutes costs nothing. The language is in a cookie.
    answer.headers["Cache-Control"] = f"private, max-age={_FRESH_S}"
    answer.vary.add("Cookie")
    return answer

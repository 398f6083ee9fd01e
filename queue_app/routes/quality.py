"""The supervisor's pages of public satisfaction (IKM) and of the accuracy of information: figures, charts, tables and
files of a period that stands in the address.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from metrics import disclosure
from metrics.accuracy import LEAST, LEAST_WEIGHT
from metrics.proportion import wilson
from queue_app import accuracy, clock, opening
from queue_app.auth import signed_in_user
from queue_app.charts import to_png
from queue_app.errors import N_, QueueError
from queue_app.extensions import database
from queue_app.models import Office
from queue_app.routes import period_choice, quality_charts, survey_words
from queue_app.routes.chart import Shown
from queue_app.routes.dashboard import as_csv, as_file
from queue_app.routes.labels import day_text, error_text
from queue_app.routes.period_choice import Choice
from queue_app.survey import results, sample

bp = Blueprint("quality", __name__, url_prefix="/supervisor")

PERIODS = {**period_choice.LONGER, "365d": (N_("12 bulan"), 365)}
_KEPT = ("period", "from", "to", "month")


@bp.get("/kepuasan")
def satisfaction() -> ResponseReturnValue:
    return _satisfaction()


@bp.post("/kepuasan/share")
def share() -> ResponseReturnValue:
    """Which share of the visits is asked for the whole survey, from tomorrow on."""
    try:
        with database().write() as session:
            who = signed_in_user(session)
            set_to = sample.set_share(session, who.office, request.form.get("percent", ""), clock.now(), who)
            told = gettext(
                "Mulai %(day)s, %(percent)s persen kunjungan ditanya lengkap.",
                day=day_text(set_to.from_day),
                percent=set_to.percent,
            )
    except QueueError as error:
        return _satisfaction(error)[0], error.status
    flash(told, "success")
    return redirect("/supervisor/kepuasan", 303)


@bp.get("/kepuasan/<any(elements,services):key>.<any(png,csv):form>")
def satisfaction_file(key: str, form: str) -> ResponseReturnValue:
    with database().figures() as session:
        office, choice = _choice(session)
        found = results.of_office(session, office, choice.period, clock.now())
        draw: Callable[[results.Results], Shown] = getattr(quality_charts, key)
        return _shown_file(draw(found), office, choice, "ikm", form)


@bp.get("/ketepatan")
def information() -> ResponseReturnValue:
    with database().figures() as session:
        office, choice = _choice(session)
        found = accuracy.of_office(session, office, choice.period, clock.now())
        page = render_template(
            "supervisor/accuracy.html",
            office=office,
            choice=choice,
            periods=PERIODS,
            query=_query(),
            found=found,
            chart=quality_charts.parts(found),
            meanings=[
                (gettext(quality_charts.PARTS[part]), gettext(words)) for part, words in quality_charts.MEANINGS.items()
            ],
            least=LEAST,
            least_weight=LEAST_WEIGHT,
        )
    return page, 422 if choice.problem else 200


@bp.get("/ketepatan/parts.<any(png,csv):form>")
def information_file(form: str) -> ResponseReturnValue:
    with database().figures() as session:
        office, choice = _choice(session)
        found = accuracy.of_office(session, office, choice.period, clock.now())
        return _shown_file(quality_charts.parts(found), office, choice, "ketepatan", form)


def _satisfaction(refusal: QueueError | None = None) -> tuple[str, int]:
    now = clock.now()
    with database().figures() as session:
        office, choice = _choice(session)
        found = results.of_office(session, office, choice.period, now)
        today = opening.local_day(office, now)
        shares = sample.shares(session, office.id)
        page = render_template(
            "supervisor/satisfaction.html",
            office=office,
            choice=choice,
            periods=PERIODS,
            query=_query(),
            found=found,
            answered=wilson(found.response.completed, found.response.asked),
            charts=[quality_charts.elements(found), quality_charts.services(found)],
            grades=survey_words.GRADES,
            about=_about(found),
            percent=sample.percent_on(shares, today),
            coming=shares[-1] if shares and shares[-1].from_day > today else None,
            refusal=error_text(refusal) if refusal else "",
            least=disclosure.LEAST,
        )
    return page, 422 if choice.problem else 200


def _about(found: results.Results) -> list[tuple[str, list[tuple[str, int | None]]]]:
    """Of each attribute the values with somebody, or with too few to say."""
    if found.result is None:
        return []
    rows = []
    for name, counts in found.about.items():
        words = {value: gettext(text) for value, text in survey_words.VALUES[name].items()}
        words[""] = gettext("Tidak disebutkan")
        said = [(words[value], n) for value, n in counts.items() if n != 0]
        rows.append((gettext(survey_words.ATTRIBUTES[name]), said))
    return rows


def _choice(session: Session) -> tuple[Office, Choice]:
    office = signed_in_user(session).office
    return office, period_choice.of(office, opening.local_day(office, clock.now()), PERIODS)


def _query() -> str:
    return urlencode({name: request.args[name] for name in _KEPT if request.args.get(name)})


def _shown_file(shown: Shown, office: Office, choice: Choice, kind: str, form: str) -> ResponseReturnValue:
    if choice.problem or (form == "png" and shown.empty):
        abort(404)
    period = choice.period
    name = f"antrean-{kind}-{shown.key}-{period.start_day}-{period.end_day}"
    if form == "png":
        foot = f"{office.name}, {period.start_day} – {period.end_day}"
        return as_file(to_png(shown.alone(foot)), "image/png", f"{name}.png")
    return as_csv(shown.table, name)

"""The supervisor's planning: counters needed by hour, and what if. What is asked stands in the address; it is computed
beside the server once somebody presses the button, and kept for the day.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from queue_app import clock
from queue_app.auth import signed_in_user
from queue_app.charts import to_png
from queue_app.errors import QueueError
from queue_app.extensions import config, database
from queue_app.models import Office
from queue_app.planning import inputs, jobs, wishes
from queue_app.planning.jobs import Asked
from queue_app.reports.maker import folder
from queue_app.routes import planning_words as words
from queue_app.routes.dashboard import as_csv, as_file
from queue_app.routes.labels import error_text
from queue_app.routes.language import language

bp = Blueprint("planning", __name__, url_prefix="/supervisor/planning")

_LONGEST = 40


@bp.get("")
def show() -> ResponseReturnValue:
    return _page(request.args)


@bp.post("/needs")
def ask_needs() -> ResponseReturnValue:
    with database().write() as session:
        jobs.ask(session, signed_in_user(session), wishes.needs(), folder(config()), clock.now())
    return redirect(_address(request.args), 303)


@bp.post("/what-if")
def ask_what_if() -> ResponseReturnValue:
    """A refusal shows the page again, with what was typed."""
    try:
        with database().write() as session:
            who, now = signed_in_user(session), clock.now()
            wish = wishes.what_if(session, who.office, request.form.get("weekday", ""), _scenarios(request.form), now)
            jobs.ask(session, who, wish, folder(config()), now)
    except QueueError:
        return _page(request.form)
    return redirect(f"{_address(request.form)}#what-if", 303)


@bp.get("/needs.<any(csv,png):form>")
def needs_file(form: str) -> ResponseReturnValue:
    with database().read() as session:
        office = signed_in_user(session).office
        found = jobs.known(session, office, wishes.needs(), folder(config()), clock.now())
        foot = office.name
    if found.result is None:
        abort(404)
    shown = words.needs_chart(found.result)
    if form == "png":
        return as_file(to_png(shown.alone(foot)), "image/png", "antrean-needs.png")
    return as_csv(shown.table, "antrean-needs")


@bp.get("/what-if.csv")
def what_if_file() -> ResponseReturnValue:
    with database().read() as session:
        found, problem = _what_if(session, signed_in_user(session).office, request.args)
    if problem or found is None or found.result is None:
        abort(404)
    return as_csv(words.what_if_table(found.result), "antrean-what-if")


def _page(typed: MultiDict[str, str]) -> ResponseReturnValue:
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        needs = jobs.known(session, office, wishes.needs(), folder(config()), now)
        what_if, problem = _what_if(session, office, typed)
        weekdays = [day for day in range(7) if inputs.opening_spans(session, office, day, now)]
        page = render_template(
            "supervisor/planning.html",
            office=office,
            needs=needs,
            needs_chart=words.needs_chart(needs.result) if needs.result else None,
            what_if=what_if,
            problem=problem,
            typed=typed,
            query=urlencode(_kept(typed)),
            weekdays=weekdays,
            weekday=typed.get("weekday", str(weekdays[0]) if weekdays else ""),
            counters=[counter.number for counter in office.counters],
            services={one.code: one.name(language()) for one in office.services if one.active},
            words=words,
            count=wishes.MOST_SCENARIOS,
        )
    return page, 422 if problem else 200


def _what_if(session: Session, office: Office, typed: Mapping[str, str]) -> tuple[Asked | None, str]:
    """What is known of the scenarios in the address, and what is wrong with them; None while there is no question."""
    scenarios = _scenarios(typed)
    if not scenarios:
        return None, ""
    now = clock.now()
    try:
        wish = wishes.what_if(session, office, typed.get("weekday", ""), scenarios, now)
    except QueueError as error:
        return None, error_text(error)
    return jobs.known(session, office, wish, folder(config()), now), ""


def _scenarios(typed: Mapping[str, str]) -> list[dict[str, str]]:
    """Those that name a kind of change, in their order."""
    found = []
    for place in range(1, wishes.MOST_SCENARIOS + 1):
        kind = typed.get(f"kind-{place}", "")[:_LONGEST]
        if kind:
            fields = ("kind", *wishes.FIELDS.get(kind, ()))
            found.append({name: typed.get(f"{name}-{place}", "")[:_LONGEST] for name in fields})
    return found


def _kept(typed: Mapping[str, str]) -> dict[str, str]:
    """What belongs into the address: the day, and of each scenario the fields that its kind has."""
    scenarios = _scenarios(typed)
    kept = {"weekday": typed.get("weekday", "")[:_LONGEST]} if scenarios else {}
    for place, one in enumerate(scenarios, 1):
        kept |= {f"{name}-{place}": value for name, value in one.items() if value}
    return kept


def _address(typed: Mapping[str, str]) -> str:
    kept = _kept(typed)
    return f"/supervisor/planning?{urlencode(kept)}" if kept else "/supervisor/planning"

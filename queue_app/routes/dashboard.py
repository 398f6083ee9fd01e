"""The supervisor's dashboard: figures of a period with their charts, and the visits behind them. All of it is in the
address, so that a page can be sent to somebody.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.accuracy import Accuracy
from metrics.periods import Period
from metrics.plausibility import reason_to_exclude
from metrics.reliability import reliability
from metrics.speed import DEFAULT_RULES
from queue_app import accuracy, clock, dashboard, finality, opening, reported
from queue_app.auth import signed_in_user
from queue_app.charts import to_png
from queue_app.dashboard import Dashboard, Filters
from queue_app.dashboard import story as tickets
from queue_app.extensions import database
from queue_app.history import LoggedLeg
from queue_app.models import Category, Counter, Office, Role, Service, User
from queue_app.report_files import Cell, cell
from queue_app.routes import dashboard_charts, desk_forms, period_choice
from queue_app.routes.attachment import attach
from queue_app.routes.chart import Shown
from queue_app.routes.figure_words import EXCLUDED
from queue_app.routes.language import language
from queue_app.visit_days import LegTable

bp = Blueprint("dashboard", __name__, url_prefix="/supervisor")

PAGE_SIZE = 50
_KEPT = ("period", "from", "to", "month", "service", "counter", "officer", "category")


@bp.get("/figures")
def show() -> ResponseReturnValue:
    with database().figures() as session:
        office, choice, figures = _figures(session)
        shown = _charts(session, office, figures)
        page = render_template(
            "supervisor/figures.html",
            office=office,
            choice=choice,
            periods=period_choice.LONGER,
            filters=chosen_filters(),
            figures=figures,
            composite=_composite(session, office, figures),
            charts=shown,
            **choices(session, office),
            query=chosen_query(),
            least=dashboard.LEAST,
            min_visits=DEFAULT_RULES.min_visits,
            reliable=reliability(figures.speed) if figures.speed else None,
        )
    return page, 422 if choice.problem else 200


@bp.get("/figures/<key>.<any(png,csv):form>")
def chart(key: str, form: str) -> ResponseReturnValue:
    """One chart as a picture, or the table behind it."""
    with database().figures() as session:
        office, choice, figures = _figures(session)
        shown = _charts(session, office, figures)
        foot = f"{office.name}, {choice.period.start_day} – {choice.period.end_day}"
    found = next((one for one in shown if one.key == key), None)
    if found is None or choice.problem:
        abort(404)
    name = f"antrean-{key}-{choice.period.start_day}-{choice.period.end_day}"
    if form == "png":
        return as_file(to_png(found.alone(foot)), "image/png", f"{name}.png")
    return as_csv(found.table, name)


@bp.get("/visits")
def visits() -> ResponseReturnValue:
    """The services behind the figures of days that are over, the latest first."""
    number = request.args.get("page", 1, type=int)
    with database().figures() as session:
        office, choice, legs = _legs(session)
        pages = max(1, -(-len(legs) // PAGE_SIZE))
        number = min(max(number, 1), pages)
        latest_first = np.argsort(-legs.visits.counted_at, kind="stable")
        chosen = legs.where(latest_first[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
        names = tickets.tickets_of(session, chosen)
        page = render_template(
            "supervisor/visits.html",
            office=office,
            choice=choice,
            rows=[(leg.visit, _label(names, leg), _why(leg, office)) for leg in chosen],
            total=len(legs),
            number=number,
            pages=pages,
            names=_officers(session, office),
            excluded_labels=EXCLUDED,
            query=chosen_query(),
        )
    return page, 422 if choice.problem else 200


@bp.get("/visits.csv")
def visitsas_csv() -> ResponseReturnValue:
    with database().figures() as session:
        office, choice, legs = _legs(session)
        if choice.problem:
            abort(404)
        return visits_csv(session, office, legs, choice.period)


def visits_csv(session: Session, office: Office, legs: LegTable, period: Period) -> Response:
    """These services as a table, in the order of the log."""
    names, under = tickets.tickets_of(session, legs), reported.under(session, office)
    rows = [(*_row(leg, _label(names, leg)[0], office), _reported(leg, under)) for leg in legs]
    return as_csv([_COLUMNS, *rows], f"antrean-visits-{period.start_day}-{period.end_day}")


@bp.get("/visits/<public_id>")
def story(public_id: str) -> ResponseReturnValue:
    """What the log says of one ticket, row by row; neither name nor number of a person is in it."""
    with database().figures() as session:
        office = signed_in_user(session).office
        ticket, rows = tickets.of(session, office, public_id, clock.now())
        events = [(row.event, row.counter, row.name) for row in rows]
        return render_template("supervisor/story.html", office=office, ticket=ticket, events=events, reasons=desk_forms)


_COLUMNS = (
    "ticket", "service", "counter", "officer", "category", "channel", "arrived_at", "called_at", "started_at",
    "finished_at", "wait_s", "serve_s", "hold_s", "end", "outcome", "service_given", "excluded", "reported_under",
)  # fmt: skip


def _row(leg: LoggedLeg, label: str, office: Office) -> Sequence[Cell]:
    visit = leg.visit
    instants = (visit.arrived_at, visit.called_at, visit.started_at, visit.finished_at)
    return (
        label,
        visit.service,
        visit.counter,
        visit.officer,
        visit.category,
        visit.channel,
        *(at.astimezone(office.zone).isoformat(timespec="milliseconds") if at else None for at in instants),
        visit.wait_s,
        visit.serve_s,
        visit.hold.total_seconds(),
        visit.end,
        visit.outcome,
        visit.service_given,
        _why(leg, office),
    )


def _reported(leg: LoggedLeg, under: Mapping[str, str]) -> str:
    return under.get(leg.visit.service, leg.visit.service)


def _why(leg: LoggedLeg, office: Office) -> str | None:
    return reason_to_exclude(leg.visit, office.zone, DEFAULT_RULES.limits)


def _label(names: Mapping[int, tuple[str, str]], leg: LoggedLeg) -> tuple[str, str]:
    return names[int(leg.visit.ticket)]


def _figures(session: Session) -> tuple[Office, period_choice.Choice, Dashboard]:
    now = clock.now()
    office = signed_in_user(session).office
    choice = period_choice.of(office, opening.local_day(office, now), period_choice.LONGER)
    return office, choice, dashboard.load(session, office, choice.period, chosen_filters(), now)


def _composite(session: Session, office: Office, figures: Dashboard) -> Accuracy | None:
    """The published accuracy, which is of the whole office; None where there is too little data, or filters."""
    if figures.filters != Filters():
        return None
    found = accuracy.of_office(session, office, figures.period, clock.now())
    return found if found.value is not None else None


def _legs(session: Session) -> tuple[Office, period_choice.Choice, LegTable]:
    """What is behind the figures."""
    office = signed_in_user(session).office
    today = opening.local_day(office, clock.now())
    choice = period_choice.of(office, today, period_choice.LONGER)
    ended = finality.ended_part(choice.period, today)
    return office, choice, dashboard.legs_behind(session, office, ended, chosen_filters())


def chosen_filters() -> Filters:
    args = request.args
    return Filters(
        args.get("service", "")[:20],
        args.get("counter", None, type=int),
        args.get("officer", "")[:80],
        args.get("category", "")[:20],
    )


def chosen_query() -> str:
    """What was chosen, for links to what lies behind a figure."""
    return urlencode({name: request.args[name] for name in _KEPT if request.args.get(name)})


def choices(session: Session, office: Office) -> dict[str, Any]:
    """What the filters offer: officers' names by user name, services' by code, counters and categories."""
    counters = select(Counter.number).where(Counter.office_id == office.id).order_by(Counter.number)
    under = reported.under(session, office)
    return {
        "names": _officers(session, office),
        "services": {code: name for code, name in _services(session, office).items() if code not in under},
        "counters": session.scalars(counters).all(),
        "categories": list(Category),
    }


def _charts(session: Session, office: Office, figures: Dashboard) -> list[Shown]:
    """Serve times are drawn of the chosen service, or of the one that was served most."""
    services, names = _services(session, office), _officers(session, office)
    most = max(figures.serve_s, key=lambda code: len(figures.serve_s[code]), default="")
    code = figures.filters.service or most
    occupied = dashboard.occupied(session, office, figures.ended, figures.filters, clock.now())
    return dashboard_charts.all_of(figures, occupied, code, services, names)


def _services(session: Session, office: Office) -> dict[str, str]:
    found = session.scalars(select(Service).where(Service.office_id == office.id).order_by(Service.code))
    return {service.code: service.name(language()) for service in found}


def _officers(session: Session, office: Office) -> dict[str, str]:
    rows = session.execute(
        select(User.username, User.display_name)
        .where(User.office_id == office.id, User.role == Role.OFFICER)
        .order_by(User.display_name)
    )
    return dict(rows.all())


def as_csv(rows: Iterable[Sequence[Cell]], name: str) -> Response:
    text = io.StringIO()
    csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    return as_file(text.getvalue().encode(), "text/csv; charset=utf-8", f"{name}.csv")


def as_file(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, content_type=kind)
    attach(answer, name)
    return answer

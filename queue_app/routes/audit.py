"""The auditor's page: whether the logs hold, and any visit of the office as a story."""

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from queue_app import clock
from queue_app.audit import story
from queue_app.auth import signed_in_user
from queue_app.charts import numbers
from queue_app.extensions import database
from queue_app.models import Ticket
from queue_app.routes import audit_parts, desk_forms
from queue_app.routes.audit_words import sentence
from queue_app.routes.language import language

bp = Blueprint("audit", __name__, url_prefix="/supervisor/audit")

_LONGEST = 40


@bp.get("")
def show() -> ResponseReturnValue:
    wanted, day, problem = request.args.get("q", "")[:_LONGEST].strip(), None, False
    if text := request.args.get("date", ""):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            problem = True
    with database().read() as session:
        who = signed_in_user(session)
        office, who_id = who.office, who.id
        found = story.find(session, office, wanted, day) if wanted and not problem else []
        if len(found) == 1:
            return redirect(f"/supervisor/audit/{found[0].public_id}", 303)
        office_id = office.id
        page = {
            "office": office,
            "wanted": wanted,
            "day": day,
            "problem": problem,
            "found": [(ticket, ticket.service) for ticket in found],
            "most": story.MOST,
        }
    try:
        part = audit_parts.check(office_id, who_id, request.args.get("after")) if "check" in request.args else None
    except audit_parts.UnknownPlace:  # an old address: from the beginning
        return redirect("/supervisor/audit?check=1", 303)
    body = render_template("supervisor/audit.html", part=part, number=_number, checked_at=clock.now(), **page)
    return body, 422 if problem else 200


@bp.get("/<public_id>")
def visit(public_id: str) -> ResponseReturnValue:
    with database().read() as session:
        office = signed_in_user(session).office
        ticket = session.scalar(select(Ticket).where(Ticket.public_id == public_id, Ticket.office_id == office.id))
        if ticket is None:
            abort(404)
        try:
            told = story.of(session, ticket)
        except (ValueError, LookupError):  # somebody wrote into the log what no program writes: the check says where
            return redirect("/supervisor/audit?check=1", 303)
        return render_template(
            "supervisor/audit_visit.html",
            office=office,
            ticket=ticket,
            told=told,
            broken=[one.seq for one in told if not one.fits],
            rows=sum(one.seq is not None for one in told),
            sentence=sentence,
            reasons=desk_forms,
            printed_at=clock.now(),
        )


def _number(rows: int) -> str:
    return numbers.number(rows, language())

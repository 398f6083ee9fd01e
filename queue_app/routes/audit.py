"""The auditor's page: whether the logs hold, and any visit of the office as a story."""

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from queue_app import clock
from queue_app.audit import story, verify
from queue_app.audit.verify import Checked
from queue_app.auth import signed_in_user
from queue_app.extensions import database, in_thread
from queue_app.models import Office, Ticket
from queue_app.routes import desk_forms
from queue_app.routes.audit_words import sentence

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
        office = signed_in_user(session).office
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
    checked = _checked(office_id) if "check" in request.args else None
    body = render_template("supervisor/audit.html", checked=checked, checked_at=clock.now(), **page)
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


def _checked(office_id: int) -> list[Checked]:
    """Every row of the logs is read, which takes a while; other people's requests go on meanwhile."""
    store = database()

    def check() -> list[Checked]:
        with store.read() as session:
            return verify.check(session, session.get_one(Office, office_id))

    return in_thread(check)

"""Pages of the desk: one screen, and one POST for each move."""

import secrets
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from queue_app import alerts, announcements, clock, desk_view
from queue_app.auth import signed_in_user
from queue_app.complaints import heard
from queue_app.desk_view import Current, DeskView
from queue_app.errors import QueueError
from queue_app.extensions import database, vault
from queue_app.lifecycle import Outcome, TicketState
from queue_app.personal import initials
from queue_app.routes import desk_forms
from queue_app.routes.desk_deeds import DEEDS, Deed
from queue_app.routes.desk_forms import TicketRef
from queue_app.routes.labels import error_text

bp = Blueprint("desk", __name__, url_prefix="/desk")

SHORT_SERVICE_S = 20
"""Finishing sooner than this is asked about: it is more often a slip than a service."""

QUESTIONS = frozenset(
    {
        *("hold", "transfer", "outcome", "finish-next", "short"),
        *("pause", "close", "choose", "comeback", "flag", "keys", "figures"),
    }
)
"""The dialogs of the page, by the name in ``?ask=``; that is how they open where no script runs."""


@bp.get("")
def show() -> ResponseReturnValue:
    asked = request.args.get("ask", "")
    return _page(asked if asked in QUESTIONS else "")


@bp.get("/live")
def live() -> ResponseReturnValue:
    """The part of the page that changes, as it is now."""
    return _rendered("desk/_live.html")


@bp.get("/<deed>")
def back_to_the_desk(deed: str) -> ResponseReturnValue:
    """The address bar after a refused POST."""
    _find(deed)
    return redirect(url_for("desk.show"))


@bp.post("/<deed>")
def take(deed: str) -> ResponseReturnValue:
    """Carry out a use case and show the desk as it is then; a refusal is shown with its status, on the fresh desk."""
    carry_out, now = _find(deed), clock.now()
    asked = "" if request.form.get("sure") == "yes" else _asked_first(deed)
    if asked:
        return _page(asked)
    try:
        with database().write_in_group(at_once=True) as session:
            told = carry_out(session, signed_in_user(session), now)
    except QueueError as error:
        flash(error_text(error), "error")
        return _page(), error.status
    flash(told, "success")
    return redirect(url_for("desk.show"), 303)


def _find(deed: str) -> Deed:
    return DEEDS[deed] if deed in DEEDS else abort(HTTPStatus.NOT_FOUND)


def _asked_first(deed: str) -> str:
    """The question to be answered before: about a finish too soon to be likely, or a counter that people count on."""
    if deed not in ("finish", "close"):
        return ""
    now = clock.now()
    with database().read() as session:
        officer = signed_in_user(session)
        current = desk_view.at_counter(session, officer, now)
        if deed == "close":
            return "close" if current is None and desk_view.leaves_anybody(session, officer, now) else ""
        try:
            ref = desk_forms.ticket_ref()
        except QueueError:
            return ""  # the use case refuses it with its reason
        return "short" if current is not None and _is_short(current, ref) else ""


def _is_short(current: Current, ref: TicketRef) -> bool:
    """Whether it is this ticket's service, as the page showed it, that began only now."""
    ticket = current.ticket
    is_it = (ticket.public_id, ticket.version) == (ref.public_id, ref.version)
    return is_it and ticket.state is TicketState.SERVING and (current.serving_s or 0.0) < SHORT_SERVICE_S


def _page(asked: str = "") -> str:
    return _rendered("desk/desk.html", asked)


def _rendered(template: str, asked: str = "") -> str:
    now = clock.now()
    with database().read() as session:
        officer = signed_in_user(session)
        view = desk_view.desk(session, officer, now)
        seats = [] if view else desk_view.seats(session, officer.office_id)
        return render_template(
            template,
            now=now,
            office=officer.office,
            officer=officer,
            view=view,
            seats=seats,
            holder=_holder(view),
            asked=asked,
            asked_ticket=request.args.get("ticket", ""),
            key=secrets.token_urlsafe(12),
            short_service_s=SHORT_SERVICE_S,
            reasons=desk_forms,
            outcomes=Outcome,
            said=announcements.said(session, officer.office_id, now),
            alerts=[
                one for one in alerts.still_open(session, officer.office_id) if one.kind not in alerts.FOR_SUPERVISORS
            ],
            unanswered=heard.unanswered_count(session, officer),
        )


def _holder(view: DeskView | None) -> str:
    """The initials of the person at the counter, which the officer can check without reading a name aloud."""
    return initials(vault().shown(view.current.ticket.name_sealed)) if view and view.current else ""

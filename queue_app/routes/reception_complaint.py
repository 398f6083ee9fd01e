"""A complaint that is told at the reception: written down there, its address given home on paper."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from queue_app import booking, clock, entered, queries
from queue_app.auth import signed_in_user
from queue_app.complaints import filing, record
from queue_app.errors import NotFound, QueueError
from queue_app.extensions import database, site, vault
from queue_app.models import Channel, Complaint, Office
from queue_app.routes import complaint_forms as forms
from queue_app.routes.citizen_forms import new_key
from queue_app.routes.complaint_words import SUBJECTS, choices
from queue_app.routes.qr import qr_code

bp = Blueprint("reception_complaint", __name__, url_prefix="/reception/complaint")

Page = str | tuple[str, int] | Response


@bp.get("")
def show() -> str:
    return _page()


@bp.post("")
def submit() -> Page:
    try:
        with database().write() as session:
            complaint = _filed(session, signed_in_user(session).office)
    except QueueError as error:
        return _page(error), error.status
    return redirect(url_for(".slip", public_id=complaint.public_id), HTTPStatus.SEE_OTHER)


@bp.get("/<public_id>")
def slip(public_id: str) -> str:
    """What the complainant takes home: number and address, and nothing of what was said."""
    with database().read() as session:
        office = signed_in_user(session).office
        complaint = record.find(session, public_id)
        if complaint.office_id != office.id:
            raise NotFound("unknown_complaint", record.UNKNOWN)
        address = site() + url_for("complain.show", public_id=public_id)
        return render_template(
            "reception/complaint_slip.html", office=office, complaint=complaint, qr=qr_code(address), address=address
        )


def _filed(session: Session, office: Office) -> Complaint:
    """About today's ticket of the number that was typed, or without one."""
    filed, deed, label = forms.filed(), forms.deed(), request.form.get("ticket", "")
    if label.strip():
        named = entered.find(session, office, entered.read(label), clock.now())
        ticket = booking.find(session, named.public_id, for_change=True)
        return filing.about_ticket(session, vault(), ticket, filed, deed, Channel.RECEPTION)
    code = request.form.get("service", "")
    service = queries.service(session, office.id, code) if code else None
    return filing.without_ticket(session, vault(), office, filed, deed, Channel.RECEPTION, service)


def _page(refusal: QueueError | None = None) -> str:
    with database().read() as session:
        office = signed_in_user(session).office
        return render_template(
            "reception/complaint.html",
            office=office,
            services=[service for service in office.services if service.active],
            subjects=choices(SUBJECTS),
            key=request.form.get("key") or new_key(),
            typed=request.form,
            refusal=refusal,
        )

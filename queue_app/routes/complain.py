"""The complainant's pages: the form about a visit, and the complaint's own address, where it is followed."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response as AnyResponse

from queue_app import booking, opening
from queue_app.complaints import course, filing, own, reads, record
from queue_app.complaints.record import Deed
from queue_app.errors import QueueError
from queue_app.extensions import database, site, vault
from queue_app.models import Complaint, ComplaintStep
from queue_app.routes import complaint_forms, limits, own_complaints
from queue_app.routes.citizen_forms import new_key
from queue_app.routes.complaint_words import SUBJECTS, choices
from queue_app.routes.qr import qr_code

bp = Blueprint("complain", __name__)

Page = str | tuple[str, int] | AnyResponse


@bp.after_request
def keep_out_of_search(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/t/<public_id>/complaint")
def form(public_id: str) -> str:
    return _form_page(public_id)


@bp.post("/t/<public_id>/complaint")
@limits.limit(limits.COMPLAINING, "complaining")
def submit(public_id: str) -> Page:
    try:
        with database().write() as session:
            ticket = booking.find(session, public_id, for_change=True)
            complaint = filing.about_ticket(session, vault(), ticket, complaint_forms.filed(), complaint_forms.deed())
    except QueueError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise
        return _form_page(public_id, error), error.status
    flash(
        gettext("Pengaduan Anda sudah diterima. Simpan alamat halaman ini: dengan itu jawabannya terbaca."), "success"
    )
    there = redirect(url_for(".show", public_id=complaint.public_id), HTTPStatus.SEE_OTHER)
    return own_complaints.remember(there, complaint.id)


@bp.get("/complaint/<public_id>")
def show(public_id: str) -> str:
    complaint_forms.refuse_officers()
    return _own_page(public_id)


@bp.get("/complaint/<public_id>/<any(message,withdraw,appeal):deed>")
def back(public_id: str, deed: str) -> AnyResponse:  # noqa: ARG001 - the address bar after a refused POST
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/complaint/<public_id>/message")
@limits.limit(limits.COMPLAINING, "complaining")
def message(public_id: str) -> Page:
    text = request.form.get("text", "")
    return _do(public_id, lambda session, deed: own.write(session, vault(), deed, public_id, text))


@bp.post("/complaint/<public_id>/withdraw")
def withdraw(public_id: str) -> Page:
    return _do(public_id, lambda session, deed: own.withdraw(session, deed, public_id))


@bp.post("/complaint/<public_id>/appeal")
@limits.limit(limits.COMPLAINING, "complaining")
def appeal(public_id: str) -> Page:
    text = request.form.get("text", "")
    return _do(public_id, lambda session, deed: own.appeal(session, vault(), deed, public_id, text))


def _do(public_id: str, take: Callable[[Session, Deed], Complaint]) -> Page:
    complaint_forms.refuse_officers()
    try:
        with database().write() as session:
            take(session, complaint_forms.deed())
    except QueueError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise
        return _own_page(public_id, error), error.status
    return redirect(url_for(".show", public_id=public_id), HTTPStatus.SEE_OTHER)


def _own_page(public_id: str, refusal: QueueError | None = None) -> str:
    address = site() + url_for(".show", public_id=public_id)
    deed = complaint_forms.deed()
    with database().read() as session:
        complaint = record.find(session, public_id)
        return render_template(
            "complaint/own.html",
            office=complaint.office,
            complaint=complaint,
            text=vault().shown(complaint.text_sealed),
            moments=reads.own_course(session, vault(), complaint),
            is_overdue=reads.is_overdue(complaint, opening.local_day(complaint.office, deed.now)),
            can_write=course.may(ComplaintStep.WRITE, complaint.state),
            can_appeal=own.can_appeal(session, complaint, deed),
            address=address,
            qr=qr_code(address),
            key=new_key(),
            typed=request.form,
            refusal=refusal,
        )


def _form_page(public_id: str, refusal: QueueError | None = None) -> str:
    with database().read() as session:
        ticket = booking.find(session, public_id)
        return render_template(
            "complaint/about_ticket.html",
            office=ticket.office,
            ticket=ticket,
            subjects=choices(SUBJECTS),
            key=request.form.get("key") or new_key(),
            typed=request.form,
            refusal=refusal,
        )

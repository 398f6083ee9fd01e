"""A complaint at the kiosk, with or without a name; its address goes home as a QR code."""

from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from queue_app import queries
from queue_app.complaints import filing, record
from queue_app.cookies import SignedCookie
from queue_app.errors import QueueError
from queue_app.extensions import database, site, vault
from queue_app.models import Channel
from queue_app.routes import complaint_forms as forms
from queue_app.routes import limits
from queue_app.routes.citizen_forms import new_key
from queue_app.routes.complaint_words import SUBJECTS, choices
from queue_app.routes.kiosk_frame import blueprint, require_device
from queue_app.routes.qr import qr_code

bp = blueprint("kiosk_complaint")

_FILED = SignedCookie("filed", "complaint filed at a kiosk", 90)

Page = str | tuple[str, int] | Response


@bp.before_request
def _only_at_a_kiosk() -> None:
    require_device((request.view_args or {})["slug"])


@bp.get("/complaint")
def show(slug: str) -> str:
    return _page(slug)


@bp.post("/complaint")
@limits.limit(limits.COMPLAINING, "complaining")
def submit(slug: str) -> Page:
    try:
        with database().write() as session:
            office = queries.office(session, slug)
            code = request.form.get("service", "")
            service = queries.service(session, office.id, code) if code else None
            complaint = filing.without_ticket(
                session, vault(), office, forms.filed(), forms.deed(), Channel.KIOSK, service
            )
    except QueueError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise
        return _page(slug, error), error.status
    response = redirect(url_for(".done", slug=slug), HTTPStatus.SEE_OTHER)
    _FILED.write(response, complaint.public_id)
    return response


@bp.get("/complaint/done")
def done(slug: str) -> Page:
    """The number and the address to keep, for a short time: the next citizen at the kiosk must not find it. Nothing of
    what was written stands on the screen.
    """
    public_id = _FILED.read()
    with database().read() as session:
        office = queries.office(session, slug)
        if not public_id:
            return redirect(url_for("kiosk_take.start", slug=slug))
        complaint = record.find(session, str(public_id))
        address = site() + url_for("complain.show", public_id=complaint.public_id)
        return render_template(
            "kiosk/complaint_done.html", office=office, complaint=complaint, qr=qr_code(address), address=address
        )


def _page(slug: str, refusal: QueueError | None = None) -> str:
    with database().read() as session:
        office = queries.office(session, slug)
        return render_template(
            "kiosk/complaint.html",
            office=office,
            services=[service for service in office.services if service.active],
            subjects=choices(SUBJECTS),
            key=request.form.get("key") or new_key(),
            typed=request.form,
            refusal=refusal,
        )

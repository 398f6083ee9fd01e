"""The officer's page of feedback: the substance of complaints about the own work, and room for the own view."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from queue_app.auth import signed_in_user
from queue_app.complaints import heard, steps
from queue_app.errors import QueueError
from queue_app.extensions import database, vault
from queue_app.routes import complaint_forms as forms
from queue_app.routes.citizen_forms import new_key

bp = Blueprint("heard", __name__, url_prefix="/desk/feedback")


@bp.get("")
def show() -> str:
    return _page()


@bp.get("/view")
def back() -> ResponseReturnValue:
    """The address bar after a refused POST."""
    return redirect(url_for(".show"))


@bp.post("/view")
def view() -> ResponseReturnValue:
    try:
        with database().write() as session:
            deed = forms.deed(signed_in_user(session))
            steps.state_view(session, vault(), deed, forms.number("number"), request.form.get("text", ""))
    except QueueError as error:
        return _page(error), error.status
    flash(str(gettext("Pandangan Anda tersimpan. Supervisor membacanya sebelum memutuskan.")), "success")
    return redirect(url_for(".show"), 303)


def _page(refusal: QueueError | None = None) -> str:
    with database().read() as session:
        officer = signed_in_user(session)
        return render_template(
            "complaint/heard.html",
            office=officer.office,
            heard=heard.by(session, vault(), officer),
            key=new_key(),
            typed=request.form,
            refusal=refusal,
        )

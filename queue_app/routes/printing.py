"""Receipts as the staff handle them: print one again, and see which printers need somebody."""

from http import HTTPStatus

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug import Response

from queue_app import clock, entered
from queue_app.auth import signed_in_user
from queue_app.entered import Entered
from queue_app.errors import N_, QueueError
from queue_app.extensions import database, site
from queue_app.models import Office
from queue_app.printing import jobs, printers
from queue_app.printing.device import Problem
from queue_app.routes.labels import error_text

bp = Blueprint("printing", __name__, url_prefix="/reception")

_PROBLEMS = {
    Problem.UNREACHABLE.value: N_("tidak dapat dihubungi; periksa listrik dan kabelnya"),
    Problem.NO_ANSWER.value: N_("tidak menjawab; matikan lalu nyalakan lagi"),
    Problem.NO_PAPER.value: N_("kehabisan kertas"),
    Problem.OFFLINE.value: N_("tidak siap; periksa tutupnya"),
    Problem.BROKE_OFF.value: N_("terputus di tengah cetakan"),
}
_OTHER_PROBLEM = N_("bermasalah")


@bp.post("/print")
def print_again() -> Response:
    """Print a ticket once more at the office's printer. The number stays the same."""
    now, public_id = clock.now(), request.form.get("ticket", "")[:32]
    try:
        with database().write() as session:
            user = signed_in_user(session)
            ticket = entered.find(session, user.office, Entered(public_id=public_id), now, for_change=True)
            label, printer = ticket.label, printers.chosen(session, user.office)
            if printer is not None:
                jobs.reprint(session, ticket, printer, site(), now, user)
    except QueueError as error:
        flash(error_text(error), "error")
        return redirect(url_for("reception.show"), HTTPStatus.SEE_OTHER)
    if printer is None:
        return redirect(url_for("front_desk.slip", public_id=public_id), HTTPStatus.SEE_OTHER)
    flash(gettext("%(label)s dikirim ke pencetak %(printer)s.", label=label, printer=printer.name), "success")
    return redirect(url_for("reception.show", q=label), HTTPStatus.SEE_OTHER)


@bp.get("/print")
def back() -> Response:
    """The address bar after a refused POST."""
    return redirect(url_for("reception.show"))


def has_printer(office: Office) -> bool:
    """Whether the office has a receipt printer in use."""
    with database().read() as session:
        return printers.chosen(session, office) is not None


def printer_problems(office: Office) -> list[str]:
    """The office's printers that have not printed what they should, each as a sentence for the staff."""
    with database().read() as session:
        return [
            gettext("Pencetak %(name)s %(problem)s.", name=printer.name, problem=problem_text(printer.problem))
            for printer in printers.in_trouble(session, office, clock.now())
        ]


def register(app: Flask) -> None:
    """Add the pages, and let templates tell of printers by ``{% include "printing/_problems.html" %}``."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(has_printer=has_printer, printer_problems=printer_problems)


def problem_text(code: str | None) -> str:
    """What is wrong with a printer, as it goes on after its name."""
    return str(gettext(_PROBLEMS.get(code or "", _OTHER_PROBLEM)))

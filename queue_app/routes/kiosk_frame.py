"""What all pages of the kiosk share: they belong to a device of the office, and nothing on them leads anywhere else."""

from http import HTTPStatus

from flask import Blueprint, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session
from werkzeug import Response

from queue_app import queries
from queue_app.cookies import Cookie, SignedCookie
from queue_app.errors import N_, Forbidden, QueueError
from queue_app.extensions import config, database
from queue_app.models import Office, Printer
from queue_app.printing import printers
from queue_app.routes import devices, errors

REACH = Cookie("reach", 24 * 3600)
"""The cookie of the reach mode: everything to press stands in the lower half. It lives until the next citizen."""

_PRINTER = SignedCookie("printer", "printer of a kiosk", 400 * 24 * 3600)


def blueprint(name: str) -> Blueprint:
    """Pages of the kiosk, with their own way of telling that something did not go."""
    made = Blueprint(name, name, url_prefix="/kiosk/<slug>")
    made.register_error_handler(QueueError, _refused)
    made.register_error_handler(CSRFError, _too_old)
    made.context_processor(lambda: {"is_in_reach": bool(REACH.read())})
    return made


def require_device(slug: str) -> None:
    """In the production profile numbers are given at paired browsers only. Raises Forbidden ``not_a_kiosk``."""
    if config().production and not devices.is_in(slug):
        raise Forbidden("not_a_kiosk", N_("Peramban ini bukan kios kantor. Pakai kios atau temui petugas."))


def remember_printer(response: Response, office: Office, name: str) -> None:
    """This kiosk's own printer, where an office has several."""
    _PRINTER.write(response, [office.slug, name])


def printer(session: Session, office: Office) -> Printer | None:
    """The printer that stands at this kiosk; None when there is none."""
    match _PRINTER.read():
        case [str(slug), str(name)] if slug == office.slug:
            return printers.chosen(session, office, name)
    return printers.chosen(session, office)


def _refused(error: QueueError) -> Response | tuple[str, int]:
    """A refusal on a page of the kiosk; an office that does not exist has no kiosk to go back to."""
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return errors.show(error)
    with database().read() as session:
        try:
            office = queries.office(session, (request.view_args or {})["slug"])
        except QueueError as unknown:
            return errors.show(unknown)
        return render_template("kiosk/refused.html", office=office, error=error), error.status


def _too_old(_error: CSRFError) -> Response | tuple[str, int]:
    return _refused(
        QueueError("csrf_failed", N_("Halaman ini terlalu lama terbuka. Mulailah sekali lagi dari awal."), 400)
    )

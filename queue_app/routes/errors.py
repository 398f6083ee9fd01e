"""How refusals and faults are shown: a page for people, problem+json for programs."""

import logging
from http import HTTPStatus

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Response as AnyResponse

from queue_app import logs
from queue_app.errors import N_, QueueError
from queue_app.extensions import database
from queue_app.request_log import route
from queue_app.routes import problems
from queue_app.routes.addresses import is_own_page, page_before

log = logging.getLogger(__name__)

_PAGE_REFUSALS: dict[int, tuple[str, str]] = {
    400: ("bad_request", N_("Permintaan ini tidak dapat dibaca. Periksa isian Anda, lalu coba lagi.")),
    403: ("forbidden", N_("Anda tidak boleh membuka halaman ini.")),
    404: ("unknown_path", N_("Halaman ini tidak ada. Mungkin alamatnya salah ketik atau sudah berubah.")),
    405: ("method_not_allowed", N_("Alamat ini hanya dipakai oleh tombol di halaman lain.")),
    413: ("too_large", N_("Isian yang dikirim terlalu besar.")),
    429: ("too_many_requests", problems.TOO_MANY),
    500: ("internal_error", N_("Gangguan ini sudah kami catat. Silakan coba lagi sebentar lagi.")),
}
"""What the web framework itself may refuse on a page: status to code and message, in words for a citizen."""

_HEADINGS = {
    400: N_("Permintaan tidak dapat dibaca"),
    403: N_("Bukan untuk Anda"),
    404: N_("Tidak ditemukan"),
    405: N_("Tidak dapat dibuka begitu saja"),
    413: N_("Isian terlalu besar"),
    422: N_("Ada yang perlu diperbaiki"),
    429: N_("Terlalu banyak percobaan"),
    500: N_("Ada gangguan di sistem kami"),
    503: N_("Sistem sedang sibuk"),
}
_OTHER_HEADING = N_("Tidak dapat dilakukan")
_JSON = ("application/json", problems.MEDIA_TYPE)


def register(app: Flask) -> None:
    """Add the error handlers, and refuse characters that no database takes before any code meets them."""
    app.register_error_handler(QueueError, show)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(NoConnectionFree, _database_away)
    app.before_request(_refuse_nul)


def show(error: QueueError) -> Response:
    """Answer with the refusal in the form the caller reads."""
    return problems.problem(error) if _is_for_program() else _page(error)


def _database_away(error: OperationalError | NoConnectionFree) -> Response:
    """A server that is away, or has no connection free, will be back: who asked may ask again, with the same key."""
    if database().is_sqlite:
        raise error  # a file is not away; what it reports is a fault
    log.warning("the database did not answer %s %s: %s", request.method, route(), error)
    code, message = problems.HTTP_REFUSALS[HTTPStatus.SERVICE_UNAVAILABLE]
    return show(QueueError(code, message, HTTPStatus.SERVICE_UNAVAILABLE))


def _is_for_program() -> bool:
    if problems.for_programs() or request.is_json:
        return True
    return request.accept_mimetypes.best_match(["text/html", *_JSON], "text/html") in _JSON


def _show_http_error(error: HTTPException) -> AnyResponse | HTTPException:
    # Redirects and answers made on purpose are no errors, though werkzeug raises them as such.
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    if _is_for_program():
        return problems.http_problem(error)
    response = _page(_page_refusal(error, error.code))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers.setdefault(name, value)
    return response


def _page_refusal(error: HTTPException, status: int) -> QueueError:
    if isinstance(error, CSRFError):
        return QueueError(
            "csrf_failed",
            N_("Halaman ini terlalu lama terbuka atau cookie diblokir. Muat ulang halaman, lalu coba lagi."),
            status,
        )
    code, message = _PAGE_REFUSALS.get(status, _PAGE_REFUSALS[500 if status >= 500 else 400])
    return problems.too_many() if status == HTTPStatus.TOO_MANY_REQUESTS else QueueError(code, message, status)


def _page(error: QueueError) -> Response:
    shown = {
        "error": error,
        "heading": _HEADINGS.get(error.status, _OTHER_HEADING),
        "retry": _retry_address(),
        "request_id": logs.request_id.get() if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "",
    }
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # Whoever is signed in is not looked up here: the database may be what failed.
        body = current_app.jinja_env.get_template("errors/fault.html").render(shown)
    else:
        body = render_template("errors/error.html", **shown)
    return make_response(body, error.status)


def _retry_address() -> str:
    """Where "try again" leads: this page when it was opened, the page with the form when something was sent."""
    if request.method not in ("GET", "HEAD"):
        return page_before() or "/"
    here = request.full_path.rstrip("?")
    return here if is_own_page(here) else "/"


def _refuse_nul() -> None:
    """A NUL is in no name and no number, and PostgreSQL refuses it; answer 400 before it gets there."""
    texts = [request.path, *request.args.keys(), *request.args.values()]
    if request.method == "POST" and request.blueprint != "api":  # which reads no form, but files
        texts += [*request.form.keys(), *request.form.values()]
    if any("\x00" in text for text in texts):
        raise BadRequest

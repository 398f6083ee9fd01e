"""How refusals and faults are shown: a page for people, problem+json for programs."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, make_response, render_template, request
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Response as AnyResponse

from queue_app.errors import N_, QueueError
from queue_app.routes import problems

_HEADINGS = {
    400: N_("Permintaan tidak dapat dibaca"),
    403: N_("Bukan untuk Anda"),
    404: N_("Tidak ditemukan"),
    405: N_("Tidak dapat dibuka begitu saja"),
    413: N_("Terlalu besar"),
    422: N_("Ada yang perlu diperbaiki"),
    429: N_("Terlalu banyak percobaan"),
    500: N_("Ada gangguan di sistem kami"),
    503: N_("Sistem sedang sibuk"),
}
_OTHER_HEADING = N_("Tidak dapat dilakukan")


def register(app: Flask) -> None:
    """Add the error handlers, and refuse characters that no database takes before any code meets them."""
    app.register_error_handler(QueueError, show)
    app.register_error_handler(HTTPException, _show_http_error)
    app.before_request(_refuse_nul)


def show(error: QueueError) -> Response:
    """Answer with the refusal in the form the caller reads."""
    return problems.problem(error) if problems.is_wanted() else _page(error)


def _show_http_error(error: HTTPException) -> AnyResponse | HTTPException:
    # Redirects and answers made on purpose are no errors, though werkzeug raises them as such.
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    response = show(problems.refusal(error))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers.setdefault(name, value)
    return response


def _page(error: QueueError) -> Response:
    heading = _HEADINGS.get(error.status, _OTHER_HEADING)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # Whoever is signed in is not looked up here: the database may be what failed.
        template = current_app.jinja_env.get_template("errors/fault.html")
        body = template.render(error=error, heading=heading, retry=_retry_address())
    else:
        body = render_template("errors/error.html", error=error, heading=heading, retry=_retry_address())
    response = make_response(body, error.status)
    problems.add_headers(response, error)
    return response


def _retry_address() -> str:
    """Where "try again" leads: this page when it was opened, the page with the form when something was sent."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    return came_from.path if came_from.netloc == request.host and came_from.path.startswith("/") else "/"


def _refuse_nul() -> None:
    """A NUL is in no name and no number, and PostgreSQL refuses it; answer 400 before it gets there."""
    texts = [request.path, *request.args.keys(), *request.args.values()]
    if request.method == "POST":
        texts += [*request.form.keys(), *request.form.values()]
    if any("\x00" in text for text in texts):
        raise BadRequest

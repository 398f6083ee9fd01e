"""A refusal as ``application/problem+json`` (RFC 9457), and which refusal an HTTP error is."""

from datetime import date
from enum import StrEnum
from http import HTTPStatus

from flask import Response, jsonify, request
from flask_babel import get_locale
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from queue_app.errors import N_, Forbidden, NotFound, QueueError
from queue_app.routes.labels import error_text

MEDIA_TYPE = "application/problem+json"

_OWN_MEMBERS = frozenset({"type", "title", "status", "detail", "code"})


def is_wanted() -> bool:
    """Whether the caller is a program: it asks the API, sends JSON or prefers it to a page."""
    if request.path.startswith("/api/") or request.path == "/healthz" or request.is_json:
        return True
    accepted = request.accept_mimetypes.best_match(["text/html", "application/json", MEDIA_TYPE], "text/html")
    return accepted != "text/html"


def problem(error: QueueError) -> Response:
    """The refusal as a JSON document: ``title`` the status in English, ``detail`` a sentence in the caller's language.

    What fills the sentence stands beside it as further members, days as ``YYYY-MM-DD``, states by their public names.
    """
    members = {name: _plain(value) for name, value in error.params.items() if name not in _OWN_MEMBERS}
    response = jsonify(
        type="about:blank",
        title=HTTPStatus(error.status).phrase,
        status=error.status,
        detail=error_text(error),
        code=error.code,
        **members,
    )
    response.status_code = error.status
    response.mimetype = MEDIA_TYPE
    response.headers["Content-Language"] = str(get_locale())
    add_headers(response, error)
    return response


def add_headers(response: Response, error: QueueError) -> None:
    """What the status asks for besides a body."""
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "2"


def refusal(error: HTTPException) -> QueueError:
    """The HTTP error as one of ours, so that it too has a code and a sentence in words people understand."""
    if isinstance(error, CSRFError):
        return QueueError("csrf_failed", _CSRF, 400)
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status == HTTPStatus.NOT_FOUND:
        return NotFound("not_found", _NOT_FOUND)
    if status == HTTPStatus.FORBIDDEN:
        return Forbidden("forbidden", N_("Anda tidak boleh membuka halaman ini."))
    code, message = _SENTENCES.get(status, ("request_failed", N_("Permintaan ini tidak dapat diproses.")))
    return QueueError(code, message, status)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


_CSRF = N_("Halaman ini terlalu lama terbuka atau cookie diblokir. Muat ulang halaman, lalu coba lagi.")
_NOT_FOUND = N_("Halaman ini tidak ada. Mungkin alamatnya salah ketik atau sudah berubah.")
_SENTENCES: dict[int, tuple[str, str]] = {
    400: ("bad_request", N_("Permintaan ini tidak dapat dibaca. Periksa isian Anda, lalu coba lagi.")),
    401: ("not_signed_in", N_("Silakan masuk dahulu.")),
    405: ("method_not_allowed", N_("Alamat ini tidak dapat dipakai dengan cara itu.")),
    413: ("too_large", N_("Isian yang dikirim terlalu besar.")),
    414: ("too_large", N_("Isian yang dikirim terlalu besar.")),
    415: ("unsupported_media_type", N_("Isi permintaan harus berupa JSON.")),
    429: ("too_many_requests", N_("Terlalu banyak percobaan. Tunggu sebentar, lalu coba lagi.")),
    500: ("internal_error", N_("Ada gangguan di sistem kami dan sudah kami catat. Silakan coba lagi sebentar lagi.")),
    503: ("busy", N_("Sistem sedang sibuk. Silakan coba lagi sebentar lagi.")),
}

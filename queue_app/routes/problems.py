"""Refusals and faults as programs get them: application/problem+json (RFC 9457) with a ``code`` to branch on."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType

from flask import Response, current_app, request
from flask_babel import get_locale, gettext
from werkzeug.exceptions import HTTPException

from queue_app import clock, logs, storage_faults
from queue_app.agreement import Unagreed
from queue_app.errors import N_, Invalid, Param, QueueError
from queue_app.routes import limits
from queue_app.routes.labels import error_text

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:antrean:problem:"
REFUSED = "antrean.refused"
"""In the request's environment: where the problem with which it was refused is put."""

_RESERVED = frozenset({"type", "title", "status", "detail", "code", "request_id", "errors"})
_NO_GOOD = 'Bearer error="invalid_token"'
_WRONG_SCOPE = 'Bearer error="insufficient_scope"'
_RETRY_AFTER_S = "1"
_RETRY_STORAGE_AFTER_S = "60"


TOO_MANY = N_("Terlalu banyak percobaan. Tunggu %(seconds)s detik, lalu coba lagi.")
_TOO_MANY_FOR_LONG = N_("Terlalu banyak percobaan. Tunggu %(minutes)s menit, lalu coba lagi.")


class WrongFields(Invalid):
    """Fields of a request that cannot be right: ``fields`` gives each one's name and a sentence about it."""

    def __init__(self, fields: Mapping[str, str], code: str = "invalid_request") -> None:
        names = ", ".join(fields)
        super().__init__(code, N_("Isian berikut belum benar: %(fields)s."), fields=names)
        self.fields = MappingProxyType(dict(fields))


HTTP_REFUSALS: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        400: ("bad_request", N_("Permintaan ini tidak dapat dibaca.")),
        401: ("token_missing", N_("Permintaan ini memerlukan token: Authorization: Bearer …")),
        403: ("forbidden", N_("Permintaan ini tidak diizinkan.")),
        404: ("unknown_path", N_("Alamat ini tidak ada.")),
        405: ("method_not_allowed", N_("Metode ini tidak ada di alamat ini; lihat kepala Allow.")),
        408: ("too_slow", N_("Permintaan ini terlalu lama dikirim.")),
        413: ("too_large", N_("Isi permintaan terlalu besar: paling banyak %(kib)s KiB.")),
        415: ("not_json", N_("Isi permintaan harus application/json.")),
        429: ("too_many_requests", TOO_MANY),
        500: ("internal_error", N_("Terjadi kesalahan di server. Silakan coba lagi.")),
        503: ("busy", N_("Sistem sedang sibuk. Silakan coba lagi sebentar lagi.")),
    }
)
"""What the web framework itself may refuse: status to code and message."""


def for_programs() -> bool:
    """Whether the request came to an address that answers programs, not people."""
    return request.path.startswith("/api/") or request.blueprint == "api"


def note(error: QueueError, problem: Mapping[str, object] | None = None) -> None:
    """Say before the app why this request was refused: who waits there for the same place is told."""
    told = {"code": error.code, "status": error.status, **(problem or {})}
    request.environ.get(REFUSED, {}).update({name: value for name, value in told.items() if name != "request_id"})


def problem(error: QueueError) -> Response:
    """The refusal as problem+json in the language of the request; its params are further members."""
    body: dict[str, object] = {
        "type": TYPE_PREFIX + error.code,
        "title": title(error.code),
        "status": error.status,
        "detail": error_text(error),
        "code": error.code,
        "request_id": logs.request_id.get(),
    }
    if isinstance(error, WrongFields):
        body["errors"] = [{"field": field, "message": message} for field, message in error.fields.items()]
    elif isinstance(error, Unagreed):
        said = [str(gettext(effect.message, **effect.params)) for effect in error.effects]
        body |= {"agree": error.mark, "effects": said}
    else:
        body |= {name: _plain(value) for name, value in error.params.items() if name not in _RESERVED}
    note(error, body)
    response = Response(current_app.json.dumps(body), error.status, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = str(get_locale())
    response.vary.add("Accept-Language")
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer" if error.code == "token_missing" else _NO_GOOD
    if error.code == "wrong_scope":
        response.headers["WWW-Authenticate"] = f'{_WRONG_SCOPE}, scope="{error.params["scope"]}"'
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        is_storage = error.code in storage_faults.CODES
        response.headers["Retry-After"] = _RETRY_STORAGE_AFTER_S if is_storage else _RETRY_AFTER_S
    return response


def http_problem(error: HTTPException) -> Response:
    """What the web framework refuses (unknown address or method, too large a body, a fault of ours), likewise."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    fallback = HTTP_REFUSALS[HTTPStatus.INTERNAL_SERVER_ERROR if status >= 500 else HTTPStatus.BAD_REQUEST]
    code, message = HTTP_REFUSALS.get(status, fallback)
    response = problem(
        too_many() if status == HTTPStatus.TOO_MANY_REQUESTS else QueueError(code, message, status, **_limits(status))
    )
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            response.headers.setdefault(name, value)
    return response


def too_many() -> QueueError:
    """The refusal of an address that asked too often, saying how long to wait; ``Retry-After`` says it too."""
    seconds = limits.seconds_left(clock.now())
    if seconds <= 2 * 60:
        return QueueError("too_many_requests", TOO_MANY, 429, seconds=seconds)
    return QueueError("too_many_requests", _TOO_MANY_FOR_LONG, 429, minutes=-(-seconds // 60))


def title(code: str) -> str:
    """``slot_full`` as words: the same for every occurrence and language."""
    return code.replace("_", " ").capitalize()


def _limits(status: int) -> dict[str, Param]:
    if status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return {}
    return {"kib": (request.max_content_length or 0) // 1024}


def _plain(value: Param) -> str | int | None:
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value

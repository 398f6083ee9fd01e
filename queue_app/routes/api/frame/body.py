"""From bytes to a checked request: strict JSON, strict types, and every wrong field named in the person's language."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar

from flask import Request
from flask_babel import gettext
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from queue_app.errors import N_, Invalid, QueueError
from queue_app.routes.problems import WrongFields

Asked = TypeVar("Asked", bound=BaseModel)

_FIELDS_NAMED = 20
_FIELD_LENGTH = 60
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class _Malformed(ValueError):
    """JSON that Python would take and this API does not; the text is an Indonesian message id."""


def json_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object; no body at all counts as an empty one.

    Raises QueueError ``not_json`` (415) or ``malformed_json`` (400), Invalid ``invalid_request``, and what Flask
    raises for a body that is too large (413).
    """
    if not request.content_length and "Transfer-Encoding" not in request.headers:
        return {}
    if request.mimetype != "application/json":
        raise QueueError("not_json", N_("Isi permintaan harus application/json."), 415)
    data = _whole_body(request)
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_unambiguous, parse_constant=_refuse_constant)
    except _Malformed as error:
        raise QueueError("malformed_json", str(error), 400) from error
    except (ValueError, RecursionError) as error:
        raise QueueError("malformed_json", N_("Isi permintaan bukan JSON yang benar."), 400) from error
    if not isinstance(found, dict):
        raise Invalid("invalid_request", N_("Isi permintaan harus berupa objek JSON."))
    return found


def _whole_body(request: Request) -> bytes:
    data = request.get_data(cache=False)
    if request.content_length is None and len(data) >= (request.max_content_length or len(data) + 1):
        raise RequestEntityTooLarge  # a body without a stated length was cut there
    return data


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Malformed(N_("Ada nama yang tertulis dua kali di dalam satu objek JSON."))
    if any(_LONE_SURROGATE.search(text) for pair in pairs for text in pair if isinstance(text, str)):
        raise _Malformed(N_("Ada huruf di dalam JSON yang bukan Unicode yang benar."))
    return found


def _refuse_constant(_name: str) -> NoReturn:
    raise _Malformed(N_("NaN dan Infinity bukan JSON."))


def query_values(values: MultiDict[str, str]) -> dict[str, Any]:
    """The query string as one value for each name; a name given twice keeps a list, which no field takes."""
    return {name: many[0] if len(many) == 1 else many for name, many in values.lists()}


def checked(model: type[Asked], values: Mapping[str, Any]) -> Asked:
    """``values`` as ``model``. Raises WrongFields (``invalid_request``) naming each wrong field."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[:_FIELDS_NAMED]
        raise WrongFields({_field(detail): _sentence(detail) for detail in wrong}) from error


def _field(detail: ErrorDetails) -> str:
    return ".".join(str(part) for part in detail["loc"])[:_FIELD_LENGTH]


def _sentence(detail: ErrorDetails) -> str:
    context = {name: str(value) for name, value in detail.get("ctx", {}).items()}
    if "expected" in context:
        context["expected"] = context["expected"].replace("'", "").replace(" or ", ", ")
    return str(gettext(_SENTENCES.get(detail["type"], _OTHERWISE))) % context


_OTHERWISE = N_("Nilai ini tidak benar.")
_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "missing": N_("Wajib diisi."),
        "extra_forbidden": N_("Isian ini tidak dikenal."),
        "string_type": N_("Harus berupa teks."),
        "int_type": N_("Harus berupa bilangan bulat."),
        "dict_type": N_("Harus berupa objek JSON."),
        "list_type": N_("Harus berupa daftar."),
        "bool_type": N_("Harus true atau false."),
        "greater_than_equal": N_("Paling sedikit %(ge)s."),
        "less_than_equal": N_("Paling banyak %(le)s."),
        "string_too_short": N_("Tidak boleh kosong."),
        "string_too_long": N_("Paling banyak %(max_length)s huruf."),
        "literal_error": N_("Harus salah satu dari: %(expected)s."),
        "day": N_("Tulis tanggal seperti 2026-11-24."),
        "clock_time": N_("Tulis jam seperti 08:30."),
        "string_pattern_mismatch": N_("Tidak boleh memuat karakter kendali."),
    }
)

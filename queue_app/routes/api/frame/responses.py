"""The responses of the API's document. What many operations share stands once among its components, and they name it:
a code as an example, the codes of one status as a response, a header."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from queue_app.routes.api.frame.operation import Operation
from queue_app.routes.api.frame.problem import Problem
from queue_app.routes.api.refusals import REFUSALS
from queue_app.routes.problems import MEDIA_TYPE, TYPE_PREFIX, title

Json = dict[str, Any]

_WITH_ADDRESS = frozenset({"issue_ticket"})

_LIMITS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")

_HEADERS: dict[str, tuple[str, str]] = {
    "RateLimit-Limit": ("How many requests are allowed in the period.", "integer"),
    "RateLimit-Remaining": ("How many are left of them.", "integer"),
    "RateLimit-Reset": ("In how many seconds the period ends.", "integer"),
    "Retry-After": ("In how many seconds to ask again.", "integer"),
    "ETag": ("For If-None-Match, and for If-Match where the answer has a version.", "string"),
    "Location": ("The ticket's address in this API.", "string"),
}


def responses(declared: Operation) -> Json:
    """Every answer of an operation, by its status."""
    good: Json = {"description": f"{declared.summary}.", "content": _content(declared)}
    if names := _header_names(declared):
        found: Json = {str(declared.status): good | {"headers": _headers(names)}}
    else:
        found = {str(declared.status): good}
    if declared.nothing is not None:
        found["304" if "If-None-Match" in declared.headers else "204"] = {"description": declared.nothing}
    if declared.tag == "health":
        found["503"] = {"description": "The server cannot do its work.", "content": good["content"]}
    return found | {str(status): reference("responses", _name(status, codes)) for status, codes in _refused(declared)}


def components(operations: Iterable[Operation]) -> Json:
    """What their ``responses`` name."""
    refused = sorted({each for declared in operations for each in _refused(declared)})
    codes = sorted({code for _, codes in refused for code in codes})
    return {
        "responses": {_name(status, codes): _refusal(status, codes) for status, codes in refused},
        "examples": {code: {"value": _problem(code)} for code in codes},
        "headers": {name: {"description": text, "schema": {"type": kind}} for name, (text, kind) in _HEADERS.items()},
    }


def reference(kind: str, name: str) -> Json:
    """Names a component of the document."""
    return {"$ref": f"#/components/{kind}/{name}"}


def model(named: type[BaseModel]) -> Json:
    """Names the schema of a model."""
    return reference("schemas", named.__name__)


def _refused(declared: Operation) -> list[tuple[int, tuple[str, ...]]]:
    """The codes that it may answer, by status; in one order, so that equal ones are one."""
    by_status: defaultdict[int, list[str]] = defaultdict(list)
    for code in sorted(declared.refusals):
        by_status[REFUSALS[code].status].append(code)
    return [(status, tuple(codes)) for status, codes in sorted(by_status.items())]


def _name(status: int, codes: Sequence[str]) -> str:
    """A name that stays when others are added."""
    return ".".join((str(status), *codes))


def _refusal(status: int, codes: Sequence[str]) -> Json:
    headers = {"headers": _headers(("Retry-After", *_LIMITS))} if status == HTTPStatus.TOO_MANY_REQUESTS else {}
    examples = {code: reference("examples", code) for code in codes}
    return headers | {
        "description": " ".join(f"`{code}`: {REFUSALS[code].meaning}" for code in codes),
        "content": {MEDIA_TYPE: {"schema": model(Problem), "examples": examples}},
    }


def _problem(code: str) -> Json:
    return {
        "type": TYPE_PREFIX + code,
        "title": title(code),
        "status": REFUSALS[code].status,
        "detail": REFUSALS[code].meaning,
        "code": code,
    }


def _content(declared: Operation) -> Json:
    if declared.answer is not None:
        return {"application/json": {"schema": model(declared.answer)}}
    return {media: {"schema": {"type": "string", "format": "binary"}} for media in declared.media}


def _header_names(declared: Operation) -> list[str]:
    return [
        *(["Location"] if declared.operation_id in _WITH_ADDRESS else []),
        *(["ETag"] if declared.is_versioned or "If-None-Match" in declared.headers else []),
        *(_LIMITS if "too_many_requests" in declared.refusals else []),
    ]


def _headers(names: Iterable[str]) -> Json:
    return {name: reference("headers", name) for name in names}

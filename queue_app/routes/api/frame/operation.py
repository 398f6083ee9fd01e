"""What an API operation is: one decorator says it once, and routing, checking and the document follow from it.

A view takes its path's names as texts, and by annotation what else it needs: ``body`` and ``query`` (models of
``Asked``), ``caller`` (where the table of permissions wants a token), ``seen`` (the version of If-Match, which is then
demanded), ``upload`` (the file that is its body, where ``file`` says how large it may be). It returns a model or a
dict for ``status``, None for 204, or a whole response.

What is ``Versioned`` is answered with an ETag, to a GET with 304 where the program has it already; where a body has
``version``, If-Match may stand for it. See ``versions``.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPMethod
from typing import Any, TypeVar, get_type_hints

from flask import Blueprint, Response, g, jsonify, make_response, request
from pydantic import BaseModel

from queue_app import permissions
from queue_app.auth import Caller
from queue_app.errors import QueueError
from queue_app.models import Scope
from queue_app.routes.api.frame import versions
from queue_app.routes.api.frame.body import checked, json_object, query_values
from queue_app.routes.api.frame.fields import Asked, Versioned
from queue_app.routes.api.frame.names import NAMES
from queue_app.routes.api.frame.upload import Upload
from queue_app.routes.api.refusals import BODY, NOTE, STAFF

bp = Blueprint("api", __name__)

View = TypeVar("View", bound=Callable[..., Any])

__all__ = ["OPERATIONS", "Caller", "Operation", "answered", "bp", "counter_id", "operation", "row_id"]

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one address. ``refusals`` are all codes that it may answer; ``headers`` all it reads. ``roles``
    None: for anybody. ``scope``: what its token must be for; with ``roles`` None one is read where it is sent.
    ``media``: the kinds of file that it answers with, in place of an ``answer``. ``file``: the largest, in bytes, that
    it takes as its body; 0 for none. ``largest_bytes`` of a body of JSON, where that is another than for others."""

    method: HTTPMethod
    path: str
    operation_id: str
    tag: str
    summary: str
    description: str
    status: int
    answer: type[BaseModel] | None
    media: tuple[str, ...]
    nothing: str | None
    body: type[Asked] | None
    query: type[Asked] | None
    roles: frozenset[str] | None
    scope: Scope | None
    refusals: tuple[str, ...]
    headers: tuple[str, ...]
    example: Mapping[str, Any] | None
    demands_version: bool
    file: int
    largest_bytes: int | None

    @property
    def is_versioned(self) -> bool:
        """Whether its answers carry an ETag."""
        return self.answer is not None and issubclass(self.answer, Versioned)

    @property
    def takes_version(self) -> bool:
        """Whether If-Match may stand for the body's ``version``."""
        return self.body is not None and "version" in self.body.model_fields

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the path, in order."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))


OPERATIONS: list[Operation] = []


@bp.url_value_preprocessor
def take_larger_bodies(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Where an operation says so. Before anything looks at the body."""
    for declared in OPERATIONS:
        if declared.largest_bytes is not None and endpoint == f"{bp.name}.{declared.operation_id}":
            request.max_content_length = declared.largest_bytes


def operation(
    method: HTTPMethod,
    path: str,
    *,
    tag: str,
    refusals: tuple[str, ...],
    answer: type[BaseModel] | None = None,
    media: tuple[str, ...] = (),
    status: int = 200,
    nothing: str | None = None,
    headers: tuple[str, ...] = (),
    example: Mapping[str, Any] | None = None,
    file: int = 0,
    largest_bytes: int | None = None,
) -> Callable[[View], View]:
    """Serve ``path`` (names in braces) by the decorated view. ``nothing`` says what an answer without content means:
    204, or 304 where If-None-Match is read. ``example`` is a body that a program may send.
    """

    def declare(view: View) -> View:
        hints = get_type_hints(view)
        body, query = hints.get("body"), hints.get("query")
        summary, _, description = inspect.cleandoc(view.__doc__ or "").partition("\n")
        unknown = [NAMES[part[1:-1]].code for part in path.split("/") if part.startswith("{")]
        endpoint = f"{bp.name}.{view.__name__}"
        allowed = permissions.of_endpoint(endpoint)
        roles = None if permissions.CITIZEN in allowed else allowed
        of_token = STAFF if roles is not None else ()
        demands, takes = "seen" in hints, body is not None and "version" in body.model_fields
        of_version = versions.DEMANDED if demands else versions.BASED if takes else ()
        is_tagged = method == HTTPMethod.GET and answer is not None and issubclass(answer, Versioned)
        declared = Operation(
            method=method,
            path=path,
            operation_id=view.__name__,
            tag=tag,
            summary=summary.rstrip("."),
            description=" ".join(description.split()),
            status=status,
            answer=answer,
            media=media,
            nothing="Still the answer with this ETag." if is_tagged else nothing,
            body=body,
            query=query,
            roles=roles,
            scope=_scope(endpoint, roles),
            refusals=_all(refusals, of_token, _of_body(body), unknown, query and "invalid_request", of_version),
            headers=(*headers, *(["If-Match"] if of_version else []), *(["If-None-Match"] if is_tagged else [])),
            example=example,
            demands_version=demands,
            file=file,
            largest_bytes=largest_bytes,
        )
        OPERATIONS.append(declared)
        rule = path.replace("{", "<").replace("}", ">")
        bp.add_url_rule(rule, view.__name__, _served(declared, view), methods=[method])
        return view

    return declare


def _scope(endpoint: str, roles: frozenset[str] | None) -> Scope | None:
    """A mistake of whoever adds an operation shows at the start: none that needs a token is open to every token."""
    scope = permissions.scope_of(endpoint) if endpoint in permissions.ENDPOINTS else None
    if roles and scope is None and endpoint not in permissions.WITH_ANY_TOKEN:
        raise ValueError(f"{endpoint} needs a token but has no scope")
    return scope


def _of_body(body: type[Asked] | None) -> tuple[str, ...]:
    """What may be wrong with a body; a reason that somebody types stays in the log for good."""
    if body is None:
        return ()
    return (*BODY, *NOTE) if "reason" in body.model_fields else BODY


def _all(*groups: Any) -> tuple[str, ...]:
    """The codes of all groups, each once, in order."""
    codes = [code for group in groups if group for code in ([group] if isinstance(group, str) else group)]
    return tuple(dict.fromkeys(codes))


def _served(declared: Operation, view: Callable[..., Any]) -> Callable[..., Response]:
    def serve(**arguments: Any) -> Response:
        _require_possible(arguments)
        if declared.roles is not None:
            arguments["caller"] = g.caller
        if declared.query is not None:
            arguments["query"] = checked(declared.query, query_values(request.args))
        if declared.demands_version:
            arguments["seen"] = versions.demanded()
        if declared.file:
            arguments["upload"] = Upload(declared.file)
        if declared.body is not None:
            sent = json_object(request)
            arguments["body"] = checked(declared.body, versions.based(sent) if declared.takes_version else sent)
        try:
            answer = answered(view(**arguments), declared.status)
        except QueueError as error:
            raise versions.outdated(error) from error
        return versions.tagged(answer) if declared.is_versioned else answer

    return serve


def answered(found: BaseModel | Mapping[str, Any] | Response | None, status: int) -> Response:
    """What a view returned, as a response."""
    if isinstance(found, Response):
        return found
    if found is None:
        nothing = Response(status=204)
        del nothing.headers["Content-Type"]
        return nothing
    body = found.model_dump(mode="json") if isinstance(found, BaseModel) else found
    return make_response(jsonify(body), status)


def row_id(kind: str, name: str) -> int:
    """The number by which the path names a ``kind`` of thing. Raises NotFound (see ``NAMES``) for what can be none."""
    if not (name.isascii() and name.isdigit() and len(name) < 10):
        raise NAMES[kind].unknown()
    return int(name)


def counter_id(name: str) -> int:
    """A counter's number in the path. Raises NotFound ``unknown_counter`` for what can be none."""
    return row_id("counter", name)


def _require_possible(names: Mapping[str, str]) -> None:
    """Refuse names that no row can have, before a database stumbles over them."""
    for kind, name in names.items():
        if not name.isprintable() or len(name) > LONGEST_NAME:
            raise NAMES[kind].unknown()

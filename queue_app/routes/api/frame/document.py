"""The OpenAPI 3.1 document, made from the declared operations, their models and the refusals."""

import json
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from http import HTTPMethod
from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from queue_app.config import VERSION
from queue_app.models import Scope
from queue_app.routes.api.frame.fields import Answer, Asked, JsonSchemas
from queue_app.routes.api.frame.names import NAMES
from queue_app.routes.api.frame.operation import OPERATIONS, Operation, operation
from queue_app.routes.api.frame.problem import Problem
from queue_app.routes.api.frame.responses import components, model, reference, responses
from queue_app.routes.api.frame.upload import MEDIA_TYPE as MEDIA_TYPE_OF_FILES
from queue_app.routes.api.refusals import READ
from queue_app.routes.problems import MEDIA_TYPE

Json = dict[str, Any]

_REFERENCE = "#/components/schemas/{model}"

_HEADERS = {
    "Accept-Language": ("id or en: the language of a refusal's detail; id when left out.", {"type": "string"}),
    "Idempotency-Key": (
        "Any text of 1 to 80 printable characters, new for each request meant as new (a UUID, say). The same key with "
        "the same request gets the first answer again, for two days.",
        {"type": "string", "minLength": 1, "maxLength": 80},
    ),
    "Queue-Pass": (
        "In a rush: the pass that the refusal waiting_room gave, the place in the line for the same person or key.",
        {"type": "string"},
    ),
    "If-None-Match": ("The ETag of the last answer.", {"type": "string"}),
    "If-Match": (
        "The ETag of the answer that the change is based on; 412 if somebody has changed it since. * for whatever it "
        "is now. Where the body has version, it stands for that.",
        {"type": "string"},
    ),
}

_TAGS = {
    "offices": "Offices, services, arrival slots and the board. For anybody.",
    "tickets": "A citizen's ticket. Whoever knows its unguessable id may see and change it.",
    "counters": "An officer's counter. Token of an officer.",
    "desk": "The ticket at an officer's counter. Token of an officer.",
    "feedback": "After the visit: answers to the survey, and complaints.",
    "supervising": "The running office in one look, alerts and claims. Token of a supervisor or administrator.",
    "dialogues": "The performance dialogue. Token of a supervisor or administrator, for the own ones of an officer.",
    "reception": "For somebody who stands there: find, check in, give up, print. Token of the staff.",
    "complaints": "Complaints in the office's hands. Token of a supervisor or administrator.",
    "levers": "The running office: pause, stop, tell, move, close. Token of a supervisor or administrator.",
    "metrics": "Figures. Token of a supervisor or administrator.",
    "people": "Who works here, and programs' tokens. Token of an administrator; of anybody for the token itself.",
    "displays": "Displays and what they show. Token of a supervisor or administrator; to read, of an auditor too.",
    "moving": "Past records of other systems, brought in. Token of an administrator.",
    "privacy": "What is kept of a citizen who asks. Token of an administrator.",
    "audit": "Any visit as a story, and whether the logs hold. Token of a supervisor, administrator or auditor.",
    "manage": "The office's settings. Token of an administrator; the history also of a supervisor or auditor.",
    "webhooks": "Other systems that are told of events. Token of an administrator.",
    "health": "The server itself.",
    "document": "This document.",
}


_OF_SCOPE = {
    Scope.TICKETS: "give numbers as kiosk or reception, check citizens in, set a category",
    Scope.DESK: "open counters, call and serve",
    Scope.FIGURES: "read figures and plans",
    Scope.EXPORT: "read the log of the office and the history of its settings",
    Scope.LEVERS: "pause, stop, tell, move, close",
    Scope.SUPERVISE: "complaints, contested times, dialogues, interventions, notes on charts",
    Scope.WEBHOOKS: "make, try and remove webhooks",
    Scope.DISPLAYS: "register and pair displays, and change what they show",
    Scope.MOVING: "bring in past records, and take them back",
    Scope.PRIVACY: "find, copy and erase what is kept of a citizen who asks",
    Scope.PEOPLE: "make and bar accounts, set roles, make and revoke tokens",
    Scope.MANAGE: "read and change the office's settings",
}
_SCOPES = "A token of a person, for scopes of its own: " + "; ".join(
    f"`{scope}`: {_OF_SCOPE[scope]}" for scope in Scope
)


class OpenApiDocument(Answer):
    """An OpenAPI 3.1 document."""

    model_config = ConfigDict(extra="allow")

    openapi: str


@operation(HTTPMethod.GET, "/api/v1/openapi.json", tag="document", answer=OpenApiDocument, refusals=READ)
def openapi() -> Response:
    """This document."""
    return Response(_text(), mimetype="application/json")


@cache
def _text() -> str:
    """Written once: it is the longest answer of all."""
    return json.dumps(document(), ensure_ascii=False, separators=(",", ":"))


@cache
def document() -> Json:
    """The whole document; the same in every process of this version."""
    schemas = _schemas()
    paths: defaultdict[str, Json] = defaultdict(dict)
    for declared in OPERATIONS:
        paths[declared.path][declared.method.lower()] = _operation(declared, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Antrean",
            "version": VERSION,
            "summary": "Queue tickets, counters, displays and figures of a public office.",
            "description": (
                "Times are RFC 3339 with the offset of the office's zone; dates are local days of the office. Refusals "
                f"are {MEDIA_TYPE} with a code. Staff send Authorization: Bearer TOKEN."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": dict(paths),
        "components": {
            "schemas": schemas,
            "parameters": {name: _header(name) for name in _HEADERS} | {name: _in_path(name) for name in _names()},
            **components(OPERATIONS),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": _SCOPES}},
        },
    }


def _schemas() -> Json:
    """The JSON schema of every model that an operation names, and of what those are made of."""
    models: dict[type[BaseModel], JsonSchemaMode] = {Problem: "serialization"}
    for declared in OPERATIONS:
        if declared.answer is not None:
            models[declared.answer] = "serialization"
        models |= {asked: "validation" for asked in (declared.body, declared.query) if asked is not None}
    _, definitions = models_json_schema(
        list(models.items()), ref_template=_REFERENCE, schema_generator=JsonSchemas, by_alias=True
    )
    found: Json = definitions["$defs"]
    return {name: schema for name, schema in found.items() if not name.endswith("Query")}


def _operation(declared: Operation, schemas: Json) -> Json:
    found: Json = {
        "operationId": declared.operation_id,
        "tags": [declared.tag],
        "summary": declared.summary,
        "description": declared.description or f"{declared.summary}.",
        "parameters": _parameters(declared),
        "responses": responses(declared),
    }
    if declared.body is not None:
        found["requestBody"] = _request_body(declared, declared.body, schemas)
    if declared.file:
        found["requestBody"] = _file(declared.file)
    if declared.roles is not None:
        roles = " or ".join(sorted(declared.roles))
        scope = f", for the scope `{declared.scope}`" if declared.scope else ", for whatever scope"
        found["description"] += f" Token of the role {roles}{scope}."
        found["security"] = [{"token": [declared.scope] if declared.scope else []}]
    elif declared.scope is not None:
        found["description"] += f" A token is read where one is sent; it must be for the scope `{declared.scope}`."
        found["security"] = [{}, {"token": [declared.scope]}]
    return found


def _parameters(declared: Operation) -> list[Json]:
    names = [reference("parameters", name) for name in declared.names]
    headers = [_read_header(declared, name) for name in ("Accept-Language", *declared.headers)]
    return [*names, *(_query(declared.query) if declared.query else ()), *headers]


def _names() -> list[str]:
    """Those that paths carry."""
    return sorted({name for declared in OPERATIONS for name in declared.names})


def _in_path(name: str) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": NAMES[name].meaning,
        "schema": {"type": "string"},
        "example": NAMES[name].example,
    }


def _query(asked: type[Asked]) -> Iterable[Json]:
    schema = asked.model_json_schema(schema_generator=JsonSchemas)
    for name, field in schema["properties"].items():
        (given,) = (kind for kind in field["anyOf"] if kind != {"type": "null"})
        yield {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "description": schema["description"],
            "schema": given,
        }


def _read_header(declared: Operation, name: str) -> Json:
    if name == "If-Match" and declared.demands_version:
        return _header(name) | {"required": True}
    return reference("parameters", name)


def _header(name: str) -> Json:
    description, schema = _HEADERS[name]
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


def _request_body(declared: Operation, asked: type[Asked], schemas: Json) -> Json:
    content: Json = {"schema": model(asked)}
    if declared.example is not None:
        content["example"] = dict(declared.example)
    return {"required": "required" in schemas[asked.__name__], "content": {"application/json": content}}


def _file(largest: int) -> Json:
    content = {MEDIA_TYPE_OF_FILES: {"schema": {"type": "string", "format": "binary"}}}
    return {"required": True, "description": f"The file, at most {largest // 1024**2} MiB.", "content": content}

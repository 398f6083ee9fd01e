"""The API's document as a page to read: every operation with what it takes, what it answers and what it refuses.

The viewers that other projects offer (Swagger UI, Redoc, RapiDoc) write styles into the page, which the content
security policy forbids, weigh a megabyte and more, and show nothing without a script.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Blueprint, render_template, url_for

from queue_app.routes.api.frame.document import document

bp = Blueprint("api_guide", __name__)

Json = Mapping[str, Any]

_QUOTED = re.compile(r"``?(.+?)``?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Field:
    """What is sent or answered under a name. ``of``: the models that its kind names, to jump to."""

    name: str
    kind: str
    of: Sequence[str]
    required: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One status. ``refusals``: codes with their meanings."""

    status: int
    title: str
    meaning: str
    model: str
    refusals: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation; ``call`` is it as a command of curl."""

    key: str
    method: str
    path: str
    summary: str
    meaning: str
    needs_token: bool
    parameters: Sequence[Field]
    body: Sequence[Field]
    call: str
    example: str
    answers: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class Chapter:
    name: str
    meaning: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Model:
    """``values``: of an enumeration, which has no fields."""

    name: str
    meaning: str
    fields: Sequence[Field]
    values: Sequence[str]
    example: str


@bp.get("/api")
def show() -> str:
    whole = document()
    return render_template(
        "api_guide.html",
        info=whole["info"],
        chapters=chapters(),
        models=models(),
        document_url=url_for("api.openapi", _external=True),
        plain=plain,
    )


@cache
def chapters() -> list[Chapter]:
    """The operations by tag, in the document's order."""
    whole = document()
    by_tag: dict[str, list[Entry]] = {tag["name"]: [] for tag in whole["tags"]}
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            by_tag[operation["tags"][0]].append(_entry(whole, path, method.upper(), operation))
    meanings = {tag["name"]: tag["description"] for tag in whole["tags"]}
    return [Chapter(name, meanings[name], entries) for name, entries in by_tag.items()]


@cache
def models() -> list[Model]:
    """What bodies and answers are made of, by name."""
    schemas = document()["components"]["schemas"]
    return [
        Model(
            name,
            schema.get("description", ""),
            list(_fields(schema)),
            [str(value) for value in schema.get("enum", ())],
            _shown(next(iter(schema.get("examples", ())), None)),
        )
        for name, schema in sorted(schemas.items())
    ]


def plain(text: str) -> list[list[tuple[str, bool]]]:
    """A text of the code by paragraphs, each in pieces: their text, and whether it is quoted, as code is."""
    return [
        [(piece, number % 2 == 1) for number, piece in enumerate(_QUOTED.split(paragraph)) if piece]
        for paragraph in text.split("\n\n")
    ]


def _entry(whole: Json, path: str, method: str, operation: Json) -> Entry:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = _followed(whole, content["schema"]) if content else {}
    parameters = [_followed(whole, each) for each in operation["parameters"]]
    answers = [_answer(whole, int(status), _followed(whole, each)) for status, each in operation["responses"].items()]
    first = next((_followed(whole, {"$ref": answer.model}) for answer in answers if answer.model), {})
    needs_token = {} not in operation.get("security", [{}])  # an empty one: it goes without
    return Entry(
        key=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        meaning=operation["description"],
        needs_token=needs_token,
        parameters=[_parameter(each) for each in parameters],
        body=list(_fields(body)),
        call=_call(method, path, parameters, content.get("example"), needs_token=needs_token),
        example=_shown(next(iter(first.get("examples", ())), None)),
        answers=answers,
    )


def _call(method: str, path: str, parameters: Sequence[Json], example: object, *, needs_token: bool) -> str:
    for each in parameters:
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", str(each["example"]))
    lines = [f"curl -X {method} $ANTREAN{path}"]
    if needs_token:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if example is not None:
        lines += ['-H "Content-Type: application/json"', f"-d '{json.dumps(example, ensure_ascii=False)}'"]
    return " \\\n  ".join(lines)


def _answer(whole: Json, status: int, answer: Json) -> Answer:
    content: Json = next(iter(answer.get("content", {}).values()), {})
    examples: Mapping[str, Json] = content.get("examples", {})
    return Answer(
        status,
        HTTPStatus(status).phrase,
        "" if examples else answer["description"],
        "" if examples else content.get("schema", {}).get("$ref", ""),
        [(code, _followed(whole, each)["value"]["detail"]) for code, each in examples.items()],
    )


def _parameter(parameter: Json) -> Field:
    kind, of = _kind(parameter["schema"])
    meaning = parameter["description"]
    return Field(f"{parameter['name']} ({parameter['in']})", kind, of, parameter["required"], meaning)


def _fields(schema: Json) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, each in schema.get("properties", {}).items():
        kind, of = _kind(each)
        yield Field(name, kind, of, name in required, each.get("description", ""))


def _kind(schema: Json) -> tuple[str, list[str]]:
    """The kind of a value in words, and the models it names."""
    if "$ref" in schema:
        name = _last(schema["$ref"])
        return name, [name]
    if "anyOf" in schema:
        kinds = [_kind(each) for each in schema["anyOf"]]
        return " | ".join(kind for kind, _ in kinds), [name for _, of in kinds for name in of]
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(value) for value in schema.get("enum", [schema.get("const")])), []
    if schema.get("type") == "array":
        kind, of = _kind(schema.get("items", {}))
        return f"list of {kind}", of
    if isinstance(schema.get("additionalProperties"), Mapping):
        kind, of = _kind(schema["additionalProperties"])
        return f"object of {kind}", of
    kind = schema.get("format") or schema.get("type", "any")
    return f"{kind}{_bounds(schema)}", []


def _bounds(schema: Json) -> str:
    for least, most, of in (("minimum", "maximum", ""), ("minLength", "maxLength", " characters")):
        if most in schema:
            return f" {schema.get(least, 0)}–{schema[most]}{of}"
    return ""


def _followed(whole: Json, part: Json) -> Json:
    """What a part of the document names, or the part itself."""
    if "$ref" not in part:
        return part
    _, _, kind, name = part["$ref"].split("/")
    found: Json = whole["components"][kind][name]
    return found


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]


def _shown(example: object) -> str:
    return "" if example is None else json.dumps(example, ensure_ascii=False, indent=2)

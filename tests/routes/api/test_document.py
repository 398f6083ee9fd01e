"""The OpenAPI document says what the code does: both were declared once, and here they are compared."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from queue_app.routes.api.frame.document import document
from queue_app.routes.api.frame.operation import OPERATIONS
from queue_app.routes.api.refusals import REFUSALS
from tests.routes.api.program import HEALTH, Program, followed

ROOT = Path(__file__).parents[3]
STAFF_PARTS = ("/counters/", "/metrics/", "/issuing/", "/announcements", "-waiting", "/close-day", "/pause", "/resume")


def documented() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_it_is_valid_openapi(program: Program) -> None:
    answer = program.get("/openapi.json")
    assert answer.get_json() == document()
    assert answer.get_json()["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(answer.get_json()).validate()


def test_its_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert document()["info"]["version"] == project["version"]


def test_it_has_every_route_and_no_other(app: Flask) -> None:
    served = {
        (method, rule.rule.replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") or rule.rule in ("/healthz", "/readyz")
    }
    assert served == {(method, path) for method, path, _ in documented()}


def test_it_gives_the_limits_of_each_field() -> None:
    fields = document()["components"]["schemas"]["Transfer"]["properties"]
    assert fields["version"] == {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
    code = fields["service"]["anyOf"][0]
    assert code["maxLength"] == 40
    assert "pattern" in code


def test_no_two_models_have_one_name() -> None:
    """They would be told apart by their modules, in a document for others; a client's maker stumbles over it."""
    assert [name for name in document()["components"]["schemas"] if "__" in name] == []


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _, _, operation in documented()]
    assert len(ids) == len(set(ids)) == len(OPERATIONS)


def test_every_operation_is_described_with_tag_and_statuses() -> None:
    tags = {tag["name"] for tag in document()["tags"]}
    for _, path, operation in documented():
        assert operation["summary"], path
        assert set(operation["tags"]) <= tags
        assert "200" in operation["responses"] or "201" in operation["responses"]


def test_staff_operations_name_the_token_and_its_refusals() -> None:
    staff = [operation for _, path, operation in documented() if any(part in path for part in STAFF_PARTS)]
    assert len(staff) >= 17
    for operation in staff:
        (required,) = operation["security"]
        assert len(required["token"]) == 1
        assert {"401", "403"} <= set(operation["responses"])


def test_a_citizen_needs_no_token() -> None:
    assert {} in document()["paths"]["/api/v1/offices/{office}/tickets"]["post"]["security"]
    assert "security" not in document()["paths"]["/api/v1/tickets/{ticket}"]["get"]


def test_what_many_operations_share_stands_once(program: Program) -> None:
    """Refusals, parameters and headers are named, not told again."""
    whole = document()
    for _, path, operation in documented():
        answers = [status for status, each in operation["responses"].items() if "$ref" not in each]
        assert all(status < "400" for status in answers) or path in HEALTH
        assert all("$ref" in each for each in operation["parameters"] if each.get("in") == "path")
    named = set(re.findall(r'"#/components/(\w+)/([^"]+)"', program.get("/openapi.json").text))
    for kind in ("responses", "examples", "headers", "parameters"):
        assert {name for found, name in named if found == kind} == set(whole["components"][kind])


def test_every_refusal_of_an_operation_is_among_its_answers() -> None:
    for declared in OPERATIONS:
        answers = document()["paths"][declared.path][declared.method.lower()]["responses"]
        for code in declared.refusals:
            refused = followed(answers[str(REFUSALS[code].status)])
            assert code in refused["content"]["application/problem+json"]["examples"]

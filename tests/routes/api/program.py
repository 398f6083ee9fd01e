"""A program that uses the API and holds every answer against the API's own document."""

from typing import Any

from flask import Flask
from openapi_schema_validator import OAS31Validator
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from queue_app import accounts, clock
from queue_app.database import Database
from queue_app.routes.api.frame.document import document
from queue_app.routes.api.frame.operation import OPERATIONS, Operation
from queue_app.routes.api.refusals import REFUSALS

BY_NAME = {declared.operation_id: declared for declared in OPERATIONS}

HEALTH = ("/healthz", "/readyz")
"""They answer 503 with what they have to say, and are below no version."""


def conforms(value: Any, model: str) -> None:
    """Raise unless ``value`` has the form that the document gives ``model``."""
    schema = {"$ref": f"#/components/schemas/{model}", "components": document()["components"]}
    OAS31Validator(schema).validate(value)


def followed(part: dict[str, Any]) -> dict[str, Any]:
    """What a part of the document names, or the part itself."""
    if "$ref" not in part:
        return part
    _, _, kind, name = part["$ref"].split("/")
    found: dict[str, Any] = document()["components"][kind][name]
    return found


class Program:
    """Calls by path below ``/api/v1``. ``officer`` names the user whose token is sent; None sends none."""

    def __init__(self, app: Flask, db: Database) -> None:
        self.app = app
        self.db = db
        self.client = app.test_client(use_cookies=False)
        self._tokens: dict[str, str] = {}

    def get(self, path: str, officer: str | None = None, **options: Any) -> TestResponse:
        return self.send("GET", path, officer, **options)

    def post(self, path: str, body: Any = None, officer: str | None = None, **options: Any) -> TestResponse:
        if body is not None:
            options["json"] = body
        return self.send("POST", path, officer, **options)

    def send(
        self, method: str, path: str, officer: str | None = None, headers: dict[str, str] | None = None, **options: Any
    ) -> TestResponse:
        sent = dict(headers or {})
        if officer is not None:
            sent["Authorization"] = f"Bearer {self.token(officer)}"
        url = path if path.startswith(("/api/", *HEALTH)) else f"/api/v1{path}"
        answer = self.client.open(url, method=method, headers=sent, **options)
        self._hold_against_document(answer, method, url)
        return answer

    def token(self, officer: str) -> str:
        if officer not in self._tokens:
            with self.db.write() as session:
                self._tokens[officer] = accounts.create_token(session, officer, clock.now())
        return self._tokens[officer]

    def ticket(self, service: str = "A", channel: str = "kiosk", **wish: Any) -> dict[str, Any]:
        """A new ticket."""
        return self._ok(self.post("/offices/senapelan/tickets", {"service": service, "channel": channel, **wish}), 201)

    def open(self, officer: str = "petugas1", counter: int = 1) -> dict[str, Any]:
        return self._ok(self.post(f"/counters/{counter}/open", officer=officer))

    def call_next(self, officer: str = "petugas1", counter: int = 1) -> dict[str, Any]:
        return self._ok(self.post(f"/counters/{counter}/call-next", officer=officer))

    def move(self, name: str, ticket: dict[str, Any], officer: str = "petugas1", **body: Any) -> dict[str, Any]:
        """A desk move that must succeed, on the version that ``ticket`` shows."""
        path = f"/tickets/{ticket['id']}/{name}"
        return self._ok(self.post(path, {"version": ticket["version"], **body}, officer))

    @staticmethod
    def _ok(answer: TestResponse, status: int = 200) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def _hold_against_document(self, answer: TestResponse, method: str, url: str) -> None:
        assert "Set-Cookie" not in answer.headers
        declared = self._operation(method, url)
        if answer.status_code >= 400 and url not in HEALTH:
            _is_a_problem(answer, declared)
            return
        assert declared is not None
        assert str(answer.status_code) in document()["paths"][declared.path][method.lower()]["responses"]
        if answer.status_code in (204, 304):
            assert answer.data == b""
        elif declared.answer is None:
            assert answer.mimetype in declared.media
        else:
            assert answer.mimetype == "application/json"
            conforms(answer.get_json(), declared.answer.__name__)

    def _operation(self, method: str, url: str) -> Operation | None:
        try:
            endpoint, _ = self.app.url_map.bind("localhost").match(url.partition("?")[0], method)
        except HTTPException:
            return None
        return BY_NAME[endpoint.removeprefix("api.")]


def _is_a_problem(answer: TestResponse, declared: Operation | None) -> None:
    assert answer.mimetype == "application/problem+json", answer.text
    problem = answer.get_json()
    conforms(problem, "Problem")
    assert problem["status"] == answer.status_code
    assert REFUSALS[problem["code"]].status == answer.status_code
    assert problem["type"].endswith(problem["code"])
    assert problem["detail"] == problem["detail"].strip() != ""
    assert "%(" not in problem["detail"]
    assert answer.headers["Content-Language"] in {"id", "en"}
    if declared is not None:
        assert problem["code"] in declared.refusals, f"{declared.operation_id} does not document {problem['code']}"


def uploaded(program: Program, path: str, content: bytes, officer: str) -> dict[str, Any]:
    """What is told of a file that must be taken."""
    kind = "application/octet-stream"
    answer = program.send("POST", path, officer, data=content, content_type=kind)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def refusal(answer: TestResponse) -> tuple[int, str]:
    """The status and code of a refusal."""
    return answer.status_code, (answer.get_json() or {}).get("code", "")

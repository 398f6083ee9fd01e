"""Every example of the document is what is sent and answered."""

import pytest

from queue_app.models import Role
from queue_app.routes.api.frame.document import document
from queue_app.routes.api.frame.operation import OPERATIONS, Operation
from queue_app.routes.api.refusals import REFUSALS
from tests.routes.api.prepared import PREPARED
from tests.routes.api.program import BY_NAME, Program, conforms


def test_answer_examples_have_the_form_of_the_answer() -> None:
    schemas = document()["components"]["schemas"]
    with_examples = {declared.answer.__name__ for declared in OPERATIONS if declared.answer} - {"OpenApiDocument"}
    for name in with_examples:
        for example in schemas[name]["examples"]:
            conforms(example, name)


def test_refusal_examples_have_the_form_of_a_problem() -> None:
    examples = document()["components"]["examples"]
    assert set(examples) == {code for declared in OPERATIONS for code in declared.refusals}
    for code, example in examples.items():
        conforms(example["value"], "Problem")
        assert (example["value"]["code"], example["value"]["status"]) == (code, REFUSALS[code].status)


def with_body() -> list[Operation]:
    return [declared for declared in OPERATIONS if declared.body is not None]


@pytest.mark.parametrize("declared", with_body(), ids=lambda declared: declared.operation_id)
def test_each_documented_example_is_taken(declared: Operation, program: Program) -> None:
    operation = document()["paths"][declared.path][declared.method.lower()]
    body = operation["requestBody"]["content"]["application/json"]["example"]
    conforms(body, declared.body.__name__)  # type: ignore[union-attr]
    path, body = PREPARED[declared.operation_id](program, dict(body))
    based = {"If-Match": "*"} if declared.demands_version else {}
    answer = program.send(declared.method, path, _who_may(declared), json=body, headers=based)
    assert answer.status_code == declared.status, answer.text


def _who_may(declared: Operation) -> str | None:
    if declared.roles is None:
        return None
    role = next(role for role in (Role.OFFICER, Role.SUPERVISOR, Role.ADMIN) if role in declared.roles)
    return {Role.OFFICER: "petugas1", Role.SUPERVISOR: "supervisor", Role.ADMIN: "admin"}[role]


def test_every_operation_with_a_body_is_prepared_here() -> None:
    assert {declared.operation_id for declared in with_body()} == set(PREPARED) <= set(BY_NAME)

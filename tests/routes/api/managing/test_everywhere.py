"""What holds for every operation of the settings: who may, for which office, and on what the change is based."""

from queue_app.models import Role, Scope
from queue_app.routes.api.frame.names import NAMES
from queue_app.routes.api.frame.operation import OPERATIONS
from tests.routes.api.program import Program, refusal

MANAGING = [declared for declared in OPERATIONS if declared.tag == "manage"]
PATH = {name: one.example for name, one in NAMES.items()} | {"office": "senapelan"}


def test_an_administrator_alone_changes_settings() -> None:
    reading = {"list_changes", "read_change"}
    for declared in MANAGING:
        if declared.operation_id not in reading:
            assert declared.roles == frozenset({Role.ADMIN})
            assert declared.scope == Scope.MANAGE
    assert {one.roles for one in MANAGING if one.operation_id in reading} == {
        frozenset({Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR})
    }


def test_what_is_there_already_is_not_changed_without_if_match(program: Program) -> None:
    for declared in MANAGING:
        if declared.method in ("PATCH", "PUT", "DELETE"):
            assert declared.demands_version, declared.operation_id
        if declared.demands_version:
            answer = program.send(declared.method, declared.path.format_map(PATH), "admin", json=declared.example)
            assert refusal(answer) == (428, "precondition_required"), declared.operation_id


def test_others_are_refused_by_role_and_office(program: Program) -> None:
    for declared in MANAGING:
        path = declared.path.format_map(PATH)
        options = {"json": declared.example, "headers": {"If-Match": "*"}}
        assert refusal(program.send(declared.method, path, "petugas1", **options)) == (403, "wrong_role")
        assert refusal(program.send(declared.method, path, **options)) == (401, "token_missing")
        elsewhere = program.send(declared.method, path.replace("senapelan", "lain"), "admin", **options)
        assert refusal(elsewhere) == (404, "unknown_office")

"""The auditor's page by a program: a visit as a story, and whether the logs hold."""

import pytest

from queue_app.routes import audit_parts
from tests.audit.tampering import tamper
from tests.routes.api.program import Program, refusal

AUDIT = "/offices/senapelan/audit"


def test_a_visit_is_found_and_told(program: Program) -> None:
    ticket = program.ticket()
    other = program.ticket("B")
    program.open()
    called = program.call_next()
    found = program.get(f"{AUDIT}/visits", "supervisor").get_json()["visits"]
    assert {each["id"] for each in found} == {ticket["id"], other["id"]}
    found = program.get(f"{AUDIT}/visits?label={ticket['label'].lower()}", "supervisor").get_json()["visits"]
    assert [each["id"] for each in found] == [ticket["id"]]
    assert program.get(f"{AUDIT}/visits?date=2026-11-23", "supervisor").get_json()["visits"] == []
    told = program.get(f"{AUDIT}/visits/{called['id']}", "supervisor").get_json()
    assert [part["name"] for part in told["parts"] if part["kind"] == "move"] == ["join", "call"]
    assert all(part["fits"] for part in told["parts"])
    assert told["parts"][-1]["actor"] == "petugas1"
    assert refusal(program.get(f"{AUDIT}/visits/x", "supervisor")) == (404, "unknown_ticket")
    assert refusal(program.get(f"{AUDIT}/visits", "petugas1")) == (403, "wrong_role")


def test_visits_come_in_pages(program: Program) -> None:
    made = [program.ticket()["id"] for _ in range(3)]
    page = program.get(f"{AUDIT}/visits?limit=2", "supervisor").get_json()
    rest = program.get(f"{AUDIT}/visits?limit=2&after={page['next']}", "supervisor").get_json()
    assert [each["id"] for each in page["visits"] + rest["visits"]] == made[::-1]
    assert refusal(program.get(f"{AUDIT}/visits?after=x", "supervisor")) == (422, "bad_cursor")


def test_the_logs_are_checked(program: Program) -> None:
    program.ticket()
    found = program.get(f"{AUDIT}/check", "supervisor").get_json()
    assert found["holds"]
    assert {each["log"] for each in found["logs"]} >= {"moves", "configuration", "privacy"}
    tamper(program.db, "UPDATE event SET reason = 'lain' WHERE action = 'join'")
    found = program.get(f"{AUDIT}/check", "supervisor").get_json()
    assert not found["holds"]
    [broken] = [each for each in found["logs"] if each["broken_at"] is not None]
    assert broken["log"] == "moves"
    assert broken["why"]


def test_a_long_check_comes_in_parts(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        program.ticket()
    whole = program.get(f"{AUDIT}/check", "supervisor").get_json()
    assert (whole["holds"], whole["next"]) == (True, None)
    monkeypatch.setattr(audit_parts, "ROWS", 2)
    found = program.get(f"{AUDIT}/check", "supervisor").get_json()
    assert (found["holds"], found["length"], found["logs"][0]["rows"]) == (None, whole["length"], 2)
    following = found["next"]
    while found["next"]:
        found = program.get(f"{AUDIT}/check?after={found['next']}", "supervisor").get_json()
    assert found == whole
    assert refusal(program.get(f"{AUDIT}/check?after={following}", "admin")) == (422, "bad_cursor")
    tamper(program.db, "DELETE FROM event WHERE seq = 3")
    found = program.get(f"{AUDIT}/check?after={following}", "supervisor").get_json()
    assert (found["holds"], found["logs"][0]["broken_at"]) == (False, 3)

"""A supervisor's program pulls the levers of the own office; an officer's may not."""

import pytest

from tests.routes.api.program import Program

OFFICE = "/offices/senapelan"
PAUSE = f"{OFFICE}/services/A/pause"


def code(answer: object) -> str:
    found: str = answer.get_json()["code"]  # type: ignore[attr-defined]
    return found


def test_what_is_paused_or_stopped_is_said_everywhere(program: Program) -> None:
    ticket = program.ticket("A")
    paused = program.post(PAUSE, {"reason": "listrik padam"}, "supervisor").get_json()
    assert paused["services"][0] == {"code": "A", "paused": True, "issuing_stopped": False}
    assert program.get(f"/tickets/{ticket['id']}").get_json()["paused"] is True
    assert program.get(f"{OFFICE}/board").get_json()["waiting"][0]["paused"] is True
    program.open()
    assert program.post("/counters/1/call-next", {}, "petugas1").status_code == 204
    assert code(program.post("/counters/1/call", {"ticket": ticket["id"]}, "petugas1")) == "service_paused"
    program.post(f"{OFFICE}/issuing/stop", {"reason": "penuh"}, "supervisor")
    assert program.get(OFFICE).get_json()["services"][0]["issuing_stopped"] is True
    refused = program.post(f"{OFFICE}/tickets", {"service": "B", "channel": "online"})
    assert (refused.status_code, code(refused)) == (409, "issuing_stopped")
    assert refused.get_json()["day"] == "2026-11-24"
    resumed = program.post(f"{OFFICE}/issuing/resume", {}, "supervisor").get_json()
    assert resumed["issuing_stopped"] is False


def test_a_message_is_heard_once(program: Program) -> None:
    ticket = program.ticket("A")
    headers = {"Idempotency-Key": "7f3d"}
    said = [
        program.post(f"{OFFICE}/announcements", {"text": "Listrik padam"}, "supervisor", headers=headers).get_json()
        for _ in range(2)
    ]
    assert said[0] == said[1]
    assert program.get(f"/tickets/{ticket['id']}").get_json()["messages"] == ["Listrik padam"]
    assert program.get(f"{OFFICE}/board").get_json()["messages"] == [{"text": "Listrik padam", "service": None}]


def test_a_category_is_put_right_until_the_call(program: Program) -> None:
    first, second = program.ticket("A"), program.ticket("A")
    body = {"category": "elderly", "reason": "lansia"}
    program.post(f"/tickets/{second['id']}/category", body, "petugas1")
    assert program.get(f"/tickets/{second['id']}").get_json()["version"] == 2
    program.open()
    called = program.call_next()
    assert code(program.post(f"/tickets/{called['id']}/category", body, "petugas1")) == "illegal_move"
    assert called["id"] in {first["id"], second["id"]}


@pytest.mark.parametrize(
    ("path", "body", "user", "expected"),
    [
        (PAUSE, {"reason": "padam"}, "petugas1", "wrong_role"),
        (PAUSE, {"reason": "padam"}, None, "token_missing"),
        (PAUSE, {"reason": "  "}, "supervisor", "reason_needed"),
        (PAUSE, {}, "supervisor", "invalid_request"),
        (f"{OFFICE}/services/Z/pause", {"reason": "padam"}, "supervisor", "unknown_service"),
        ("/offices/lain/services/A/pause", {"reason": "padam"}, "supervisor", "unknown_office"),
        (f"{OFFICE}/announcements", {"text": " "}, "supervisor", "announcement_empty"),
        (f"{OFFICE}/announcements", {"text": "x" * 161}, "supervisor", "announcement_too_long"),
        (f"{OFFICE}/announcements", {"text": "x", "minutes": 7}, "supervisor", "bad_duration"),
        (f"{OFFICE}/move-waiting", {"from": "A", "to": "A", "reason": "x"}, "supervisor", "same_service"),
        (f"{OFFICE}/close-day", {"reason": "padam", "expected": 3}, "supervisor", "day_changed"),
        ("/counters/1/end-shift", {"reason": "pulang"}, "supervisor", "counter_closed"),
    ],
)
def test_what_cannot_be_done_is_refused(
    program: Program, path: str, body: dict[str, object], user: str | None, expected: str
) -> None:
    assert code(program.post(path, body, user)) == expected

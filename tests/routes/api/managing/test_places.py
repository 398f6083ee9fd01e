"""Counters, skills, printers, the voice and kiosks by API."""

from typing import Any

import pytest

from queue_app.models import PrinterKind
from queue_app.printing.device import Outcome, Problem, Verdict
from tests.routes.api.managing.administrator import Administrator
from tests.routes.api.program import Program, refusal


def test_a_counter_is_added_changed_and_retired(admin: Administrator) -> None:
    made = admin.make("/counters", {"number": 9})
    assert set(made["services"]) == set("ABCDEF")
    changed = admin.change("PATCH", "/counters/9", {"services": {"B": 1, "A": 2}, "pool": "depan"})
    assert (changed["services"], changed["pool"]) == ({"B": 1, "A": 2}, "depan")
    joined = admin.change("PATCH", "/counters/1", {"pool": "depan"})
    assert joined["services"] == {"B": 1, "A": 2}
    assert admin.change("PATCH", "/counters/1", {"pool": None})["pool"] is None
    assert admin.change("DELETE", "/counters/9")["number"] == 9
    assert refusal(admin.program.get("/offices/senapelan/counters/9", "admin")) == (404, "unknown_counter")
    assert [one["number"] for one in admin.read("/counters")["counters"]] == [1, 2, 3, 4, 5]


def test_what_is_set_for_one_of_a_pool_is_of_all_and_refuses_a_stale_change_of_any(admin: Administrator) -> None:
    for number in (1, 2):
        admin.change("PATCH", f"/counters/{number}", {"services": {"A": 1}, "pool": "depan"})
    admin.read("/counters/1")
    admin.change("PATCH", "/counters/2", {"services": {"B": 1}})
    assert admin.program.get("/offices/senapelan/counters/1", "admin").get_json()["services"] == {"B": 1}
    stale = admin.send("PATCH", "/counters/1", {"services": {"C": 1}})
    assert refusal(stale) == (412, "version_conflict")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"services": {"Z": 1}}, (404, "unknown_service")),
        ({"services": {"A": 10}}, (422, "invalid_request")),
        ({"services": {"A": "1"}}, (422, "invalid_request")),
        ({"pool": "a b"}, (422, "bad_pool")),
        ({"pool": "none"}, (422, "bad_pool")),
        ({"colour": 1}, (422, "invalid_request")),
    ],
)
def test_what_a_counter_cannot_be(admin: Administrator, body: Any, expected: tuple[int, str]) -> None:
    admin.read("/counters/1")
    assert refusal(admin.send("PATCH", "/counters/1", body)) == expected


def test_numbers_of_counters(admin: Administrator, program: Program) -> None:
    assert refusal(admin.send("POST", "/counters", {"number": 1})) == (422, "counter_exists")
    assert refusal(admin.send("POST", "/counters", {"number": 1000})) == (422, "invalid_request")
    program.open("petugas1", 1)
    admin.read("/counters/1")
    assert refusal(admin.send("DELETE", "/counters/1")) == (409, "counter_open")


def test_skills_are_read_and_set(admin: Administrator, program: Program) -> None:
    found = admin.read("/skills")["officers"]
    assert {one["username"]: one["services"] for one in found}["petugas1"] is None
    wish = {"officers": [{"username": "petugas1", "services": ["B", "A"]}]}
    changed = admin.change("PATCH", "/skills", wish)
    assert {one["username"]: one["services"] for one in changed["officers"]}["petugas1"] == ["A", "B"]
    for officers, expected in (
        ([{"username": "petugas1", "services": []}], (422, "invalid_request")),
        ([{"username": "petugas1", "services": ["Z"]}], (404, "unknown_service")),
        ([{"username": "petugas1", "services": ["A", "A"]}], (422, "bad_setting")),
        ([{"username": "admin", "services": ["A"]}], (404, "unknown_officer")),
        ([], (422, "invalid_request")),
    ):
        admin.read("/skills")
        assert refusal(admin.send("PATCH", "/skills", {"officers": officers})) == expected
    other = Administrator(program)
    other.read("/skills")
    admin.change("PATCH", "/skills", {"officers": [{"username": "petugas1", "services": None}]})
    assert refusal(other.send("PATCH", "/skills", wish)) == (412, "version_conflict")


def test_a_printer_is_added_tried_changed_and_retired(admin: Administrator, monkeypatch: pytest.MonkeyPatch) -> None:
    made = admin.make("/printers", {"name": "Kios", "address": "192.168.1.50:9100"})
    path = f"/printers/{made['id']}"
    assert (made["kind"], made["width_mm"], made["problem"]) == (PrinterKind.NETWORK, 80, None)
    assert refusal(admin.send("POST", "/printers", {"name": "Kios", "address": "192.168.1.51:9100"})) == (
        (422, "printer_exists")
    )
    admin.read(path)
    assert refusal(admin.send("PATCH", path, {"kind": "usb"})) == (422, "bad_printer_address")
    changed = admin.change("PATCH", path, {"width_mm": 58})
    assert (changed["width_mm"], changed["address"]) == (58, "192.168.1.50:9100")
    monkeypatch.setattr(
        "queue_app.printing.device.hand_over", lambda *_: Outcome(Verdict.NOT_PRINTED, Problem.UNREACHABLE)
    )
    assert admin.send("POST", f"{path}/test").get_json() == {"printed": False, "problem": "unreachable"}
    assert admin.read("/printers")["printers"][0]["problem"] == "unreachable"
    admin.change("DELETE", path)
    assert admin.read("/printers")["printers"] == []
    assert refusal(admin.send("POST", f"{path}/test")) == (404, "unknown_printer")


def test_the_voice_and_the_kiosks(admin: Administrator) -> None:
    voice = admin.read("/voice")
    assert voice["languages"][0]["language"] == "id"
    assert refusal(admin.send("PUT", "/voice/displays", {"speaks": [999]}, read="/voice")) == (404, "unknown_display")
    assert admin.change("PUT", "/voice/displays", {"speaks": []}, read="/voice")["displays"] == []
    assert admin.read("/kiosks")["url"].endswith("/kiosk/senapelan")
    for query in ("label=a", "counter=0", "language=ID", "size=1"):
        answer = admin.program.get(f"/offices/senapelan/voice/sample?{query}", "admin")
        assert refusal(answer) == (422, "invalid_request")

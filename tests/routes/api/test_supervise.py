"""What a supervisor's program sees and does: the office now, alerts, messages, claims, complaints, the survey."""

from typing import Any

import pytest

from queue_app.lifecycle import ShiftState
from queue_app.models import Alert, AlertKind, Complaint
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program, refusal

OFFICE = "/offices/senapelan"
COMPLAINTS = f"{OFFICE}/complaints"


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.get_json()


def complain(program: Program, subject: str = "wait", **headers: str) -> dict[str, Any]:
    ticket = program.ticket(service="B" if subject == "cost" else "A")
    wish = {"subject": subject, "text": "Menunggu lama tanpa penjelasan."}
    found: dict[str, Any] = ok(program.post(f"/tickets/{ticket['id']}/complaints", wish, headers=headers), 201)
    return found


def test_the_office_now_is_one_answer(program: Program, moment: Moment) -> None:
    program.ticket()
    program.open()
    label = program.call_next()["label"]
    program.ticket(service="B")
    ok(program.post(f"{OFFICE}/services/B/pause", {"reason": "listrik padam"}, "supervisor"))
    live = ok(program.get(f"{OFFICE}/live", "supervisor"))
    at_one = next(line for line in live["counters"] if line["number"] == 1)
    assert (at_one["officer"], at_one["ticket"], at_one["ticket_state"]) == ("petugas1", label, "CALLED")
    assert {line["state"] for line in live["counters"]} == {ShiftState.OPEN, ShiftState.CLOSED}
    lines = {line["service"]: line for line in live["services"]}
    assert (lines["A"]["waiting"], lines["B"]["waiting"]) == (0, 1)
    assert lines["B"]["paused"]["reason"] == "listrik padam"
    assert lines["A"]["paused"] is None
    assert (live["totals"]["issued"], live["totals"]["waiting"]) == (2, 1)


def test_only_the_own_office_with_the_right_token_is_seen(program: Program) -> None:
    for path in ("live", "alerts", "announcements", "claims", "complaints", "metrics/satisfaction"):
        assert refusal(program.get(f"{OFFICE}/{path}")) == (401, "token_missing")
        assert refusal(program.get(f"{OFFICE}/{path}", "petugas1")) == (403, "wrong_role")
        assert refusal(program.get(f"/offices/nowhere/{path}", "supervisor")) == (404, "unknown_office")


def test_an_alert_is_listed_and_acknowledged_once(program: Program, moment: Moment) -> None:
    with program.db.write() as session:
        alert = Alert(office_id=1, kind=AlertKind.QUEUE_LENGTH, subject_id=1, facts={"count": 31}, raised_at=moment.now)
        session.add(alert)
        session.flush()
        number = alert.id
    (shown,) = ok(program.get(f"{OFFICE}/alerts", "supervisor"))["alerts"]
    assert (shown["id"], shown["kind"], shown["facts"], shown["acknowledged_at"]) == (
        number,
        "queue_length",
        {"count": 31},
        None,
    )
    for _ in range(2):
        seen = ok(program.post(f"{OFFICE}/alerts/{number}/acknowledge", officer="supervisor"))
        assert seen["acknowledged_at"] is not None
    for unknown in ("999", "x", "-1"):
        answer = program.post(f"{OFFICE}/alerts/{unknown}/acknowledge", officer="supervisor")
        assert refusal(answer) == (404, "unknown_alert")


def test_a_message_is_taken_back(program: Program) -> None:
    sent = ok(program.post(f"{OFFICE}/announcements", {"text": "Sistem pelan."}, "supervisor"), 201)
    (shown,) = ok(program.get(f"{OFFICE}/announcements", "supervisor"))["announcements"]
    assert shown == sent
    for _ in range(2):
        ok(program.send("DELETE", f"{OFFICE}/announcements/{sent['id']}", "supervisor"))
    assert ok(program.get(f"{OFFICE}/announcements", "supervisor"))["announcements"] == []
    assert refusal(program.send("DELETE", f"{OFFICE}/announcements/77", "supervisor")) == (404, "unknown_announcement")


def served(program: Program, moment: Moment) -> dict[str, Any]:
    from datetime import timedelta

    program.ticket()
    program.open()
    ticket = program.move("start", program.call_next())
    moment.now += timedelta(minutes=8)
    return program.move("finish", ticket)


def test_a_claim_is_seen_and_decided(program: Program, moment: Moment) -> None:
    ticket = served(program, moment)
    leg = {"ticket": ticket["id"], "version": ticket["version"]}
    wish = {"legs": [leg], "verdict": "accepted", "reason": "listrik padam"}
    assert refusal(program.post(f"{OFFICE}/claims/decide", wish, "supervisor")) == (404, "unknown_claim")
    ok(program.post(f"/tickets/{ticket['id']}/flag", {"version": leg["version"], "reason": "listrik"}, "petugas1"))
    shown = ok(program.get(f"{OFFICE}/claims?state=open", "supervisor"))
    assert shown["open"] == 1
    (claim,) = shown["claims"]
    assert (claim["state"], claim["legs"][0]["ticket"], claim["legs"][0]["serve_s"]) == ("open", ticket["id"], 480.0)
    assert ok(program.post(f"{OFFICE}/claims/decide", wish, "supervisor")) == {"changed": 1}
    assert ok(program.post(f"{OFFICE}/claims/decide", wish, "supervisor")) == {"changed": 0}
    other = program.post(f"{OFFICE}/claims/decide", wish | {"verdict": "declined"}, "supervisor")
    assert refusal(other) == (409, "claim_moved")
    assert ok(program.get(f"{OFFICE}/claims?state=open", "supervisor"))["claims"] == []
    (decided,) = ok(program.get(f"{OFFICE}/claims", "supervisor"))["claims"]
    assert decided["decisions"][0]["words"] == "listrik padam"


def test_a_complaint_goes_its_course(program: Program) -> None:
    own = complain(program)["complaint"]
    one = f"{COMPLAINTS}/1"
    shown = ok(program.get(one, "supervisor"))
    assert (shown["text"], shown["state"], shown["version"]) == ("Menunggu lama tanpa penjelasan.", "RECEIVED", 1)
    assert "decide" not in shown["can"]
    nobody = program.post(f"{one}/assign", {"assignee": "petugas1", "version": 1}, "supervisor")
    assert refusal(nobody) == (404, "unknown_assignee")
    taken = ok(program.post(f"{one}/assign", {"assignee": "supervisor", "version": 1}, "supervisor"))
    assert (taken["assignee"], taken["state"], taken["version"]) == ("supervisor", "IN_PROGRESS", 2)
    late = program.post(f"{one}/assign", {"assignee": "admin", "version": 1}, "supervisor")
    assert refusal(late) == (409, "complaint_moved")
    wish = {"subject": "conduct", "severity": "light", "officer": "petugas1", "version": 2}
    assert ok(program.post(f"{one}/classify", wish, "supervisor"))["officer"] == "petugas1"
    ok(program.post(f"{one}/summary", {"text": "Menunggu lama.", "version": 3}, "supervisor"))
    for _ in range(2):
        said = {"text": "Kami periksa."}
        ok(program.post(f"{one}/reply", said, "supervisor", headers={"Idempotency-Key": "once"}))
    (heard,) = ok(program.get("/desk/complaints", "petugas1"))["complaints"]
    assert (heard["substance"], heard["can_answer"]) == ("Menunggu lama.", True)
    ok(program.post("/desk/complaints/1/view", {"text": "Sistem mati."}, "petugas1"))
    assert refusal(program.post("/desk/complaints/1/view", {"text": "x"}, "petugas2")) == (404, "unknown_complaint")
    version = ok(program.get(one, "supervisor"))["version"]
    verdict = {"resolution": "upheld", "text": "Benar.", "version": version}
    decided = ok(program.post(f"{one}/decide", verdict, "supervisor"))
    assert (decided["state"], decided["resolution"]) == ("DECIDED", "upheld")
    assert [step["step"] for step in decided["course"]].count("reply") == 1
    mine = ok(program.get(f"/complaints/{own}"))
    assert (mine["can_appeal"], mine["can_write"]) == (True, False)
    appealed = ok(program.post(f"/complaints/{own}/appeal", {"text": "Bukti belum dilihat."}))
    assert appealed["state"] == "APPEALED"
    again = {"resolution": "not_upheld", "text": "Tetap.", "version": decided["version"] + 1}
    assert refusal(program.post(f"{one}/decide", again, "supervisor")) == (403, "same_decider")
    assert ok(program.post(f"{one}/decide", again, "admin"))["state"] == "CLOSED"


def test_a_complainant_writes_and_takes_it_back(program: Program) -> None:
    own = complain(program)["complaint"]
    for _ in range(2):
        sent = ok(program.post(f"/complaints/{own}/messages", {"text": "Lagi."}, headers={"Idempotency-Key": "a"}))
    assert [step["step"] for step in sent["course"]] == ["file", "write"]
    assert refusal(program.post(f"/complaints/{own}/messages", {"text": " "})) == (422, "words_needed")
    early = program.post(f"/complaints/{own}/appeal", {"text": "Banding."})
    assert refusal(early) == (409, "illegal_complaint_step")
    assert ok(program.post(f"/complaints/{own}/withdraw"))["resolution"] == "withdrawn"
    assert refusal(program.post("/complaints/none/withdraw")) == (404, "unknown_complaint")


def test_the_list_of_complaints_is_read_page_by_page(program: Program, moment: Moment) -> None:
    for subject in ("wait", "cost", "other"):
        complain(program, subject)
    with program.db.write() as session:
        for complaint in session.query(Complaint):
            complaint.due_on = moment.now.date()  # equal deadlines: the number decides
    numbers, after = [], ""
    for _ in range(3):
        page = ok(program.get(f"{COMPLAINTS}?limit=1{after}", "supervisor"))
        numbers += [row["number"] for row in page["complaints"]]
        after = f"&after={page['next']}"
    assert (numbers, page["next"]) == ([1, 2, 3], None)
    (only,) = ok(program.get(f"{COMPLAINTS}?subject=cost", "supervisor"))["complaints"]
    assert only["subject"] == "cost"
    for bad in ("x", "W10", "WzEsMiwzXQ", "%00", "WzEsIngiLDFd"):
        assert program.get(f"{COMPLAINTS}?after={bad}", "supervisor").get_json()["code"] in (
            "bad_cursor",
            "invalid_request",
            "bad_request",
        )
    assert refusal(program.get(f"{COMPLAINTS}?after=W10", "supervisor")) == (422, "bad_cursor")


def test_complaints_leave_as_a_file(program: Program) -> None:
    complain(program)
    answer = program.get(f"{COMPLAINTS}/file", "supervisor")
    assert answer.status_code == 200
    assert "Menunggu lama" in answer.text
    assert program.get(f"{COMPLAINTS}/file?form=xlsx", "supervisor").data[:2] == b"PK"
    assert refusal(program.get(f"{COMPLAINTS}/file?form=pdf", "supervisor")) == (422, "invalid_request")


def test_the_reception_writes_down_what_is_told(program: Program) -> None:
    label = program.ticket()["label"]
    wish = {"subject": "facilities", "text": "Kursinya kurang sekali.", "name": "Nama Warga"}
    for _ in range(2):
        told = ok(program.post(COMPLAINTS, wish, "petugas1", headers={"Idempotency-Key": "k"}), 201)
    assert told["number"] == "P-0001"
    assert ok(program.post(COMPLAINTS, wish | {"ticket": label}, "petugas1"), 201)["number"] == "P-0002"
    assert refusal(program.post(COMPLAINTS, wish | {"ticket": "Z-999"}, "petugas1")) == (404, "unknown_label")
    assert refusal(program.post(COMPLAINTS, wish | {"text": "x"}, "petugas1")) == (422, "complaint_too_short")


def test_satisfaction_and_accuracy_come_with_their_numbers(program: Program, moment: Moment) -> None:
    found = ok(program.get(f"{OFFICE}/metrics/satisfaction", "supervisor"))
    assert found["result"] is None
    assert found["percent"] == 20
    assert ok(program.post(f"{OFFICE}/survey-share", {"percent": 30}, "supervisor"))["percent"] == 30
    assert ok(program.get(f"{OFFICE}/metrics/satisfaction", "supervisor"))["coming"]["percent"] == 30
    assert refusal(program.post(f"{OFFICE}/survey-share", {"percent": 101}, "supervisor")) == (422, "invalid_request")
    assert ok(program.get(f"{OFFICE}/metrics/accuracy", "supervisor"))["value"] is None
    backwards = program.get(f"{OFFICE}/metrics/accuracy?from=2026-11-24&to=2026-11-01", "supervisor")
    assert refusal(backwards) == (422, "bad_period")


@pytest.mark.parametrize("path", ["/desk", "/desk/figures", "/desk/complaints"])
def test_the_desk_is_an_officers(program: Program, path: str) -> None:
    assert refusal(program.get(path, "supervisor")) == (403, "wrong_role")
    ok(program.get(path, "petugas1"))


def test_the_desk_is_one_answer(program: Program, moment: Moment) -> None:
    closed = ok(program.get("/desk", "petugas1"))
    assert (closed["shift"], closed["waiting"], len(closed["counters"])) == (None, [], 5)
    first, second = program.ticket(name="Nama Warga"), program.ticket()
    program.open()
    before = ok(program.get("/desk", "petugas1"))
    assert (before["next"]["ticket"]["id"], before["waiting_total"]) == (first["id"], 2)
    called = program.call_next()
    now = ok(program.get("/desk", "petugas1"))
    assert (now["current"]["id"], now["current"]["initials"], now["current"]["serving_s"]) == (
        called["id"],
        "N.W.",
        None,
    )
    assert [row["id"] for row in now["waiting"]] == [second["id"]]
    program.move("finish", program.move("start", called))
    after = ok(program.get("/desk", "petugas1"))
    assert (after["own"]["served"], after["recent"][0]["id"], after["recent"][0]["outcome"]) == (1, first["id"], "done")
    assert after["slip"]["action"] == "finish"


def test_own_figures_and_an_outage(program: Program, moment: Moment) -> None:
    ticket = served(program, moment)
    found = ok(program.get("/desk/figures", "petugas1"))
    (visit,) = found["visits"]
    assert (visit["ticket"], visit["serve_s"], visit["can_contest"]) == (ticket["id"], 480.0, True)
    assert found["day"]["period"] == {"from": "2026-11-24", "to": "2026-11-24"}
    outage = {"from": "00:00", "to": "23:59", "reason": "listrik padam"}
    assert ok(program.post("/desk/outage", outage, "petugas1")) == {"marked": 1}
    assert ok(program.post("/desk/outage", outage, "petugas1")) == {"marked": 0}
    assert refusal(program.post("/desk/outage", outage | {"to": "00:00"}, "petugas1")) == (422, "nothing_in_span")
    backwards = outage | {"from": "10:00", "to": "09:00"}
    assert refusal(program.post("/desk/outage", backwards, "petugas1")) == (422, "bad_span")
    assert ok(program.get("/desk/figures?day=2026-11-24", "petugas1"))["visits"][0]["claim"] == "open"

"""What a supervisor's and an officer's programs do to get better: dialogues, interventions, monitoring, reports."""

from typing import Any

from queue_app.models import IndicatorSignal, Monitored, SignalRule
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program, refusal

OFFICE = "/offices/senapelan"
DIALOGUES = f"{OFFICE}/dialogues"
OCTOBER = {"span": "month", "start": "2026-10-01"}
PLAN = {
    "kind": "training",
    "name": "Pelatihan akta",
    "done": "Dua hari pelatihan.",
    "date": "2026-11-02",
    "primary": ["speed"],
    "group": "services",
    "members": ["A"],
    "control": "others",
}


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.get_json()


def test_a_dialogue_goes_its_course(program: Program) -> None:
    wish = OCTOBER | {"officer": "petugas1"}
    first = ok(program.post(DIALOGUES, wish, "supervisor"), 201)["dialogue"]
    assert ok(program.post(DIALOGUES, wish, "supervisor"), 201)["dialogue"] == first
    assert refusal(program.post(DIALOGUES, OCTOBER | {"officer": "x"}, "supervisor")) == (404, "unknown_officer")
    one, own = f"{DIALOGUES}/{first}", f"/desk/dialogues/{first}"
    draft = ok(program.get(one, "supervisor"))
    assert (draft["state"], draft["version"], len(draft["lines"])) == ("DRAFT", 1, 4)
    assert refusal(program.get(own, "petugas1")) == (404, "unknown_dialogue")
    target = {"result": "Ramah", "indicator": "words", "words": "Selalu menyapa", "version": 1}
    more = ok(program.post(f"{one}/targets", target, "supervisor"))
    assert (len(more["lines"]), more["version"]) == (5, 2)
    assert refusal(program.post(f"{one}/targets", target, "supervisor")) == (409, "dialogue_moved")
    gone = {"version": 2}
    wrong = program.post(f"{one}/targets/{draft['lines'][0]['target'] + 999}/remove", gone, "supervisor")
    assert refusal(wrong) == (404, "unknown_target")
    ok(program.post(f"{one}/targets/{more['lines'][4]['target']}/remove", gone, "supervisor"))
    ok(program.post(f"{one}/conduct", {"level": "as", "text": "Ramah.", "version": 3}, "supervisor"))
    action = {"kind": "training", "text": "Pelatihan.", "due": "2026-12-31", "version": 4}
    agreed = ok(program.post(f"{one}/actions", action, "supervisor"))["actions"][0]
    ok(program.post(f"{one}/open", {"version": 5}, "supervisor"))
    assert [each["id"] for each in ok(program.get("/desk/dialogues", "petugas1"))["dialogues"]] == [first]
    assert refusal(program.get(own, "petugas2")) == (404, "unknown_dialogue")
    reply = {"text": "Setuju.", "agrees": True, "read": True, "version": 6}
    unread = program.post(f"{own}/answer", reply | {"read": False}, "petugas1")
    assert refusal(unread) == (422, "not_acknowledged")
    answered = ok(program.post(f"{own}/answer", reply, "petugas1"))
    assert (answered["state"], answered["version"]) == ("ANSWERED", 7)
    ok(program.post(f"{own}/notes", {"text": "Terima kasih."}, "petugas1"))
    done = ok(program.post(f"{own}/actions/{agreed['id']}/done", officer="petugas1"))
    assert done["actions"][0]["done"] == "2026-11-24"
    verdict = {"predikat": "good", "text": "Sesuai.", "version": 7}
    closed = ok(program.post(f"{one}/close", verdict, "supervisor"))
    assert (closed["state"], closed["predikat"], closed["differs"]) == ("CLOSED", "good", False)
    late = program.post(f"{own}/notes", {"text": "Lagi."}, "petugas1")
    assert refusal(late) == (409, "dialogue_closed")
    opened = ok(program.post(f"{one}/reopen", {"text": "Ada sanggahan.", "version": 8}, "supervisor"))
    assert (opened["state"], opened["predikat"]) == ("OPEN", None)


def test_if_match_stands_for_the_version(program: Program) -> None:
    number = ok(program.post(DIALOGUES, OCTOBER | {"officer": "petugas1"}, "supervisor"), 201)["dialogue"]
    shown = program.get(f"{DIALOGUES}/{number}", "supervisor")
    sent = {"level": "as", "text": "Ramah."}
    for status in (200, 412):
        path, tag = f"{DIALOGUES}/{number}/conduct", shown.headers["ETag"]
        answer = program.post(path, sent, "supervisor", headers={"If-Match": tag})
        assert answer.status_code == status, answer.text


def test_everybody_without_a_dialogue_gets_a_draft(program: Program) -> None:
    assert ok(program.post(DIALOGUES, OCTOBER, "supervisor"), 201)["made"] == 5
    assert ok(program.post(DIALOGUES, OCTOBER, "supervisor"), 201)["made"] == 0
    listed = ok(program.get(f"{DIALOGUES}?span=month&start=2026-10-17", "supervisor"))
    assert (listed["first"], listed["last"]) == ("2026-10-01", "2026-10-31")
    assert all(row["dialogue"]["state"] == "DRAFT" for row in listed["officers"])
    assert program.get(f"{DIALOGUES}/file?span=month&start=2026-10-01", "supervisor").data[:2] == b"PK"
    number = listed["officers"][0]["dialogue"]["id"]
    assert program.get(f"{DIALOGUES}/{number}/file", "supervisor").data[:2] == b"PK"
    assert refusal(program.get(f"{DIALOGUES}?start=2125-01-01", "supervisor")) == (422, "unknown_span")


def test_an_intervention_is_planned_seen_and_closed(program: Program) -> None:
    path = f"{OFFICE}/interventions"
    made = ok(program.post(path, PLAN, "supervisor"), 201)
    assert ok(program.post(path, PLAN, "supervisor"), 201) == made
    assert (made["state"], made["version"], made["group"]) == ("planned", 1, "services")
    for wrong, code in (
        ({"members": ["ZZ"]}, "bad_group"),
        ({"members": ["A"], "control": "services", "control_members": ["A"]}, "bad_control"),
        ({"expected": 0}, "bad_expected"),
        ({"name": " "}, "words_needed"),
        ({"date": "2199-01-01"}, "bad_day"),
    ):
        assert refusal(program.post(path, PLAN | wrong, "supervisor")) == (422, code), wrong
    missing = program.post(path, PLAN | {"annotation": 99}, "supervisor")
    assert refusal(missing) == (404, "unknown_annotation")
    one = f"{path}/{made['id']}"
    early = program.post(f"{one}/close", {"text": "Turun.", "version": 1}, "supervisor")
    assert refusal(early) == (409, "results_not_seen")
    assert ok(program.post(f"{one}/results", officer="supervisor"))["state"] == "seen"
    changed = {**PLAN, "name": "Lain", "version": 2}
    assert refusal(program.post(f"{one}/change", changed, "supervisor")) == (422, "reason_needed")
    assert ok(program.post(f"{one}/change", changed | {"why": "Salah tulis."}, "supervisor"))["name"] == "Lain"
    assert refusal(program.post(f"{one}/change", changed, "supervisor")) == (409, "intervention_moved")
    assert ok(program.post(f"{one}/close", {"text": "Turun.", "version": 3}, "supervisor"))["state"] == "closed"
    assert ok(program.post(f"{one}/reopen", {"text": "Menyusul.", "version": 4}, "supervisor"))["state"] == "seen"
    later = ok(program.post(path, PLAN | {"date": "2026-12-01", "name": "Nanti"}, "supervisor"), 201)
    assert refusal(program.post(f"{path}/{later['id']}/results", officer="supervisor")) == (409, "not_begun")


def test_notes_and_signals_stand_beside_the_charts(program: Program, moment: Moment) -> None:
    wish = {"kind": "outage", "from": "2026-11-20", "text": "Sistem mati."}
    note = ok(program.post(f"{OFFICE}/annotations", wish, "supervisor"), 201)
    assert ok(program.post(f"{OFFICE}/annotations", wish, "supervisor"), 201) == note
    backwards = wish | {"to": "2026-11-19"}
    assert refusal(program.post(f"{OFFICE}/annotations", backwards, "supervisor")) == (422, "annotation_days")
    with program.db.write() as session:
        signal = IndicatorSignal(
            office_id=1,
            indicator=Monitored.WAIT,
            rule=SignalRule.XMR,
            day=moment.now.date(),
            facts={"value": 61.0},
            raised_at=moment.now,
        )
        session.add(signal)
        session.flush()
        number = signal.id
    shown = ok(program.get(f"{OFFICE}/metrics/monitoring", "supervisor"))
    assert shown["annotations"] == [note]
    assert [each["id"] for each in shown["signals"]] == [number]
    assert [each["indicator"] for each in shown["indicators"]] == ["wait", "speed", "accuracy", "satisfaction"]
    for _ in range(2):
        assert ok(program.post(f"{OFFICE}/signals/{number}/seen", officer="supervisor"))["seen_at"] is not None
    assert refusal(program.post(f"{OFFICE}/signals/999/seen", officer="supervisor")) == (404, "unknown_signal")
    for _ in range(2):
        ok(program.send("DELETE", f"{OFFICE}/annotations/{note['id']}", "supervisor"))
    assert ok(program.get(f"{OFFICE}/metrics/monitoring", "supervisor"))["annotations"] == []
    assert refusal(program.send("DELETE", f"{OFFICE}/annotations/9", "supervisor")) == (404, "unknown_annotation")


def test_a_report_is_asked_for_once(program: Program) -> None:
    path = f"{OFFICE}/reports"
    made = ok(program.post(path, {"month": "2026-10"}, "supervisor"), 201)
    assert ok(program.post(path, {"month": "2026-10"}, "supervisor"), 201) == made
    assert (made["status"], made["month"], made["language"]) == ("QUEUED", "2026-10", "id")
    assert ok(program.get(path, "supervisor"))["reports"] == [made]
    assert ok(program.get(f"{path}/{made['id']}", "supervisor")) == made
    assert refusal(program.get(f"{path}/{made['id']}/file", "supervisor")) == (404, "report_gone")
    assert refusal(program.get(f"{path}/77", "supervisor")) == (404, "unknown_report")
    assert refusal(program.post(path, {"month": "2027-01"}, "supervisor")) == (422, "future_month")
    assert refusal(program.post(path, {"month": "2026-13"}, "supervisor")) == (422, "invalid_request")

"""What must be there before the document's example of an operation can be taken: by its name, the path and the body."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from queue_app.models import ImportStatus, PastImport, Service
from tests.domain.test_signage import picture
from tests.routes.api.program import Program, uploaded


def _counter(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    program.open()
    return "/counters/1/", body


def _booked(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return f"/tickets/{program.ticket(channel='online')['id']}/", body


def _joined(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return f"/tickets/{program.ticket()['id']}/", body


def _at_counter(program: Program, body: dict[str, Any], *moves: str) -> tuple[str, dict[str, Any]]:
    program.ticket()
    program.open()
    ticket = program.call_next()
    for move in moves:
        ticket = program.move(move, ticket)
    return f"/tickets/{ticket['id']}/", body


def _chosen(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    program.open()
    return "/counters/1/", body | {"ticket": program.ticket()["id"]}


def _on_an_empty_office(_program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "/counters/1/", body


def _waiting(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    program.ticket()
    return _counter(program, body)


def _then(name: str, prepare: Any, *moves: str) -> Any:
    def prepared(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        path, sent = prepare(program, body, *moves)
        return path + name, sent

    return prepared


def _webhook(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    wish = {"name": "Situs", "url": "https://situs.example.go.id/", "kinds": ["ticket.call"]}
    made = program.post("/offices/senapelan/webhooks", wish, "admin").get_json()
    return f"/offices/senapelan/webhooks/{made['id']}/replay", body


def _complained(program: Program, body: dict[str, Any], *steps: str) -> tuple[str, dict[str, Any]]:
    """About a visit, taken in hand by the supervisor, and then as far as ``steps``."""
    ticket = program.ticket()
    wish = {"subject": "wait", "text": "Menunggu lama tanpa penjelasan."}
    program.post(f"/tickets/{ticket['id']}/complaints", wish)
    path, version = "/offices/senapelan/complaints/1/", 1
    for step in steps:
        sent = {"assign": {"assignee": "supervisor"}, "decide": {"resolution": "upheld", "text": "Benar."}}[step]
        version = program.post(path + step, {**sent, "version": version}, "supervisor").get_json()["version"]
    return path, {**body, "version": version} if "version" in body else body


def _own_complaint(program: Program, body: dict[str, Any], *steps: str) -> tuple[str, dict[str, Any]]:
    _complained(program, body, *steps)
    found = program.get("/offices/senapelan/complaints/1", "supervisor").get_json()
    return f"/complaints/{found['complaint']}/", body


def _heard(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    path, _ = _complained(program, {})
    wish = {"subject": "wait", "severity": "light", "officer": "petugas1", "version": 1}
    program.post(path + "classify", wish, "supervisor")
    return "/desk/complaints/1/view", body


def _contested(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    path, _ = _at_counter(program, body, "start", "finish")
    ticket = program.get(path.rstrip("/")).get_json()
    program.post(path + "flag", {"version": ticket["version"], "reason": "listrik padam"}, "petugas1")
    body["legs"] = [{"ticket": ticket["id"], "version": ticket["version"]}]
    return "/offices/senapelan/claims/decide", body


def _outage(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    _at_counter(program, body, "start", "finish")
    return "/desk/outage", body


def _full(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    with program.db.write() as session:
        session.scalars(select(Service).where(Service.code == "A")).one().daily_quota = 0
    return "/offices/senapelan/services/A/waiting-list", body


def _listed(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    path, _ = _full(program, body)
    entry = program.post(path, {"date": "2026-11-25", "phone": "0812 3456 7890"}).get_json()["entry"]
    return f"/waiting-list/{entry}/leave", body


def _told(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    settings = program.app.extensions["antrean_config"]
    program.app.extensions["antrean_config"] = replace(settings, notify_urls={"whatsapp": "json://localhost/{phone}"})
    return _then("contacts", _joined)(program, body)


def _display(program: Program) -> str:
    made = program.post("/offices/senapelan/displays", {"name": "Ruang tunggu"}, "supervisor").get_json()
    return f"/offices/senapelan/displays/{made['id']}"


def _code(program: Program) -> str:
    found: str = program.app.test_client().post("/display/pairing").get_json()["code"]
    return found


def _medium(program: Program) -> str:
    content = "/offices/senapelan/display-content/media"
    return f"{content}/{uploaded(program, content, picture(), 'supervisor')['id']}"


def _import(program: Program, deed: str) -> str:
    table = b"Waktu datang;Petugas;Layanan\n02/03/2026 08:00;Ani;KTP\n"
    made = uploaded(program, "/offices/senapelan/imports?kind=csv", table, "admin")
    if deed == "bring":
        with program.db.write() as session:
            found = session.get_one(PastImport, made["id"])
            found.status, found.found = ImportStatus.CHECKED, {"services": {"KTP": 1}, "officers": {"Ani": 1}}
    return f"/offices/senapelan/imports/{made['id']}/{deed}"


_PERSONAL = "/offices/senapelan/personal-data/"


def _of_somebody(program: Program, body: dict[str, Any]) -> dict[str, Any]:
    ticket = program.ticket(channel="online", name="Nama Warga")
    program.post(f"/tickets/{ticket['id']}/cancel", {})
    return body | {"tickets": [ticket["id"]]}


def _printer(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    wish = {"name": "Kios", "address": "192.168.1.50:9100"}
    made = program.post("/offices/senapelan/printers", wish, "admin").get_json()
    return f"/offices/senapelan/printers/{made['id']}", body


def _setting(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    wish = {"settings": {"grace_minutes": 45}}
    program.send("PATCH", "/offices/senapelan/settings", "admin", json=wish, headers={"If-Match": "*"})
    number = program.get("/offices/senapelan/changes", "admin").get_json()["changes"][0]["number"]
    return f"/offices/senapelan/changes/{number}/put-back", body


def _at(path: str) -> Any:
    return lambda _program, body: (f"/offices/senapelan/{path}", body)


PLAN = {
    "kind": "training",
    "name": "Pelatihan",
    "done": "Dua hari pelatihan.",
    "date": "2026-11-02",
    "primary": ["speed"],
}


def _planned(program: Program, body: dict[str, Any], *steps: str) -> tuple[str, dict[str, Any]]:
    """An intervention, as far as ``steps``."""
    made = program.post("/offices/senapelan/interventions", PLAN, "supervisor").get_json()
    path = f"/offices/senapelan/interventions/{made['id']}/"
    for step in steps:
        sent = None if step == "results" else {"text": "Turun.", "version": made["version"]}
        made = program.post(path + step, sent, "supervisor").get_json()
    return path, {**body, "version": made["version"]} if "version" in body else body


def _dialogue(program: Program, body: dict[str, Any], *steps: str) -> tuple[str, dict[str, Any]]:
    """The dialogue of last month with petugas1, as far as ``steps``."""
    wish = {"span": "month", "start": "2026-10-01", "officer": "petugas1"}
    number = program.post("/offices/senapelan/dialogues", wish, "supervisor").get_json()["dialogue"]
    path = f"/offices/senapelan/dialogues/{number}/"
    made = program.get(path.rstrip("/"), "supervisor").get_json()
    for step in steps:
        sent: dict[str, Any] = {
            "conduct": {"level": "as", "text": "Ramah."},
            "actions": {"kind": "training", "text": "Pelatihan.", "due": "2026-12-31"},
            "open": {},
            "close": {"predikat": "good", "text": "Sesuai."},
        }[step]
        made = program.post(path + step, {**sent, "version": made["version"]}, "supervisor").get_json()
    if "version" in body:
        body = {**body, "version": made["version"]}
    if "target" in body:
        body["target"] = made["lines"][0]["target"]
    return path, body


def _target_gone(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    path, body = _dialogue(program, body)
    target = program.get(path.rstrip("/"), "supervisor").get_json()["lines"][0]["target"]
    return f"{path}targets/{target}/remove", body


def _own_dialogue(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    path, body = _dialogue(program, body, "open")
    return "/desk" + path.removeprefix("/offices/senapelan"), body


def _served_there(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    path, _ = _at_counter(program, {}, "start")
    ticket = program.get(path.rstrip("/")).get_json()
    return "/counters/1/finish-and-call-next", {"ticket": ticket["id"], "version": ticket["version"]}


def _by_code(program: Program, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    ticket = program.ticket(channel="online")
    found = program.post("/offices/senapelan/tickets/find", {"text": ticket["label"]}, "petugas1").get_json()
    body["text"] = f"{ticket['label']} {found['tickets'][0]['short_code']}"
    return "/offices/senapelan/check-in", body


PREPARED = {
    "add_note": _then("notes", _dialogue),
    "add_own_note": _then("notes", _own_dialogue),
    "agree_action": _then("actions", _dialogue),
    "annotate": lambda _program, body: ("/offices/senapelan/annotations", body),
    "answer_dialogue": _then("answer", _own_dialogue),
    "ask_report": lambda _program, body: ("/offices/senapelan/reports", body),
    "change_intervention": _then("change", _planned),
    "check_in_by_code": _by_code,
    "close_dialogue": _then("close", _dialogue, "conduct", "open"),
    "close_intervention": _then("close", _planned, "results"),
    "find_tickets": lambda _program, body: ("/offices/senapelan/tickets/find", body),
    "finish_and_call_next": _served_there,
    "give_up_ticket": _then("give-up", _joined),
    "open_dialogue": _then("open", _dialogue),
    "propose_intervention": lambda _program, body: ("/offices/senapelan/interventions", body),
    "remove_target": _target_gone,
    "reopen_dialogue": _then("reopen", _dialogue, "conduct", "open", "close"),
    "reopen_intervention": _then("reopen", _planned, "results", "close"),
    "set_conduct": _then("conduct", _dialogue),
    "set_target": _then("targets", _dialogue),
    "start_dialogues": lambda _program, body: ("/offices/senapelan/dialogues", body),
    "add_contact": _told,
    "answer_survey": _then("survey", _at_counter, "start", "finish"),
    "appeal_complaint": _then("appeal", _own_complaint, "assign", "decide"),
    "assign_complaint": _then("assign", _complained),
    "classify_complaint": _then("classify", _complained),
    "contest_outage": _outage,
    "decide_claims": _contested,
    "decide_complaint": _then("decide", _complained, "assign"),
    "file_complaint": lambda _program, body: ("/offices/senapelan/complaints", body),
    "join_waiting_list": _full,
    "leave_waiting_list": _listed,
    "reopen_complaint": _then("reopen", _complained, "assign", "decide"),
    "reply_to_complaint": _then("reply", _complained),
    "set_survey_share": lambda _program, body: ("/offices/senapelan/survey-share", body),
    "state_view": _heard,
    "summarise_complaint": _then("summary", _complained),
    "withdraw_complaint": _then("withdraw", _own_complaint),
    "write_to_complaint": _then("messages", _own_complaint),
    "change_settings": _at("settings"),
    "add_service": _at("services"),
    "change_service": _at("services/A"),
    "merge_service": _at("services/A/merge"),
    "set_service_hours": _at("services/A/hours"),
    "add_counter": _at("counters"),
    "change_counter": _at("counters/1"),
    "set_skills": _at("skills"),
    "set_hours": _at("calendar/hours"),
    "set_day": _at("calendar/days/2026-12-24"),
    "load_holidays": _at("calendar/holidays/load"),
    "confirm_holidays": _at("calendar/holidays/confirm"),
    "add_printer": _at("printers"),
    "change_printer": _printer,
    "set_speaking": _at("voice/displays"),
    "put_back_change": _setting,
    "preview_configuration": _at("configuration/preview"),
    "apply_configuration": _at("configuration"),
    "create_webhook": lambda _program, body: ("/offices/senapelan/webhooks", body),
    "replay_webhook": _webhook,
    "change_webhook": lambda program, body: (_webhook(program, body)[0].removesuffix("/replay"), body),
    "create_display": lambda _program, body: ("/offices/senapelan/displays", body),
    "change_display": lambda program, body: (_display(program), body),
    "pair_display": lambda program, body: (_display(program) + "/pair", body | {"code": _code(program)}),
    "add_line": lambda _program, body: ("/offices/senapelan/display-content/lines", body),
    "change_look": lambda _program, body: ("/offices/senapelan/display-content/look", body),
    "change_medium": lambda program, body: (_medium(program), body),
    "read_import": lambda program, body: (_import(program, "read"), body),
    "bring_import": lambda program, body: (_import(program, "bring"), body),
    "find_person": lambda _program, body: (_PERSONAL + "find", body),
    "copy_person": lambda program, body: (_PERSONAL + "copy", _of_somebody(program, body)),
    "erase_person": lambda program, body: (_PERSONAL + "erase", _of_somebody(program, body)),
    "add_person": lambda _program, body: ("/offices/senapelan/people", body),
    "set_role": lambda _program, body: ("/offices/senapelan/people/petugas1/role", body),
    "create_token": lambda _program, body: ("/offices/senapelan/tokens", body),
    "issue_ticket": lambda _program, body: ("/offices/senapelan/tickets", body),
    "hold_slot": lambda _program, body: ("/offices/senapelan/services/A/holds", body),
    "check_in_ticket": _then("check-in", _booked),
    "defer_ticket": _then("defer", _joined),
    "give_feedback": _then("feedback", _at_counter, "start", "finish"),
    "send_complaint": _then("complaints", _joined),
    "cancel_ticket": _then("cancel", _booked),
    "reschedule_ticket": _then("reschedule", _booked),
    "open_counter": _then("open", _on_an_empty_office),
    "pause_counter": _then("pause", _counter),
    "close_counter": _then("close", _counter),
    "call_next": _then("call-next", _waiting),
    "call_chosen": _then("call", _chosen),
    "start_ticket": _then("start", _at_counter),
    "finish_ticket": _then("finish", _at_counter, "start"),
    "recall_ticket": _then("recall", _at_counter),
    "hold_ticket": _then("hold", _at_counter, "start"),
    "resume_ticket": _then("resume", _at_counter, "start", "hold"),
    "no_show_ticket": _then("no-show", _at_counter),
    "return_ticket": _then("return", _at_counter),
    "pause_service": lambda _program, body: ("/offices/senapelan/services/A/pause", body),
    "resume_service": lambda _program, body: ("/offices/senapelan/services/A/resume", body),
    "stop_issuing": lambda _program, body: ("/offices/senapelan/issuing/stop", body),
    "resume_issuing": lambda _program, body: ("/offices/senapelan/issuing/resume", body),
    "announce": lambda _program, body: ("/offices/senapelan/announcements", body),
    "plan_needs": lambda _program, body: ("/offices/senapelan/planning/needs", body),
    "plan_what_if": lambda _program, body: ("/offices/senapelan/planning/what-if", body),
    "move_waiting": lambda _program, body: ("/offices/senapelan/move-waiting", body),
    "close_day": lambda _program, body: ("/offices/senapelan/close-day", body),
    "end_shift": _then("end-shift", _counter),
    "move_ticket": _then("move", _joined),
    "set_category": _then("category", _joined),
    "transfer_ticket": _then("transfer", _at_counter, "start"),
    "flag_ticket": _then("flag", _at_counter, "start", "finish"),
    "undo_ticket": _then("undo", _at_counter, "start", "finish"),
}

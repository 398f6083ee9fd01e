"""An officer's program: the counter, the call, and the moves of the ticket at it."""

from datetime import timedelta
from typing import Any

import pytest

from queue_app import accounts
from queue_app.models import Counter, Office, Role, Service
from tests.office import PASSWORD, Desk
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program, refusal

DESK_MOVES = ["start", "finish", "recall", "hold", "resume", "no-show", "return", "transfer"]
COUNTER_MOVES = ["open", "pause", "close", "call-next", "call"]


def body_for(name: str, version: int = 1) -> dict[str, Any]:
    return {"version": version} | ({"service": "B"} if name == "transfer" else {})


def staff_paths(program: Program) -> list[str]:
    ticket = program.ticket()["id"]
    return [f"/counters/1/{name}" for name in COUNTER_MOVES] + [
        f"/tickets/{ticket}/{name}" for name in (*DESK_MOVES, "undo")
    ]


def test_a_counter_opens_pauses_and_closes(program: Program) -> None:
    opened = program.open()
    assert opened == {
        "id": opened["id"],
        "counter": 1,
        "number": 1,
        "officer": "petugas1",
        "state": "OPEN",
        "opened_at": "2026-11-24T09:00:00.000+07:00",
    }
    paused = program.post("/counters/1/pause", {"reason": "salat"}, "petugas1").get_json()
    assert paused == opened | {"state": "PAUSED"}
    assert program.open() == opened
    assert program.post("/counters/1/close", officer="petugas1").get_json() == opened | {"state": "CLOSED"}


def test_a_counter_has_one_officer_and_an_officer_one_counter(program: Program) -> None:
    program.open("petugas1", 1)
    assert refusal(program.post("/counters/1/open", officer="petugas2")) == (409, "counter_taken")
    elsewhere = program.post("/counters/2/open", officer="petugas1")
    assert refusal(elsewhere) == (409, "officer_elsewhere")
    assert elsewhere.get_json()["number"] == 1


def test_calling_takes_the_longest_waiting(program: Program, moment: Moment) -> None:
    first = program.ticket("A")
    moment.now += timedelta(minutes=1)
    program.ticket("B")
    program.open()
    called = program.call_next()
    assert (called["id"], called["state"], called["counter"]) == (first["id"], "CALLED", 1)
    assert called["called_at"] == "2026-11-24T09:01:00.000+07:00"
    assert "position" not in called


def test_nobody_waiting_is_an_answer_without_content(program: Program) -> None:
    program.open()
    answer = program.post("/counters/1/call-next", officer="petugas1")
    assert (answer.status_code, answer.data) == (204, b"")


def test_a_doubled_call_gets_the_first_answer_again(program: Program) -> None:
    program.ticket()
    program.ticket()
    program.open()
    key = {"Idempotency-Key": "tap-1"}
    first = program.post("/counters/1/call-next", officer="petugas1", headers=key)
    again = program.post("/counters/1/call-next", officer="petugas1", headers=key)
    assert again.get_json() == first.get_json()
    other = program.post("/counters/1/call-next", officer="petugas1")
    assert refusal(other) == (409, "counter_busy")
    assert other.get_json()["label"] == "A-001"


def test_a_paused_or_closed_counter_calls_nobody(program: Program) -> None:
    program.ticket()
    assert refusal(program.post("/counters/1/call-next", officer="petugas1")) == (409, "counter_not_open")
    program.open()
    program.post("/counters/1/pause", officer="petugas1")
    assert refusal(program.post("/counters/1/call-next", officer="petugas1")) == (409, "counter_paused")


def test_a_counter_with_a_ticket_is_neither_paused_nor_closed(program: Program) -> None:
    program.ticket()
    program.open()
    program.call_next()
    for name in ("pause", "close"):
        assert refusal(program.post(f"/counters/1/{name}", officer="petugas1")) == (409, "still_at_counter")


def test_a_chosen_ticket_is_called_out_of_turn_and_the_log_says_why(program: Program, desk: Desk) -> None:
    program.ticket()
    second = program.ticket()
    program.open()
    answer = program.post("/counters/1/call", {"ticket": second["id"], "reason": "lansia"}, "petugas1")
    assert answer.get_json()["label"] == "A-002"
    call = desk.events()[-1]
    assert (call.action, call.reason) == ("call", "lansia")


def test_a_chosen_ticket_must_be_waiting_and_of_the_counters_services(program: Program, desk: Desk) -> None:
    program.open()
    booked = program.ticket(channel="online")
    assert refusal(program.post("/counters/1/call", {"ticket": booked["id"]}, "petugas1")) == (409, "illegal_move")
    assert refusal(program.post("/counters/1/call", {"ticket": "none"}, "petugas1")) == (404, "unknown_ticket")
    with desk.db.write() as session:
        counter = session.get_one(Counter, 1)
        counter.services = [service for service in counter.services if service.code == "A"]
    other = program.ticket("B")
    assert refusal(program.post("/counters/1/call", {"ticket": other["id"]}, "petugas1")) == (403, "other_service")


def test_one_ticket_from_call_to_served_with_all_that_can_come_between(program: Program, desk: Desk) -> None:
    program.ticket()
    program.open()
    ticket = program.move("recall", program.call_next())
    ticket = program.move("start", ticket)
    ticket = program.move("hold", ticket, reason="fotokopi")
    assert (ticket["state"], "counter" in ticket) == ("ON_HOLD", False)
    ticket = program.move("resume", ticket)
    ticket = program.move("transfer", ticket, service="B", reason="kurang berkas")
    assert (ticket["state"], ticket["service"], ticket["label"]) == ("WAITING", "B", "A-001")
    ticket = program.move("no-show", program.call_next())
    assert ticket["state"] == "NO_SHOW"
    ticket = program.move("return", ticket)
    ticket = program.move("finish", program.move("start", program.call_next()))
    assert (ticket["state"], ticket["version"]) == ("SERVED", 13)
    assert [event.reason for event in desk.events() if event.reason] == ["fotokopi", "kurang berkas"]


@pytest.mark.parametrize("name", ["start", "recall", "no-show", "return"])
def test_a_doubled_move_gets_the_first_answer_again(program: Program, name: str) -> None:
    program.ticket()
    program.open()
    called = program.call_next()
    first = program.move(name, called, reason="sekali saja")
    assert program.move(name, called, reason="sekali saja") == first


def test_a_version_that_has_passed_is_stale(program: Program) -> None:
    program.ticket()
    program.open()
    ticket = program.move("recall", program.move("recall", program.call_next()))
    for name in DESK_MOVES:
        answer = program.post(f"/tickets/{ticket['id']}/{name}", body_for(name, 1), "petugas1")
        assert refusal(answer) == (409, "stale_ticket"), name
        assert answer.get_json()["state"] == "CALLED"


def test_a_move_that_does_not_start_here_names_the_state(program: Program) -> None:
    program.open()
    booked = program.ticket(channel="online")
    for name in DESK_MOVES:
        answer = program.post(f"/tickets/{booked['id']}/{name}", body_for(name), "petugas1")
        assert refusal(answer) == (409, "illegal_move"), name
        assert answer.get_json()["state"] == "BOOKED"


def test_a_ticket_at_another_counter_is_not_moved(program: Program) -> None:
    program.ticket()
    program.open("petugas1", 1)
    program.open("petugas2", 2)
    called = program.call_next("petugas1", 1)
    answer = program.post(f"/tickets/{called['id']}/start", {"version": 2}, "petugas2")
    assert refusal(answer) == (403, "not_your_ticket")


def test_a_no_show_comes_back_only_within_the_grace_time(program: Program, moment: Moment) -> None:
    program.ticket()
    program.open()
    missed = program.move("no-show", program.call_next())
    moment.now += timedelta(hours=2)
    answer = program.post(f"/tickets/{missed['id']}/return", {"version": missed["version"]}, "petugas1")
    assert refusal(answer) == (409, "grace_over")


def test_a_transfer_to_an_unknown_service_is_refused(program: Program) -> None:
    program.ticket()
    program.open()
    called = program.call_next()
    answer = program.post(f"/tickets/{called['id']}/transfer", {"version": 2, "service": "Z"}, "petugas1")
    assert refusal(answer) == (404, "unknown_service")


def test_every_desk_move_asks_for_the_version(program: Program) -> None:
    ticket = program.ticket()
    for name in DESK_MOVES:
        answer = program.post(f"/tickets/{ticket['id']}/{name}", {}, "petugas1")
        assert refusal(answer) == (422, "invalid_request")
        assert "version" in {error["field"] for error in answer.get_json()["errors"]}


def test_without_a_token_nothing_moves(program: Program) -> None:
    for path in staff_paths(program):
        answer = program.post(path, {"nonsense": True})
        assert refusal(answer) == (401, "token_missing")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_nobody_has_is_refused(program: Program) -> None:
    for sent in ("Bearer x", "Bearer " + "x" * 3000, "bearer  é"):
        assert refusal(program.post("/counters/1/open", headers={"Authorization": sent})) == (401, "token_unknown")
    for sent in ("Basic cGV0dWdhczE6eA==", "Bearer", "Bearer  ", "petugas1"):
        assert refusal(program.post("/counters/1/open", headers={"Authorization": sent})) == (401, "token_missing")


@pytest.mark.parametrize("person", ["supervisor", "admin"])
def test_the_desk_is_for_officers(program: Program, person: str) -> None:
    for path in staff_paths(program):
        assert refusal(program.post(path, officer=person)) == (403, "wrong_role"), path


def test_what_is_no_counter_is_unknown(program: Program) -> None:
    for counter in ("99", "0", "-1", "1.0", "x", "9" * 30, "%D9%A3", "1%20"):
        answer = program.post(f"/counters/{counter}/open", officer="petugas1")
        assert refusal(answer) == (404, "unknown_counter"), counter


def test_the_officers_of_one_office_do_not_reach_into_another(program: Program, desk: Desk) -> None:
    with desk.db.write() as session:
        office = Office(slug="rumbai", name="Disdukcapil Rumbai")
        session.add(office)
        session.flush()
        service = Service(office_id=office.id, code="A", prefix="A", name_id="Akta", name_en="Certificate")
        session.add(Counter(office_id=office.id, number=1, services=[service]))
        accounts.create_user(session, office=office, username="jauh", role=Role.OFFICER, password=PASSWORD)
    ticket = program.ticket()
    assert refusal(program.post("/counters/1/open", officer="jauh")) == (404, "unknown_counter")
    assert refusal(program.post("/counters/6/open", officer="petugas1")) == (404, "unknown_counter")
    assert program.post("/counters/6/open", officer="jauh").status_code == 200
    for name in DESK_MOVES:
        answer = program.post(
            f"/tickets/{ticket['id']}/{name}", body_for(name) | ({"service": "A"} if name == "transfer" else {}), "jauh"
        )
        assert refusal(answer) == (404, "unknown_ticket")
    assert refusal(program.post("/counters/6/call", {"ticket": ticket["id"]}, "jauh")) == (404, "unknown_ticket")


def test_a_person_who_was_barred_has_no_token_any_more(program: Program, desk: Desk) -> None:
    program.open()
    with desk.db.write() as session:
        desk.user(session, "petugas1").active = False
    assert refusal(program.post("/counters/1/close", officer="petugas1")) == (401, "token_unknown")


def test_a_program_contests_a_time_and_the_ticket_stays_as_it_is(program: Program) -> None:
    program.open()
    program.ticket()
    ticket = program.move("finish", program.move("start", program.call_next()))
    contest = {"version": ticket["version"], "reason": "listrik padam", "kind": "system"}
    path = f"/tickets/{ticket['id']}/flag"
    for _ in ("once", "doubled"):
        answer = program.post(path, contest, "petugas1")
        assert (answer.status_code, answer.get_json()["version"]) == (200, ticket["version"])
    assert refusal(program.post(path, contest, "petugas2")) == (403, "not_your_leg")
    assert refusal(program.post(path, contest | {"version": 2}, "petugas1")) == (409, "stale_ticket")
    assert refusal(program.post(path, contest | {"reason": " "}, "petugas1")) == (422, "reason_needed")


def test_a_finish_says_what_came_of_it(program: Program, desk: Desk) -> None:
    program.ticket("A")
    program.open()
    started = program.move("start", program.call_next())
    assert refusal(program.post(f"/tickets/{started['id']}/finish", {"version": 3, "outcome": "lost"}, "petugas1")) == (
        422,
        "invalid_request",
    )
    elsewhere = {"version": 3, "outcome": "redirected", "service_given": "Z"}
    assert refusal(program.post(f"/tickets/{started['id']}/finish", elsewhere, "petugas1")) == (404, "unknown_service")
    program.move("finish", started, outcome="papers_missing", service_given="C")
    data = desk.events()[-1].data
    assert (data["outcome"], data["service_given"]) == ("papers_missing", "C")


def test_a_hold_may_say_when_to_be_reminded(program: Program, desk: Desk) -> None:
    program.ticket("A")
    program.open()
    program.move("hold", program.move("start", program.call_next()), remind_minutes=20)
    assert desk.events()[-1].data == {"remind_minutes": 20}


def test_a_slip_is_undone_and_a_call_is_not(program: Program, moment: Moment) -> None:
    program.ticket("A")
    program.open()
    called = program.call_next()
    assert refusal(program.post(f"/tickets/{called['id']}/undo", {"version": 2}, "petugas1")) == (409, "not_undoable")
    finished = program.move("finish", program.move("start", called))
    back = program.move("undo", finished)
    assert (back["state"], back["version"], back["counter"]) == ("SERVING", 5, 1)
    assert program.move("undo", finished) == back
    assert refusal(program.post(f"/tickets/{called['id']}/undo", {"version": 3}, "petugas1")) == (409, "undo_overtaken")
    again = program.move("finish", back)
    moment.now += timedelta(seconds=30)
    assert refusal(program.post(f"/tickets/{called['id']}/undo", {"version": again["version"]}, "petugas1")) == (
        409,
        "undo_too_late",
    )
    assert refusal(program.post(f"/tickets/{called['id']}/undo", {"version": again["version"]}, "petugas2")) == (
        403,
        "not_your_move",
    )

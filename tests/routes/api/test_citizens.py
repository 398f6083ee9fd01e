"""What a citizen's program does beside its ticket's moves: the survey, the waiting list, who is told, the calendar."""

from dataclasses import replace
from typing import Any

from icalendar import Calendar
from sqlalchemy import select

from queue_app.models import Service
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program, refusal

LIST = "/offices/senapelan/services/A/waiting-list"
WISH = {"date": "2026-11-25", "phone": "0812 3456 7890"}


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.get_json()


def quota(program: Program, most: int | None) -> None:
    with program.db.write() as session:
        session.scalars(select(Service).where(Service.code == "A")).one().daily_quota = most


def test_the_survey_is_answered_bit_by_bit(program: Program, moment: Moment) -> None:
    program.ticket()
    program.open()
    ticket = program.call_next()
    path = f"/tickets/{ticket['id']}/survey"
    assert refusal(program.post(path, {"answers": {"time": 4}})) == (409, "not_served_yet")
    program.move("finish", program.move("start", ticket))
    assert len(ok(program.get(path))["left"]) == 9
    assert refusal(program.post(path, {})) == (422, "no_answer")
    assert refusal(program.post(path, {"answers": {"time": 5}})) == (422, "invalid_request")
    begun = ok(program.post(path, {"answers": {"time": 4}, "about": {"sex": "female"}}))
    assert (begun["answers"], begun["about"], begun["complete"]) == ({"time": 4}, {"sex": "female"}, False)
    rest = dict.fromkeys(begun["left"], 3)
    assert ok(program.post(path, {"answers": rest}))["complete"]
    assert ok(program.post(path, {"answers": {"time": 1}}))["answers"]["time"] == 4


def test_a_place_comes_to_who_waits_for_it(program: Program) -> None:
    assert refusal(program.post(LIST, WISH)) == (409, "place_available")
    quota(program, 1)
    taken = program.ticket(channel="online", date="2026-11-25")
    assert refusal(program.post(LIST, {"date": "2026-11-25"})) == (422, "invalid_request")
    for _ in range(2):
        place = ok(program.post(LIST, WISH, headers={"Idempotency-Key": "k"}), 201)
    assert place["position"] == 1
    assert refusal(program.post(LIST, WISH)) == (409, "already_listed")
    ok(program.post(f"/tickets/{taken['id']}/cancel"))
    placed = ok(program.get(f"/waiting-list/{place['entry']}"))
    assert (placed["outcome"], placed["position"]) == ("placed", None)
    assert ok(program.get(f"/tickets/{placed['ticket']}"))["state"] == "BOOKED"
    ok(program.post(f"/waiting-list/{place['entry']}/leave"))
    assert ok(program.get(f"/tickets/{placed['ticket']}"))["state"] == "CANCELLED"
    assert refusal(program.get("/waiting-list/none")) == (404, "unknown_entry")


def test_whoever_leaves_the_list_is_out_of_it(program: Program) -> None:
    quota(program, 0)
    entry = ok(program.post(LIST, WISH), 201)["entry"]
    for _ in range(2):
        assert ok(program.post(f"/waiting-list/{entry}/leave"))["outcome"] == "left"


def test_who_is_told_is_kept_and_forgotten(program: Program) -> None:
    settings = program.app.extensions["antrean_config"]
    program.app.extensions["antrean_config"] = replace(settings, notify_urls={"whatsapp": "json://localhost/{phone}"})
    path = f"/tickets/{program.ticket()['id']}/contacts"
    wish = {"channel": "whatsapp", "address": "0812 3456 7890"}
    first = ok(program.post(path, wish), 201)
    assert ok(program.post(path, wish), 201) == first
    assert ok(program.get(path))["contacts"] == [first]
    assert refusal(program.post(path, {"channel": "pigeon", "address": "x"})) == (422, "unknown_channel")
    assert refusal(program.post(path, {"channel": "whatsapp", "address": "x"})) == (422, "bad_phone")
    assert refusal(program.post(path, {"push": {"endpoint": 1}})) == (422, "bad_push_keys")
    other = f"/tickets/{program.ticket(service='B')['id']}/contacts"
    assert refusal(program.send("DELETE", f"{other}/{first['id']}")) == (404, "unknown_contact")
    ok(program.send("DELETE", f"{path}/{first['id']}"))
    assert ok(program.get(path))["contacts"] == []


def test_the_calendar_opens(program: Program) -> None:
    ticket = program.ticket(channel="online", date="2026-11-25", slot="09:00")
    answer = program.get(f"/tickets/{ticket['id']}/calendar")
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert event["url"].endswith(ticket["id"])
    assert refusal(program.get("/tickets/none/calendar")) == (404, "unknown_ticket")

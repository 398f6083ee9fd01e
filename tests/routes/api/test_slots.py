"""Arrival slots, and places that a program holds."""

from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from queue_app.models import Closure
from queue_app.release import Stage
from tests.office import Desk
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program

SLOTS = "/offices/senapelan/services/A/slots"
HOLDS = "/offices/senapelan/services/A/holds"
TICKETS = "/offices/senapelan/tickets"
ONLINE = {"service": "A", "channel": "online"}
TEN = {"date": "2026-11-25", "slot": "10:00"}


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def held(program: Program, **wish: Any) -> dict[str, Any]:
    answer = program.post(HOLDS, TEN | wish)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def remaining(program: Program, query: str = "") -> int:
    slots = program.get(f"{SLOTS}?date=2026-11-25{query}").get_json()["slots"]
    return next(int(slot["remaining"]) for slot in slots if slot["slot"] == "10:00")


def test_a_held_place_becomes_a_ticket(program: Program) -> None:
    kept = held(program)
    assert kept["expires_at"] == "2026-11-24T09:05:00.000+07:00"
    assert remaining(program) == 3
    ticket = program.post(TICKETS, ONLINE | {"hold": kept["hold"]}).get_json()
    assert (ticket["date"], ticket["slot"], ticket["state"]) == ("2026-11-25", "10:00", "BOOKED")
    assert remaining(program) == 3
    assert code(program.post(TICKETS, ONLINE | {"hold": kept["hold"]})) == (409, "hold_expired")


def test_a_retry_with_its_key_gets_the_ticket_of_the_hold(program: Program) -> None:
    body = ONLINE | TEN | {"hold": held(program)["hold"]}
    answers = [program.post(TICKETS, body, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json()["id"] == answers[1].get_json()["id"]


def test_a_hold_ends_after_five_minutes(program: Program, moment: Moment) -> None:
    kept = held(program)
    moment.now += timedelta(minutes=5)
    assert remaining(program) == 4
    assert code(program.post(TICKETS, ONLINE | TEN | {"hold": kept["hold"]})) == (409, "hold_expired")


def test_a_hold_can_be_given_up_once(program: Program) -> None:
    kept = held(program)
    path = f"{HOLDS}/{kept['hold']}"
    answer = program.send("DELETE", path)
    assert (answer.status_code, answer.get_json()) == (200, {"hold": kept["hold"]})
    assert code(program.send("DELETE", path)) == (404, "unknown_hold")
    assert remaining(program) == 4


def test_the_last_place_held_is_full_for_others(program: Program, desk: Desk) -> None:
    desk.change_service("A", slot_capacity=1)
    held(program)
    assert code(program.post(HOLDS, TEN)) == (409, "slot_full")
    assert code(program.post(TICKETS, ONLINE | TEN)) == (409, "slot_full")


@pytest.mark.parametrize(
    ("wish", "status", "refusal"),
    [
        ({"slot": "10:00", "hold": "made up"}, 409, "hold_expired"),
        ({"hold": "made up"}, 409, "hold_expired"),
        ({"hold": ""}, 422, "invalid_request"),
        ({"hold": "x" * 41}, 422, "invalid_request"),
        ({"hold": "\x00"}, 422, "invalid_request"),
        ({"hold": 5}, 422, "invalid_request"),
        ({"relation": "boss"}, 422, "invalid_request"),
    ],
)
def test_what_is_no_hold_is_refused(program: Program, wish: dict[str, Any], status: int, refusal: str) -> None:
    assert code(program.post(TICKETS, ONLINE | wish)) == (status, refusal)


@pytest.mark.parametrize(
    "wish", [{"slot": "10:30", "date": "2026-11-25"}, {"slot": "10:00"}, {"service": "B"}, {"channel": "reception"}]
)
def test_a_hold_is_for_its_place_only(program: Program, wish: dict[str, Any]) -> None:
    kept = held(program)
    assert code(program.post(TICKETS, ONLINE | wish | {"hold": kept["hold"]})) == (422, "other_hold")
    assert program.post(TICKETS, ONLINE | {"hold": kept["hold"]}).status_code == 201


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({"date": "2026-11-23"}, "past_date"),
        ({"date": "2027-11-25"}, "too_far_ahead"),
        ({"slot": "10:01"}, "unknown_slot"),
        ({"date": "2026-11-24", "slot": "08:00"}, "unknown_slot"),
    ],
)
def test_no_place_is_held_that_cannot_be_had(program: Program, wish: dict[str, Any], refusal: str) -> None:
    assert code(program.post(HOLDS, TEN | wish))[1] == refusal


def test_a_channel_sees_what_is_left_for_it(program: Program, desk: Desk) -> None:
    desk.change_service("A", online_share_percent=25)
    held(program)
    assert (remaining(program), remaining(program, "&channel=reception")) == (0, 3)
    assert code(program.post(HOLDS, TEN)) == (409, "online_share_full")
    assert held(program, channel="reception")


def test_it_says_when_the_next_places_open(program: Program, desk: Desk) -> None:
    assert program.get(f"{SLOTS}?date=2026-11-25").get_json()["opens_at"] is None
    plan = [Stage(7, 420, 50), Stage(1, 720, 50)]
    desk.change_service("A", release=[stage.as_stored() for stage in plan])
    day = program.get(f"{SLOTS}?date=2026-12-03").get_json()
    assert day["opens_at"] == "2026-11-26T07:00:00.000+07:00"
    assert {slot["remaining"] for slot in day["slots"]} == {0}
    answer = program.post(TICKETS, ONLINE | {"date": "2026-12-03", "slot": "10:00"})
    assert code(answer) == (409, "not_released")
    told = answer.get_json()
    assert (told["opens_date"], told["opens"], told["zone"]) == ("2026-11-26", "07:00", "WIB")
    assert "Kamis, 26 November 2026 pukul 07:00 WIB" in told["detail"]


def test_quotas_of_a_channel_and_lead_times_are_told_apart(program: Program, desk: Desk) -> None:
    desk.change_service("A", online_quota=0, lead_minutes=120)
    assert code(program.post(TICKETS, ONLINE)) == (409, "channel_quota_full")
    assert code(program.post(TICKETS, ONLINE | {"slot": "10:00"})) == (422, "lead_time_over")
    assert program.post(TICKETS, ONLINE | {"channel": "kiosk"}).status_code == 201
    desk.change_service("B", online_needs_slot=True)
    assert code(program.post(TICKETS, ONLINE | {"service": "B"})) == (422, "slot_needed")


def test_the_office_tells_its_costs_and_closed_days(program: Program, desk: Desk) -> None:

    desk.change_service("B", cost_rupiah=50_000)
    with desk.db.write() as session:
        session.add(Closure(office_id=desk.office(session).id, day=date(2026, 12, 9), reason="Pilkada"))
    office = program.get("/offices/senapelan").get_json()
    assert {service["code"]: service["cost_rupiah"] for service in office["services"]}["B"] == 50_000
    assert office["closed_days"] == [{"date": "2026-12-09", "reason": "Pilkada"}]
    refusal = program.post(TICKETS, ONLINE | {"date": "2026-12-09"}).get_json()
    assert (refusal["code"], refusal["reason"], refusal["next_date"]) == ("closed_day", "Pilkada", "2026-12-10")

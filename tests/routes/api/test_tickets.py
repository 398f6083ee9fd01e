"""A citizen's program: get a number, look at it, check in, move it, give it up."""

from datetime import timedelta
from typing import Any

import pytest

from tests.office import Desk
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program, refusal

TICKETS = "/offices/senapelan/tickets"
HOLDER = {"name": "Nama Warga", "phone": "0812 3456 7890", "nik": "1471085205900001"}


def test_online_it_is_a_booking(program: Program) -> None:
    answer = program.post(TICKETS, {"service": "A", "channel": "online", "date": "2026-11-25", "slot": "08:30"})
    assert answer.status_code == 201
    ticket = answer.get_json()
    assert answer.headers["Location"].endswith(f"/api/v1/tickets/{ticket['id']}")
    assert ticket == {
        "id": ticket["id"],
        "label": "A-001",
        "state": "BOOKED",
        "service": "A",
        "office": "senapelan",
        "date": "2026-11-25",
        "url": f"http://localhost/t/{ticket['id']}",
        "version": 1,
        "slot": "08:30",
    }
    assert len(ticket["id"]) >= 20


@pytest.mark.parametrize("channel", ["kiosk", "reception"])
def test_from_a_kiosk_or_the_reception_it_waits_at_once(program: Program, channel: str) -> None:
    first = program.ticket(channel=channel)
    second = program.ticket(channel=channel)
    assert (first["state"], second["state"]) == ("WAITING", "WAITING")
    assert (first["position"], second["position"]) == (1, 2)


def test_who_it_is_for_is_kept_and_never_given_back(program: Program, desk: Desk) -> None:
    answer = program.post(TICKETS, {"service": "A", "channel": "kiosk", "category": "elderly", **HOLDER})
    assert answer.status_code == 201
    assert not [value for value in HOLDER.values() if value in answer.text]
    with desk.db.read() as session:
        from queue_app import booking

        ticket = booking.find(session, answer.get_json()["id"])
        assert desk.vault.open(ticket.name_sealed) == HOLDER["name"]
        assert (ticket.nik_last4, ticket.category) == ("0001", "elderly")


def test_a_retry_with_the_key_gets_the_first_ticket_again(program: Program) -> None:
    wish = {"service": "A", "channel": "kiosk"}
    first = program.post(TICKETS, wish, headers={"Idempotency-Key": "0d1f"})
    again = program.post(TICKETS, wish, headers={"Idempotency-Key": "0d1f"})
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert program.ticket()["label"] == "A-002"


def test_a_key_used_for_another_wish_is_refused(program: Program) -> None:
    program.post(TICKETS, {"service": "A", "channel": "kiosk"}, headers={"Idempotency-Key": "0d1f"})
    answer = program.post(TICKETS, {"service": "B", "channel": "kiosk"}, headers={"Idempotency-Key": "0d1f"})
    assert refusal(answer) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["", "k" * 81])
def test_a_key_that_cannot_be_kept_is_refused(program: Program, key: str) -> None:
    answer = program.post(TICKETS, {"service": "A", "channel": "kiosk"}, headers={"Idempotency-Key": key})
    assert refusal(answer) == (422, "bad_idempotency_key")


def test_a_refused_request_does_not_use_up_its_key(program: Program) -> None:
    key = {"Idempotency-Key": "0d1f"}
    refused = program.post(TICKETS, {"service": "A", "channel": "online", "date": "2026-11-23"}, headers=key)
    assert refusal(refused) == (422, "past_date")
    assert program.post(TICKETS, {"service": "A", "channel": "online"}, headers=key).status_code == 201


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"date": "2026-11-23"}, (422, "past_date")),
        ({"date": "2027-11-24"}, (422, "too_far_ahead")),
        ({"date": "2026-11-25", "slot": "08:10"}, (404, "unknown_slot")),
        ({"slot": "08:00"}, (404, "unknown_slot")),
        ({"service": "Z"}, (404, "unknown_service")),
    ],
)
def test_what_cannot_be_had_is_refused(program: Program, wish: dict[str, Any], expected: tuple[int, str]) -> None:
    assert refusal(program.post(TICKETS, {"service": "A", "channel": "online"} | wish)) == expected


def test_a_full_slot_and_a_full_day_are_refused(program: Program, desk: Desk) -> None:
    desk.change_service("A", slot_capacity=1)
    desk.change_service("B", daily_quota=1)
    wish = {"channel": "online", "date": "2026-11-25"}
    program.ticket("A", slot="08:00", **wish)
    program.ticket("B", **wish)
    assert refusal(program.post(TICKETS, {"service": "A", "slot": "08:00", **wish})) == (409, "slot_full")
    assert refusal(program.post(TICKETS, {"service": "B", **wish})) == (409, "quota_full")


def test_a_walk_in_before_the_doors_open_hears_when_they_do(program: Program, desk: Desk, moment: Moment) -> None:
    from queue_app.models import OpeningHours

    with desk.db.write() as session:
        for hours in session.query(OpeningHours):
            hours.opens_minute, hours.closes_minute = 10 * 60, 15 * 60
    answer = program.post(TICKETS, {"service": "A", "channel": "kiosk"})
    assert refusal(answer) == (422, "closed_now")
    assert answer.get_json()["opens"] == "10:00"
    moment.now += timedelta(hours=8)
    answer = program.post(TICKETS, {"service": "A", "channel": "kiosk"})
    assert refusal(answer) == (422, "closed_day")
    assert answer.get_json()["next_date"] == "2026-11-25"


HOLDERS: list[tuple[dict[str, str], str]] = [
    ({"name": "佐藤"}, "bad_name"),
    ({"name": "Siti 😀"}, "bad_name"),
    ({"name": "Si\x00ti"}, "invalid_request"),
    ({"name": "A" * 61}, "bad_name"),
    ({"name": "Сергей"}, "bad_name"),
    ({"name": "<script>"}, "bad_name"),
    ({"phone": "12"}, "bad_phone"),
    ({"phone": "nomor saya"}, "bad_phone"),
    ({"nik": "123"}, "bad_nik"),
    ({"nik": "1471083202900001"}, "bad_nik"),
    ({"nik": "١٤٧١٠٨٥٢٠٥٩٠٠٠٠١"}, "bad_nik"),
    ({"name": "佐藤", "nik": "1"}, "invalid_request"),
]


def test_a_holder_that_cannot_be_right_is_named(program: Program) -> None:
    for wish, code in HOLDERS:
        answer = program.post(TICKETS, {"service": "A", "channel": "kiosk", **wish})
        assert refusal(answer) == (422, code), wish
        errors = answer.get_json()["errors"]
        assert {error["field"] for error in errors} == set(wish)
        assert all(error["message"] for error in errors)


def test_null_counts_as_left_out(program: Program) -> None:
    assert program.ticket(name=None, phone=None, nik=None, date=None, slot=None)["label"] == "A-001"


def test_a_ticket_is_found_by_its_id(program: Program) -> None:
    ticket = program.ticket()
    assert program.get(f"/tickets/{ticket['id']}").get_json() == ticket


def test_checking_in_joins_the_waiting_and_doing_it_twice_is_harmless(program: Program) -> None:
    booked = program.ticket(channel="online")
    path = f"/tickets/{booked['id']}/check-in"
    waiting = program.post(path).get_json()
    assert (waiting["state"], waiting["version"], waiting["position"]) == ("WAITING", 2, 1)
    assert program.post(path, {"version": 1}).get_json() == waiting


def test_checking_in_on_another_day_is_refused(program: Program) -> None:
    booked = program.ticket(channel="online", date="2026-11-25")
    answer = program.post(f"/tickets/{booked['id']}/check-in")
    assert refusal(answer) == (409, "not_today")
    assert answer.get_json()["day"] == "2026-11-25"


def test_cancelling_gives_the_place_up(program: Program) -> None:
    booked = program.ticket(channel="online", date="2026-11-25", slot="08:00")
    path = f"/tickets/{booked['id']}/cancel"
    assert program.post(path, {"version": 1}).get_json()["state"] == "CANCELLED"
    assert program.post(path).get_json()["version"] == 2
    slots = program.get("/offices/senapelan/services/A/slots?date=2026-11-25").get_json()["slots"]
    assert {slot["remaining"] for slot in slots} == {4}


def test_a_called_ticket_is_not_cancelled(program: Program) -> None:
    ticket = program.ticket()
    program.open()
    program.call_next()
    answer = program.post(f"/tickets/{ticket['id']}/cancel", headers={"Accept-Language": "en"})
    assert refusal(answer) == (409, "illegal_move")
    assert (answer.get_json()["state"], answer.get_json()["action"]) == ("CALLED", "cancel")


def test_rescheduling_moves_the_booking_and_keeps_its_id(program: Program) -> None:
    booked = program.ticket(channel="online", date="2026-11-25", slot="08:00")
    path = f"/tickets/{booked['id']}/reschedule"
    moved = program.post(path, {"date": "2026-11-26", "slot": "10:00", "version": 1}).get_json()
    assert (moved["id"], moved["date"], moved["slot"]) == (booked["id"], "2026-11-26", "10:00")
    assert moved["version"] == 2
    assert "slot" not in program.post(path, {"date": "2026-11-27"}).get_json()


def test_rescheduling_answers_as_booking_does(program: Program) -> None:
    path = f"/tickets/{program.ticket(channel='online')['id']}/reschedule"
    assert refusal(program.post(path, {"date": "2026-11-23"})) == (422, "past_date")
    assert refusal(program.post(path, {"date": "2026-11-25", "slot": "08:01"})) == (404, "unknown_slot")
    assert refusal(program.post(path, {})) == (422, "invalid_request")


@pytest.mark.parametrize("name", ["check-in", "cancel", "reschedule"])
def test_a_version_that_has_passed_is_stale(program: Program, name: str) -> None:
    booked = program.ticket(channel="online")
    program.post(f"/tickets/{booked['id']}/reschedule", {"date": "2026-11-24", "slot": "13:00"})
    body: dict[str, Any] = {"version": 1} | ({"date": "2026-11-25"} if name == "reschedule" else {})
    answer = program.post(f"/tickets/{booked['id']}/{name}", body)
    assert refusal(answer) == (409, "stale_ticket")
    assert answer.get_json()["state"] == "BOOKED"


@pytest.mark.parametrize("name", ["check-in", "cancel", "reschedule"])
def test_an_unknown_ticket_is_not_moved(program: Program, name: str) -> None:
    body = {"date": "2026-11-25"} if name == "reschedule" else None
    assert refusal(program.post(f"/tickets/none/{name}", body)) == (404, "unknown_ticket")

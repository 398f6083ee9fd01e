"""Sending citizens on, and visits of several services, as programs do it."""

from typing import Any

import pytest

from queue_app import booking
from tests.office import Desk
from tests.routes.api.program import Program, refusal


@pytest.fixture
def serving(program: Program, desk: Desk) -> dict[str, Any]:
    """A ticket that petugas1 serves at counter 1. petugas2 sits at counter 2, can do C and A, and takes C first."""
    desk.equip(2, "C:1,A:2,B:3", pool="foto")
    desk.train("petugas2", "A,C")
    program.open("petugas2", 2)
    program.open()
    program.ticket()
    return program.move("start", program.call_next())


@pytest.mark.parametrize("to", [{"counter": 2}, {"officer": "petugas2"}, {"pool": "foto"}])
@pytest.mark.parametrize("service", [{}, {"service": "C"}])
def test_a_citizen_is_sent_to_somebody(
    program: Program, desk: Desk, serving: dict[str, Any], to: dict[str, Any], service: dict[str, str]
) -> None:
    body = {"version": serving["version"], **to, **service}
    sent = program.post(f"/tickets/{serving['id']}/transfer", body, "petugas1").get_json()
    assert (sent["state"], sent["label"], sent["at_counters"]) == ("WAITING", serving["label"], [2])
    assert sent["service"] == service.get("service", "A")
    assert program.post("/counters/1/call-next", officer="petugas1").status_code == 204
    assert program.call_next("petugas2", 2)["id"] == serving["id"]
    name, value = next(iter(to.items()))
    with desk.db.read() as session:
        ticket = booking.find(session, serving["id"])
    told = {"from_service": "A", "to_service": sent["service"], f"to_{name}": value}
    assert desk.told_of_transfer(ticket) == told


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"counter": 3}, (409, "counter_unattended")),
        ({"counter": 99}, (404, "unknown_counter")),
        ({"counter": 2, "service": "D"}, (403, "not_served_there")),
        ({"counter": 2, "service": "B"}, (403, "officer_lacks_skill")),
        ({"officer": "petugas2", "service": "D"}, (403, "not_served_there")),
        ({"officer": "petugas3"}, (409, "officer_off_duty")),
        ({"officer": "supervisor"}, (404, "unknown_officer")),
        ({"pool": "foto", "service": "B"}, (409, "pool_unattended")),
        ({"pool": "none"}, (404, "unknown_pool")),
        ({"officer": "petugas2", "service": "Z"}, (404, "unknown_service")),
        ({}, (422, "invalid_request")),
        ({"counter": 2, "officer": "petugas2"}, (422, "invalid_request")),
        ({"counter": "2"}, (422, "invalid_request")),
        ({"counter": 0}, (422, "invalid_request")),
        ({"counter": True}, (422, "invalid_request")),
        ({"officer": ""}, (422, "invalid_request")),
    ],
)
def test_it_refuses_what_could_not_be_served(
    program: Program, serving: dict[str, Any], body: dict[str, Any], refused: tuple[int, str]
) -> None:
    path = f"/tickets/{serving['id']}/transfer"
    answer = program.post(path, {"version": serving["version"], **body}, "petugas1")
    assert refusal(answer) == refused
    assert program.get(f"/tickets/{serving['id']}").get_json()["state"] == "SERVING"


def test_refusals_name_the_way_out_in_both_languages(program: Program, serving: dict[str, Any]) -> None:
    path, body = f"/tickets/{serving['id']}/transfer", {"version": serving["version"], "officer": "petugas3"}
    told = {
        language: program.post(path, body, "petugas1", headers={"Accept-Language": language}).get_json()["detail"]
        for language in ("id", "en")
    }
    assert told == {
        "id": "Petugas 3 sedang tidak bertugas di loket. Pilih petugas lain, atau alihkan ke layanannya saja.",
        "en": "Petugas 3 is not on duty at a counter. Choose another officer, or transfer to the service only.",
    }


def test_nobody_sits_where_nothing_is_left_to_do(program: Program, desk: Desk) -> None:
    desk.equip(1, "A")
    desk.train("petugas1", "B")
    assert refusal(program.post("/counters/1/open", officer="petugas1")) == (409, "nothing_to_serve")


def test_a_visit_is_asked_for_by_its_name(program: Program, desk: Desk) -> None:
    office = program.get("/offices/senapelan").get_json()
    assert [(visit["code"], visit["steps"]) for visit in office["visits"]] == [("bayi-lahir", ["A", "B", "F"])]
    made = program.post("/offices/senapelan/tickets", {"visit": "bayi-lahir", "channel": "kiosk"})
    ticket = made.get_json()
    assert made.status_code == 201
    assert (ticket["service"], ticket["visit"], ticket["step"], ticket["steps"]) == ("A", "bayi-lahir", 1, 3)
    assert ticket["also"] == ["B", "F"]
    program.open()
    ticket = program.move("finish", program.move("start", program.call_next()))
    assert (ticket["state"], ticket["service"], ticket["step"]) == ("WAITING", "B", 2)


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"visit": "none"}, (404, "unknown_visit")),
        ({"visit": "A"}, (404, "unknown_visit")),
        ({"visit": "bayi-lahir", "service": "A"}, (422, "invalid_request")),
        ({"visit": "bayi-lahir", "also": ["C"]}, (422, "invalid_request")),
        ({}, (422, "invalid_request")),
        ({"service": "bayi-lahir"}, (404, "unknown_service")),
    ],
)
def test_it_refuses_a_visit_that_is_none(program: Program, body: dict[str, Any], refused: tuple[int, str]) -> None:
    assert refusal(program.post("/offices/senapelan/tickets", {"channel": "kiosk", **body})) == refused

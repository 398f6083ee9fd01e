"""What anybody may ask of an office: its services and counters, the slots of a day, the board, the server's health."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, text

from queue_app.database import Database
from queue_app.models import Closure, OpeningHours
from tests.office import Desk
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program, refusal

SLOTS = "/offices/senapelan/services/A/slots"


def test_it_lists_the_offices(program: Program) -> None:
    (office,) = program.get("/offices").get_json()["offices"]
    assert office["slug"] == "senapelan"
    assert office["timezone"] == "Asia/Jakarta"


def test_an_office_has_its_services_in_both_languages_with_their_documents(program: Program) -> None:
    office = program.get("/offices/senapelan").get_json()
    assert [service["code"] for service in office["services"]] == list("ABCDEF")
    family_card = office["services"][1]
    assert (family_card["name_id"], family_card["name_en"]) == ("Kartu keluarga", "Family card")
    assert family_card["standard_minutes"] == 10
    assert {"id": "KTP-el asli", "en": "Original ID card (KTP-el)"} in family_card["documents"]
    assert office["today"] == "2026-11-24"


def test_an_office_shows_who_waits_and_which_counters_are_open(program: Program) -> None:
    program.ticket("B")
    program.ticket("B")
    program.open("petugas2", 2)
    program.open("petugas3", 3)
    program.post("/counters/3/pause", {}, "petugas3")
    office = program.get("/offices/senapelan").get_json()
    assert {service["code"]: service["waiting"] for service in office["services"]}["B"] == 2
    assert [counter["state"] for counter in office["counters"]] == ["CLOSED", "OPEN", "PAUSED", "CLOSED", "CLOSED"]
    assert office["counters"][0]["services"] == list("ABCDEF")


def test_a_service_no_longer_offered_is_not_shown(program: Program, desk: Desk) -> None:
    desk.change_service("A", active=False)
    office = program.get("/offices/senapelan").get_json()
    assert "A" not in [service["code"] for service in office["services"]]
    assert refusal(program.get(SLOTS)) == (404, "unknown_service")


def test_slots_of_a_day_have_start_end_and_places(program: Program) -> None:
    program.ticket(channel="online", date="2026-11-25", slot="08:00")
    answer = program.get(f"{SLOTS}?date=2026-11-25").get_json()
    assert (answer["date"], answer["service"], len(answer["slots"])) == ("2026-11-25", "A", 48)
    taken = next(slot for slot in answer["slots"] if slot["slot"] == "08:00")
    assert taken == {
        "slot": "08:00",
        "start": "2026-11-25T08:00:00.000+07:00",
        "end": "2026-11-25T08:30:00.000+07:00",
        "capacity": 4,
        "remaining": 3,
        "usual_wait": None,
        "is_shorter": False,
    }


def test_slots_without_a_date_are_those_of_today_that_have_not_ended(program: Program) -> None:
    answer = program.get(SLOTS).get_json()
    assert answer["date"] == "2026-11-24"
    assert answer["slots"][0]["slot"] == "09:00"


def test_a_past_day_names_the_next_possible_one(program: Program) -> None:
    answer = program.get(f"{SLOTS}?date=2026-11-23", headers={"Accept-Language": "en"})
    assert refusal(answer) == (422, "past_date")
    assert answer.get_json()["next_date"] == "2026-11-24"


def test_a_closed_day_names_the_next_possible_one(program: Program, desk: Desk) -> None:
    with desk.db.write() as session:
        for day in (date(2026, 11, 25), date(2026, 11, 26)):
            session.add(Closure(office_id=desk.office(session).id, day=day, reason="libur"))
    answer = program.get(f"{SLOTS}?date=2026-11-25")
    assert refusal(answer) == (422, "closed_day")
    assert answer.get_json()["next_date"] == "2026-11-27"
    assert "27 November 2026" in answer.get_json()["detail"]


def test_a_service_that_never_opens_names_no_day(program: Program, desk: Desk) -> None:
    with desk.db.write() as session:
        session.execute(delete(OpeningHours))
    answer = program.get(f"{SLOTS}?date=2026-11-25")
    assert refusal(answer) == (422, "closed_day")
    assert answer.get_json()["next_date"] is None


NO_DATES = ("25-11-2026", "2026-02-30", "", "0001-01-01", "9999-12-31", "besok", "2026-11-25T08:00")


def test_what_is_no_date_is_named(program: Program) -> None:
    for wish in NO_DATES:
        answer = program.get(f"{SLOTS}?date={wish}")
        assert refusal(answer) == (422, "invalid_request"), wish
        assert [error["field"] for error in answer.get_json()["errors"]] == ["date"]


@pytest.mark.parametrize("query", ["date=2026-11-25&date=2026-11-26", "day=2026-11-25"])
def test_a_doubled_or_unknown_parameter_is_refused(program: Program, query: str) -> None:
    assert refusal(program.get(f"{SLOTS}?{query}")) == (422, "invalid_request")


def test_a_day_beyond_the_booking_window_is_refused(program: Program) -> None:
    far = date(2026, 11, 24) + timedelta(days=31)
    assert refusal(program.get(f"{SLOTS}?date={far}")) == (422, "too_far_ahead")


MISSING = [
    ("/offices/nowhere", "unknown_office"),
    ("/offices/nowhere/board", "unknown_office"),
    ("/offices/nowhere/services/A/slots", "unknown_office"),
    ("/offices/senapelan/services/Z/slots", "unknown_service"),
    ("/offices/" + "x" * 500, "unknown_office"),
    ("/offices/%F0%9F%98%80", "unknown_office"),
    ("/offices/senapelan%0A", "unknown_office"),
    ("/tickets/none", "unknown_ticket"),
    ("/nothing", "unknown_path"),
    ("/offices/", "unknown_path"),
]


def test_what_is_not_there_is_a_404_with_its_code(program: Program) -> None:
    for path, code in MISSING:
        assert refusal(program.get(path)) == (404, code), path


def test_a_nul_in_an_address_is_refused(program: Program) -> None:
    for path in ("/offices/a%00b", "/tickets/%00", f"{SLOTS}?date=%00"):
        assert refusal(program.get(path)) == (400, "bad_request")


def test_the_board_shows_calls_and_counts(program: Program) -> None:
    program.ticket("A")
    program.ticket("B")
    program.open()
    called = program.call_next()
    board = program.get("/offices/senapelan/board").get_json()
    assert board["now_serving"][0]["label"] == called["label"] == "A-001"
    assert board["now_serving"][0]["counter"] == 1
    assert {row["service"]: row["count"] for row in board["waiting"]} == dict.fromkeys("ACDEF", 0) | {"B": 1}


def test_an_unchanged_board_is_a_304(program: Program) -> None:
    first = program.get("/offices/senapelan/board")
    again = program.get("/offices/senapelan/board", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_changed_board_has_another_etag(program: Program) -> None:
    etag = program.get("/offices/senapelan/board").headers["ETag"]
    program.ticket()
    answer = program.get("/offices/senapelan/board", headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != etag


def test_the_board_of_a_new_day_is_not_the_old_one(program: Program, moment: Moment) -> None:
    program.ticket()
    etag = program.get("/offices/senapelan/board").headers["ETag"]
    moment.now += timedelta(days=1)
    assert program.get("/offices/senapelan/board", headers={"If-None-Match": etag}).status_code == 200


def test_odd_etags_do_no_harm(program: Program) -> None:
    for sent, status in {"*": 304, 'W/"x", garbage': 200, '"': 200, "x" * 2000: 200}.items():
        assert program.get("/offices/senapelan/board", headers={"If-None-Match": sent}).status_code == status


def test_it_is_healthy(program: Program) -> None:
    health = program.get("/healthz")
    assert health.status_code == 200
    assert health.get_json() == {"status": "ok", "database": "ok", "version": "0.1.0"}


def test_it_is_not_healthy_without_its_database(
    app: Flask, program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setitem(app.extensions, "antrean_database", Database(f"sqlite:///{tmp_path}/missing/folder.sqlite"))
    health = program.get("/healthz")
    assert health.status_code == 503
    assert health.get_json() == {"status": "unavailable", "database": "unreachable", "version": "0.1.0"}


def test_it_is_not_healthy_before_the_migration(program: Program, db: Database) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    health = program.get("/healthz")
    assert (health.status_code, health.get_json()["database"]) == (503, "not_migrated")


def test_it_answers_while_somebody_writes(program: Program, db: Database) -> None:
    with db.write() as session:
        session.execute(text("UPDATE office SET name = name"))
        assert program.get("/healthz").status_code == 200


def test_a_wait_is_foretold_for_now_and_for_a_later_time(program: Program) -> None:
    wait = "/offices/senapelan/services/A/wait"
    assert program.get(wait).get_json()["estimate"] is None, "nobody is there"
    program.open()
    for _ in range(3):
        program.ticket("A")
    now = program.get(wait).get_json()
    assert 0 < now["estimate"]["low_minutes"] < now["estimate"]["high_minutes"]
    later = program.get(f"{wait}?date=2026-11-24&time=09:20").get_json()
    assert later["at"].startswith("2026-11-24T09:20")
    assert later["estimate"]["low_minutes"] < now["estimate"]["low_minutes"]
    assert program.get(f"{wait}?date=2026-11-26&time=09:20").get_json()["estimate"] is None, "no past tells of that day"
    assert program.get(f"{wait}?time=08:00").get_json()["at"] == now["as_of"], "that time is over"

"""Many offices on one page, soonest first, and the frame for other websites."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import delete, update

from queue_app import clock, soonest
from queue_app.models import Office, OpeningHours, Service
from tests.office import Desk
from tests.routes.api.program import Program
from tests.routes.browsing import Person

CITY = "/kota"
WIDGET = "/o/senapelan/widget"


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def program(app: Flask, desk: Desk) -> Program:
    return Program(app, desk.db)


@pytest.fixture
def visitor(app: Flask) -> Person:
    return Person(app)


def second_office(desk: Desk, *, is_open: bool = True) -> None:
    """Rumbai offers one service of Senapelan's, from now on or only tomorrow, with slots of an hour."""
    with desk.db.write() as session:
        first = desk.office(session)
        service = desk.service(session, "A")
        other = Office(slug="rumbai", name="Kantor Rumbai", timezone=first.timezone, booking_days_ahead=7)
        session.add(other)
        session.flush()
        session.add(
            Service(
                office_id=other.id,
                code="X",
                prefix="X",
                name_id=service.name_id,
                name_en=service.name_en,
                slot_minutes=60,
                slot_capacity=1,
            )
        )
        today = desk.now.astimezone(first.zone).weekday()
        for weekday in range(7):
            if is_open or weekday != today:
                session.add(OpeningHours(office_id=other.id, weekday=weekday, opens_minute=0, closes_minute=1440))


def name_of(desk: Desk, code: str) -> str:
    with desk.db.read() as session:
        return desk.service(session, code).name("id")


def test_the_office_that_serves_soonest_stands_first(desk: Desk, visitor: Person) -> None:
    second_office(desk, is_open=False)
    desk.open()
    desk.join("A")
    page = visitor.open(f"{CITY}?layanan={name_of(desk, 'A')}").text
    assert page.index("Disdukcapil Senapelan</a>") < page.index("Kantor Rumbai</a>")
    assert "sekarang tutup" in page
    desk.close()
    with desk.db.write() as session:
        session.execute(delete(OpeningHours).where(OpeningHours.office_id == desk.office(session).id))
    desk.wait(minutes=1)
    page = visitor.open(f"{CITY}?layanan={name_of(desk, 'A')}").text
    assert page.index("Kantor Rumbai</a>") < page.index("Disdukcapil Senapelan</a>")


def test_a_service_narrows_the_list_to_the_offices_that_have_it(desk: Desk, visitor: Person) -> None:
    second_office(desk)
    page = visitor.open(f"{CITY}?layanan={name_of(desk, 'B').upper()}").text
    assert "Disdukcapil Senapelan</a>" in page
    assert "Kantor Rumbai</a>" not in page
    page = visitor.open(f"{CITY}?{urlencode({'layanan': '<b>tiada'})}").text
    assert "Tidak ada kantor yang melayani" in page
    assert "<b>tiada" not in page


def test_named_offices_alone_are_shown_and_an_unknown_one_is_said(desk: Desk, visitor: Person) -> None:
    second_office(desk)
    page = visitor.open(f"{CITY}?kantor=rumbai").text
    assert "Kantor Rumbai</a>" in page
    assert "Disdukcapil Senapelan</a>" not in page
    assert visitor.open(f"{CITY}?kantor=rumbai,dumai").status_code == 404


def test_the_next_slot_is_the_first_coming_one_with_a_place(desk: Desk, program: Program) -> None:
    second_office(desk)

    def next_slot() -> str:
        (office,) = program.get("/soonest?offices=rumbai").get_json()["offices"]
        return str(office["services"][0]["next_slot"])

    first = next_slot()
    assert program.get("/offices/rumbai/services/X/slots").status_code == 200
    booked = program.post(
        "/offices/rumbai/tickets", {"service": "X", "channel": "online", "date": first[:10], "slot": first[11:16]}
    )
    assert booked.status_code == 201, booked.text
    assert next_slot() == first, "what is shown may be a minute old"
    desk.wait(minutes=1)
    assert next_slot() > first


def test_a_full_or_stopped_day_is_passed_over(desk: Desk) -> None:
    second_office(desk)
    with desk.db.write() as session:
        today = desk.now.astimezone(desk.office(session).zone).date()
        session.execute(update(Service).where(Service.code == "X").values(issuing_stopped_on=today))
    with desk.db.read() as session:
        (office,), _ = soonest.of_offices(session, desk.now, ["rumbai"])
    (chance,) = office.chances
    assert chance.offer is soonest.Offer.STOPPED
    assert chance.wait is None
    assert chance.slot is not None
    assert chance.slot.astimezone(office.zone).date() == today + timedelta(days=1)
    assert chance.soonest == chance.slot


def test_the_api_says_the_same_and_names_what_it_does_not_know(desk: Desk, program: Program) -> None:
    desk.open()
    desk.join("A")
    (office,) = program.get("/soonest").get_json()["offices"]
    assert office["office"] == "senapelan"
    by_code = {service["service"]: service for service in office["services"]}
    assert by_code["A"]["waiting"] == 1
    assert by_code["A"]["wait"]["high_minutes"] >= 1
    known = [service["soonest"] for service in office["services"] if service["soonest"]]
    assert known == sorted(known)
    assert program.get("/soonest?offices=dumai").get_json()["code"] == "unknown_office"
    assert "kota" in program.get("/soonest?kota=1").get_json()["detail"]


@pytest.mark.parametrize(("language", "words"), [("id", "Keadaan pukul"), ("en", "As of"), ("xx", "Keadaan pukul")])
def test_the_frame_speaks_the_language_of_its_address(visitor: Person, language: str, words: str) -> None:
    assert words in visitor.open(f"{WIDGET}?lang={language}").text


def test_the_frame_may_stand_in_any_website_and_knows_nobody(visitor: Person) -> None:
    answer = visitor.open(WIDGET)
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src 'self'" in policy
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "<form" not in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "frame-ancestors 'none'" in visitor.open("/o/senapelan").headers["Content-Security-Policy"]
    assert visitor.open("/o/dumai/widget").status_code == 404


def test_no_office_is_said_in_words(desk: Desk, visitor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soonest, "_offices", lambda *_: [])
    assert "Belum ada kantor yang terdaftar" in visitor.open(CITY).text

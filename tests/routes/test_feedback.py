"""The survey and the complaint as pages and for programs."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from queue_app import clock
from queue_app.models import Ticket
from tests.office import Desk
from tests.routes.browsing import Person


@pytest.fixture
def served(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Ticket:
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    desk.open()
    return desk.serve(minutes=5)


@pytest.fixture
def citizen(app: Flask) -> Person:
    return Person(app)


def test_the_ticket_leads_to_the_survey_and_the_survey_is_confirmed(citizen: Person, served: Ticket) -> None:
    survey = f"/t/{served.public_id}/survey"
    citizen.open(f"/t/{served.public_id}")
    assert survey in citizen.page
    citizen.open(survey)
    assert citizen.press(survey, satisfaction="4", competence="3", comment="Ramah <b>sekali</b>").status_code == 200
    assert "Sudah kami terima" in citizen.page


def test_a_second_answer_is_refused_in_words(citizen: Person, served: Ticket) -> None:
    survey = f"/t/{served.public_id}/survey"
    for expected in (200, 409):
        citizen.open(survey)
        assert citizen.press(survey, satisfaction="4").status_code == expected
    assert "sudah kami terima" in citizen.page


@pytest.mark.parametrize("typed", ["0", "5", "4.0", "baik", "４"])
def test_an_answer_outside_the_scale_is_refused_in_words(citizen: Person, served: Ticket, typed: str) -> None:
    survey = f"/t/{served.public_id}/survey"
    citizen.open(survey)
    assert citizen.press(survey, satisfaction=typed, comment="tetap ada").status_code == 422
    assert "Jawaban harus 1 sampai 4" in citizen.page
    assert "tetap ada" in citizen.page


def test_a_complaint_gets_a_number_and_a_doubled_press_the_same(citizen: Person, served: Ticket) -> None:
    complaint = f"/t/{served.public_id}/complaint"
    citizen.open(complaint)
    pressed = {**citizen.form(complaint).fields, "subject": "wait", "text": "Menunggu dua jam."}
    for _ in range(2):
        assert citizen.send(complaint, pressed).status_code == 200
    assert set(re.findall(r"P-\d{4}", citizen.page)) == {"P-0001"}
    assert "dua jam" not in citizen.page


@pytest.mark.parametrize(
    ("fields", "words"), [({"text": "pendek"}, "paling sedikit 10"), ({"subject": "x"}, "Pilih hal")]
)
def test_a_complaint_that_says_too_little_is_shown_again(
    citizen: Person, served: Ticket, fields: dict[str, str], words: str
) -> None:
    complaint = f"/t/{served.public_id}/complaint"
    citizen.open(complaint)
    typed = {"subject": "wait", "text": "Menunggu dua jam.", **fields}
    assert citizen.press(complaint, **typed).status_code == 422
    assert words in citizen.page
    assert typed["text"] in citizen.page


def test_programs_can_do_the_same(client: FlaskClient, served: Ticket) -> None:
    path = f"/api/v1/tickets/{served.public_id}"
    given = client.post(f"{path}/feedback", json={"answers": {"satisfaction": 4, "time": 1}, "comment": "ok"})
    assert given.status_code == 201
    assert given.json is not None
    assert given.json["answers"] == {"satisfaction": 4, "time": 1}
    again = client.post(f"{path}/feedback", json={"answers": {"satisfaction": 4}})
    assert (again.status_code, again.json and again.json["code"]) == (409, "feedback_given")
    sent = [
        client.post(
            f"{path}/complaints",
            json={"subject": "conduct", "text": "Petugas membentak saya."},
            headers={"Idempotency-Key": "one"},
        )
        for _ in range(2)
    ]
    assert [answer.json and answer.json["number"] for answer in sent] == ["P-0001", "P-0001"]


def test_another_s_ticket_cannot_be_guessed(client: FlaskClient, served: Ticket) -> None:
    del served
    answer = client.post("/api/v1/tickets/AAAAAAAAAAAAAAAAAAAAAA/feedback", json={"answers": {"satisfaction": 4}})
    assert (answer.status_code, answer.json and answer.json["code"]) == (404, "unknown_ticket")

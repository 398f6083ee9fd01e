"""The survey as a page; survey and complaint for programs."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from queue_app import clock
from queue_app.models import SurveyForm, Ticket
from queue_app.survey import sample
from tests.office import Desk
from tests.routes.browsing import Person


def share(desk: Desk, percent: int) -> None:
    with desk.db.write() as session:
        sample.set_share(session, desk.office(session), str(percent), desk.now - timedelta(days=1))


@pytest.fixture
def served(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Ticket:
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    desk.open()
    share(desk, 0)  # who is chosen for the whole survey hangs on the ticket's random id
    return desk.serve(minutes=5)


@pytest.fixture
def citizen(app: Flask) -> Person:
    return Person(app)


def test_the_ticket_leads_to_the_survey_and_the_survey_is_confirmed(citizen: Person, served: Ticket) -> None:
    survey = f"/t/{served.public_id}/survey"
    citizen.open(f"/t/{served.public_id}")
    assert survey in citizen.page
    citizen.open(survey)
    assert citizen.press(survey, satisfaction="4", comment="Ramah <b>sekali</b>").status_code == 200
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


def test_a_novel_is_refused_in_words_and_not_lost(citizen: Person, served: Ticket) -> None:
    survey = f"/t/{served.public_id}/survey"
    citizen.open(survey)
    novel = "Panjang sekali. " * 1250
    assert citizen.press(survey, satisfaction="4", comment=novel).status_code == 422
    assert "paling banyak 4000 huruf" in citizen.page
    assert novel.strip() in citizen.page


def test_who_is_chosen_is_asked_nine_more_and_can_go_on_later(citizen: Person, desk: Desk, served: Ticket) -> None:
    share(desk, 100)
    short, full = f"/t/{served.public_id}/survey", f"/t/{served.public_id}/survey/full"
    citizen.open(short)
    citizen.press(short, satisfaction="4")
    assert "9 dari 9" in citizen.page
    assert citizen.press(full, time="1", cost="4", sex="female").status_code == 200
    assert "Tinggal 7 pertanyaan" in citizen.page
    later = citizen.open(full).get_data(as_text=True)
    assert re.search(r'name="time" value="1" checked', later)
    assert citizen.press(full, conduct="9", product="3").status_code == 422
    assert "Jawaban harus 1 sampai 4" in citizen.page
    assert re.search(r'name="product" value="3" checked', citizen.page), "what was typed is not lost"
    rest = ("requirements", "procedure", "product", "competence", "conduct", "complaints", "facilities")
    citizen.open(full)
    citizen.press(full, **dict.fromkeys(rest, "3"))
    assert "Sudah kami terima" in citizen.page
    with desk.db.read() as session:
        kept = session.scalars(select(SurveyForm)).one()
        assert (kept.answers["time"], kept.answers["conduct"], kept.about) == (1, 3, {"sex": "female"})


def test_who_is_not_chosen_is_not_asked(citizen: Person, served: Ticket) -> None:
    short, full = f"/t/{served.public_id}/survey", f"/t/{served.public_id}/survey/full"
    citizen.open(short)
    citizen.press(short, satisfaction="4")
    assert "Sudah kami terima" in citizen.page
    assert full not in citizen.page
    assert citizen.open(full).request.path == short


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

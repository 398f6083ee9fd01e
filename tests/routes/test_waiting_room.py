"""In a rush: who books online is told where they stand, keeps the form and the place, and passes on in turn."""

import re
import secrets
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from queue_app import clock, queries
from queue_app.database import Database
from queue_app.models import Ticket
from queue_app.rush.pace import FREE, FREE_FOR_PROGRAMS
from queue_app.rush.room import Room
from tests.routes.browsing import Person

TICKETS = "/api/v1/offices/senapelan/tickets"
PAGE = "/o/senapelan/A"
TURN = f"{PAGE}/turn"
WISH = {"service": "A", "channel": "online"}


class Rush:
    """The app's waiting room while others are inside; ``let_in`` so many more."""

    def __init__(self, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room, self._more = room, 0
        monkeypatch.setattr(room._pace, "may_enter", lambda *_: False)
        monkeypatch.setattr(room._pace, "to_call", lambda _inside, _now: self._taken())
        monkeypatch.setattr("queue_app.rush.room._BETWEEN_CALLS_S", 0.0)

    def let_in(self, more: int) -> None:
        self._more = more

    def _taken(self) -> int:
        more, self._more = self._more, 0
        return more


@pytest.fixture
def rush(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Rush:
    return Rush(app.extensions["antrean_room"], monkeypatch)


def form(client: FlaskClient, **typed: str) -> dict[str, str]:
    """The booking page's form, as a person fills it in."""
    page = client.get(PAGE).get_data(as_text=True)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    day = re.search(r'name="day" value="([^"]+)"', page)
    return {**hidden, "day": day[1] if day else "", "ready": "yes", **typed}


def look(client: FlaskClient) -> dict[str, Any]:
    told: dict[str, Any] = client.get(TURN, headers={"Accept": "application/json"}).get_json()
    return told


def tickets(app: Flask) -> int:
    database: Database = app.extensions["antrean_database"]
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def test_without_a_rush_nobody_sees_it(client: FlaskClient) -> None:
    sent = form(client, name="Siti")
    answer = client.post(PAGE, data=sent)
    assert answer.status_code == 303
    assert "/t/" in answer.headers["Location"]
    assert not [cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith(("turn", "form"))]
    assert client.get(TURN).headers["Location"] == PAGE


def test_the_form_is_kept_and_sent_when_the_turn_has_come(app: Flask, client: FlaskClient, rush: Rush) -> None:
    ahead = app.test_client()
    assert ahead.get(PAGE).headers["Location"] == TURN  # opened in the rush: waits for the page
    rush.let_in(1)
    assert look(ahead) == {"state": "ready"}
    assert ahead.get(TURN).headers["Location"] == PAGE
    sent = form(ahead, name="Siti Nurbaya", phone="0812 3456 7890")

    other = app.test_client()
    assert other.get(PAGE).headers["Location"] == TURN  # number 2, ahead of nobody
    filled = form(ahead)  # who was let in once goes on without waiting again
    assert filled["key"]
    before = tickets(app)
    answer = ahead.post(PAGE, data=sent)
    assert "/t/" in answer.headers["Location"]
    assert tickets(app) == before + 1


def test_a_form_sent_into_a_rush_becomes_a_ticket_in_its_turn(
    app: Flask, client: FlaskClient, rush: Rush, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as calm:
        calm.setattr(rush.room._pace, "may_enter", lambda *_: True)
        sent = form(client, name="Siti Nurbaya", phone="0812 3456 7890")
    ahead = app.test_client()
    ahead.get(PAGE)
    told = client.post(PAGE, data=sent)
    assert (told.status_code, told.headers["Location"]) == (303, TURN)
    cookie = next(text for text in told.headers.getlist("Set-Cookie") if text.startswith("form_"))
    assert "Siti" not in cookie
    assert "HttpOnly" in cookie
    assert "0812" not in cookie

    page = client.get(TURN)
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "Anda di urutan ke\u20112" in text
    assert "You are number 2 in the line" in text
    assert text.index("urutan") < text.index("number 2")
    assert re.search(r'<noscript><meta http-equiv="refresh" content="\d+"></noscript>', text)
    assert "@" not in text
    assert look(client)["position"] == 2
    assert look(client)["position"] == 2  # looking again and again brings nobody forward
    assert tickets(app) == 0

    rush.let_in(1)
    assert look(client)["position"] == 1
    rush.let_in(1)
    assert look(client) == {"state": "ready"}
    done = client.get(TURN)
    assert done.status_code == 303
    assert "/t/" in done.headers["Location"]
    assert "Siti Nurbaya" not in done.get_data(as_text=True)
    assert tickets(app) == 1
    assert client.get(TURN).headers["Location"] == PAGE  # the form is sent once
    client.set_cookie("form_senapelan_A", cookie.partition("=")[2].partition(";")[0])
    client.get(TURN)
    assert tickets(app) == 1  # not even if the phone missed the answer and asks again


def test_what_was_wrong_in_the_form_is_shown_with_what_was_typed(
    app: Flask, client: FlaskClient, rush: Rush, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as calm:
        calm.setattr(rush.room._pace, "may_enter", lambda *_: True)
        sent = form(client, name="Siti Nurbaya", phone="12")
    client.post(PAGE, data=sent)
    rush.let_in(1)
    look(client)
    page = client.get(TURN)
    assert page.status_code == 422
    assert "Siti Nurbaya" in page.get_data(as_text=True)


def test_neither_tabs_nor_another_browser_of_the_same_person_come_further(app: Flask, rush: Rush) -> None:
    def ask(**headers: str) -> TestResponse:
        return app.test_client().post(TICKETS, json={**WISH, "phone": "0812 3456 7890"}, headers=headers)

    app.test_client().post(TICKETS, json=WISH)
    first, again = ask().get_json(), ask(**{"Idempotency-Key": "one-more-time"}).get_json()
    assert (first["position"], again["position"]) == (2, 2)
    browser = app.test_client()
    places = []
    for _tab in range(3):
        browser.get(PAGE)
        places.append(look(browser)["position"])
    assert places == [3, 3, 3]


def test_a_program_is_refused_with_a_pass_and_comes_in_with_it(app: Flask, client: FlaskClient, rush: Rush) -> None:
    key = {"Idempotency-Key": "a-key-of-its-own"}
    refused = client.post(TICKETS, json=WISH, headers={**key, "Accept-Language": "en"})
    problem = refused.get_json()
    assert refused.status_code == 503
    assert refused.content_type == "application/problem+json"
    assert problem["code"] == "waiting_room"
    assert problem["position"] == 1
    assert int(refused.headers["Retry-After"]) == problem["retry_after"] >= 1
    assert problem["pass"] == refused.headers["Queue-Pass"]
    assert "number 1 in the line" in problem["detail"]
    rush.let_in(1)
    let_in = client.post(TICKETS, json=WISH, headers={**key, "Queue-Pass": problem["pass"]})
    assert let_in.status_code == 201
    other = client.post(TICKETS, json=WISH, headers={"Idempotency-Key": "another", "Queue-Pass": problem["pass"]})
    assert other.status_code == 503  # a place is for one
    assert other.get_json()["position"] == 1


def test_a_program_waits_in_its_open_request_while_few_ask_and_nobody_is_ahead(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = app.extensions["antrean_room"]
    monkeypatch.setattr(room._pace, "to_call", lambda *_: 0)
    room._inside = 2 * FREE
    assert client.post(TICKETS, json=WISH).status_code == 201
    person = client.post(PAGE, data={"name": "Siti"})
    assert person.headers["Location"].endswith(TURN)
    assert client.post(TICKETS, json=WISH).status_code == 503, "a person is ahead by now"


def test_a_program_is_sent_away_when_a_crowd_is_inside(app: Flask, client: FlaskClient) -> None:
    app.extensions["antrean_room"]._inside = FREE_FOR_PROGRAMS
    assert client.post(TICKETS, json=WISH).get_json()["code"] == "waiting_room"


@pytest.mark.parametrize("given", ["", "x", "a.b.c", "WyJzZW5hcGVsYW4iXQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb", "ñ"])
def test_a_pass_that_is_none_of_ours_is_none(client: FlaskClient, rush: Rush, given: str) -> None:
    client.post(TICKETS, json=WISH)
    answer = client.post(TICKETS, json=WISH, headers={"Queue-Pass": given.encode().decode("latin-1")})
    assert answer.status_code == 503
    assert answer.get_json()["position"] == 2
    client.set_cookie("turn_senapelan", given or "-")
    client.set_cookie("form_senapelan_A", given or "-")
    assert client.get(TURN).headers["Location"] == PAGE


def test_whoever_waits_is_told_when_the_places_are_gone(app: Flask, client: FlaskClient, rush: Rush) -> None:
    database: Database = app.extensions["antrean_database"]
    with database.write() as session:
        queries.service(session, queries.office(session, "senapelan").id, "A").daily_quota = 1
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    wish = {**WISH, "date": day}
    passes = []
    for number in range(5):
        refused = client.post(TICKETS, json=wish, headers={"Idempotency-Key": f"wish-{number}"})
        passes.append({"Idempotency-Key": f"wish-{number}", "Queue-Pass": refused.headers["Queue-Pass"]})
    rush.let_in(2)
    assert client.post(TICKETS, json=wish, headers=passes[0]).status_code == 201
    assert client.post(TICKETS, json=wish, headers=passes[1]).get_json()["code"] == "quota_full"
    waiting = client.post(TICKETS, json=wish, headers=passes[3])
    assert (waiting.status_code, waiting.get_json()["code"]) == (409, "quota_full")
    assert waiting.get_json()["detail"]
    late = client.post(TICKETS, json=wish, headers={"Idempotency-Key": "late"})
    assert late.get_json()["code"] == "quota_full"
    elsewhere = client.post(TICKETS, json={**WISH, "service": "B"}, headers={"Idempotency-Key": "elsewhere"})
    assert elsewhere.get_json()["code"] == "waiting_room"


def test_staff_pass_by_and_nobody_else_who_says_so(app: Flask, client: FlaskClient, rush: Rush) -> None:
    client.post(TICKETS, json=WISH)
    assert client.post(TICKETS, json=WISH, headers={"Authorization": "Bearer nobody"}).status_code == 401
    assert client.get("/o/senapelan").status_code == 200
    assert client.get("/api/v1/offices/senapelan/board").status_code == 200
    assert client.get("/o/senapelan/privasi").status_code == 200


def test_whoever_leaves_holds_up_nobody(app: Flask, client: FlaskClient, rush: Rush) -> None:
    ahead = app.test_client()
    ahead.get(PAGE)
    client.get(PAGE)
    assert ahead.post(TURN).headers["Location"] == "/o/senapelan"
    rush.let_in(1)
    assert look(client) == {"state": "ready"}


def test_the_form_s_own_script_is_told_to_ask_again(client: FlaskClient, rush: Rush) -> None:
    answer = client.get(PAGE, headers={"X-Partial": "times"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.get_json()["position"] == 1


def test_the_supervisor_sees_that_people_wait_to_book(app: Flask, rush: Rush) -> None:
    supervisor = Person(app, "supervisor")
    supervisor.open("/supervisor")
    assert 'id="rush"' not in supervisor.page
    for number in range(3):
        rush.room.ask("senapelan", f"w{number}")
    supervisor.open("/supervisor")
    assert "3 orang menunggu giliran memesan" in supervisor.page


def test_an_office_that_is_none_has_no_line(app: Flask, client: FlaskClient, rush: Rush) -> None:
    assert client.get("/o/tidak-ada/A").status_code == 404
    assert rush.room.standing("tidak-ada") is None


def test_a_form_too_long_to_be_carried_does_not_get_by(client: FlaskClient, rush: Rush) -> None:
    long = secrets.token_hex(8_000)
    answer = client.post(PAGE, data={"name": long})
    assert answer.headers["Location"] == TURN
    assert not [text for text in answer.headers.getlist("Set-Cookie") if text.startswith("form_")]

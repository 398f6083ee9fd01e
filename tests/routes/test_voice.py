"""What displays ask for in order to speak."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from queue_app import clock, tickets
from queue_app.database import Database
from queue_app.routes import voice
from queue_app.speech.aloud import Announcer
from queue_app.speech.engine import Engine, EngineName
from queue_app.speech.studio import Studio
from tests.office import SLUG, Desk


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def studio(app: Flask) -> Studio:
    studio: Studio = app.extensions["antrean_studio"]
    return studio


@pytest.fixture
def announcer(db: Database, studio: Studio) -> Announcer:
    return Announcer(db, studio)


def called(desk: Desk) -> None:
    desk.open()
    desk.join()
    desk.call_next()


def url(client: FlaskClient) -> str:
    (announcement,) = client.get(f"/display/{SLUG}/board").get_json()["announcements"]
    found: str = announcement["audio"][0]["url"]
    return found


def test_a_recording_is_made_after_the_call_and_kept_by_browsers(
    client: FlaskClient, desk: Desk, announcer: Announcer
) -> None:
    called(desk)
    announcer.work(desk.now)
    answer = client.get(url(client))
    assert answer.status_code == 200
    assert answer.mimetype == "audio/ogg"
    assert answer.data.startswith(b"OggS")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers


def test_who_asks_too_early_is_kept_waiting(client: FlaskClient, desk: Desk, announcer: Announcer) -> None:
    called(desk)
    address = url(client)
    making = threading.Thread(target=announcer.work, args=(desk.now,))
    making.start()
    assert client.get(address).status_code == 200
    making.join()


def test_what_was_not_made_in_time_is_not_ready(
    client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice, "PATIENCE_S", 0.0)
    called(desk)
    answer = client.get(url(client))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"


def test_who_waits_for_a_call_that_is_taken_back_gets_nothing(
    client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    called(desk)
    address = url(client)

    def take_back(_seconds: float) -> None:
        desk.now += timedelta(seconds=60)

    monkeypatch.setattr(voice.time, "sleep", take_back)
    monkeypatch.setattr(voice, "PATIENCE_S", 0.05)
    assert client.get(address).status_code == 204


def test_only_what_is_announced_can_be_asked_for(
    client: FlaskClient, desk: Desk, studio: Studio, announcer: Announcer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice, "PATIENCE_S", 0.0)
    planned = studio.plan(SLUG, "id", "A-999", 7)
    assert planned is not None
    for digest in (planned.digest, "0" * 32, "x", "..", "%2e%2e%2fsecret_key", "A" * 33):
        assert client.get(f"/display/{SLUG}/voice/{digest}.ogg").status_code == 404, digest
    assert client.get(f"/display/tidak-ada/voice/{planned.digest}.ogg").status_code == 404
    called(desk)
    address = url(client)
    desk.now += timedelta(seconds=60)
    assert client.get(address).status_code == 404, "nobody makes it any more"
    announcer.work(desk.now)
    assert not list(studio.file("x").parent.glob("*.ogg"))


def test_an_office_without_a_voice_has_nothing_made(
    client: FlaskClient, desk: Desk, studio: Studio, announcer: Announcer
) -> None:
    desk.change_office(voice=False)
    called(desk)
    announcer.work(desk.now)
    assert not list(studio.file("x").parent.glob("*"))
    board = client.get(f"/display/{SLUG}/board").get_json()
    assert board["voice"]["on"] is False
    assert board["announcements"][0]["audio"] == []


def test_what_fails_is_told_once_and_not_tried_again_for_that_call(
    db: Database, desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture, studio: Studio
) -> None:
    broken = Studio(Engine(EngineName.COMMAND, ("false", "{out}")), studio.bank, tmp_path / "made")
    announcer = Announcer(db, broken)
    called(desk)
    for _ in range(3):
        announcer.work(desk.now)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "calls could not be said" in caplog.text


def test_a_call_that_is_taken_back_before_it_was_recorded_is_not_recorded(
    desk: Desk, studio: Studio, announcer: Announcer
) -> None:
    desk.open()
    desk.join()
    call = desk.call_next()
    assert call is not None
    desk.act(tickets.put_back, call)
    announcer.work(desk.now)
    assert not list(studio.file("x").parent.glob("*"))


def test_a_committed_call_wakes_the_recording(db: Database, desk: Desk, announcer: Announcer) -> None:
    db.listeners.append(announcer.hear)
    desk.open()
    desk.join()
    assert not announcer.wake.is_set()
    desk.call_next()
    assert announcer.wake.is_set()


def test_displays_ask_whose_turn_it_is(client: FlaskClient) -> None:
    def ask(display: str, **more: object) -> object:
        answer = client.post(f"/display/{SLUG}/voice/turn", json={"display": display, "said": 0, **more})
        assert answer.status_code == 200
        return answer.get_json()["speaks"]

    assert ask("display-one") is True
    assert ask("display-two") is False
    assert ask("display-one", leave=True) is False
    assert ask("display-two") is True


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"display": "display-one"},
        {"display": "short", "said": 0},
        {"display": "x" * 41, "said": 0},
        {"display": "display-one", "said": -1},
        {"display": "display-one", "said": 2**63},
        {"display": "display-one", "said": "1"},
        {"display": "display-ön-e", "said": 1},
    ],
)
def test_an_incomplete_claim_is_refused(client: FlaskClient, body: object) -> None:
    assert client.post(f"/display/{SLUG}/voice/turn", json=body).status_code == 422

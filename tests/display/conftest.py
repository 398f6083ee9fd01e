"""An office whose commits are heard, and a sockets' server that writes down what it is told to send."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from queue_app import clock
from queue_app.config import Config
from queue_app.database import Database
from queue_app.display.push import Push
from queue_app.speech.studio import Studio, of_config
from tests.display.websocket_clients import Site, Sites
from tests.office import Desk

PATIENCE_S = 20.0


@dataclass(frozen=True)
class Sent:
    event: str
    namespace: str
    to: str
    message: dict[str, Any]


@dataclass
class RecordingServer:
    """Stands in for python-socketio's server: keeps what is sent, starts no task, fails when told to."""

    sent: list[Sent] = field(default_factory=list)
    fails_with: Exception | None = None

    def emit(self, event: str, message: dict[str, Any], *, to: str, namespace: str, ignore_queue: bool) -> None:
        if self.fails_with is not None:
            raise self.fails_with
        assert ignore_queue, "another process reads the database itself"
        self.sent.append(Sent(event, namespace, to, message))

    def sleep(self, seconds: float) -> None:
        """Nobody else needs the processor here."""

    def start_background_task(self, task: Callable[..., None], *arguments: Any) -> None:
        """The tests drive the push themselves."""

    def take(self, event: str) -> list[Sent]:
        """What was sent under this name since the last look; the rest is forgotten."""
        taken, self.sent = [sent for sent in self.sent if sent.event == event], []
        return taken


@pytest.fixture
def server() -> RecordingServer:
    return RecordingServer()


@pytest.fixture
def studio(config: Config) -> Studio:
    return of_config(config)


@pytest.fixture
def one_clock(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The push and the sockets live at the time of ``desk``."""
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def push(db: Database, server: RecordingServer, studio: Studio, one_clock: None) -> Push:
    """A push that hears the commits of ``db``, as in one process."""
    push = Push(db, server, studio)
    db.listeners.append(push.hear)
    return push


@pytest.fixture
def office_id(db: Database) -> int:
    with db.read() as session:
        return Desk.office(session).id


@pytest.fixture
def app(app: Flask, one_clock: None) -> Iterator[Flask]:
    """The shared app, whose push task ends before its database goes."""
    yield app
    app.extensions["antrean_push"].stop()


@pytest.fixture
def app_desk(app: Flask, desk: Desk) -> Desk:
    """The office on the app's own database, so that the app hears its commits."""
    return Desk(app.extensions["antrean_database"], desk.now)


@pytest.fixture
def sites() -> Iterator[Sites]:
    """Make servers with settings of their own; all end with the test, and so do their clients."""
    made: list[Site] = []

    def make(**settings: Any) -> Site:
        made.append(Site(**settings))
        return made[-1]

    yield make
    for site in made:
        for client in site.clients:
            client.close()
        site.server.shutdown()


@pytest.fixture
def site(sites: Sites) -> Site:
    return sites()


def eventually(look: Callable[[], Any]) -> Any:
    """What ``look`` finds, as soon as it finds something."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.005)
    raise AssertionError("it did not happen in time")

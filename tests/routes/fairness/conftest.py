"""What the tests against touts and bots share."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import altcha
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from queue_app import clock, create_app, proof
from queue_app.config import Config
from tests.office import SECRET, Desk
from tests.routes.browsing import Person
from tests.routes.fairness.asking import API, Ask


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture(autouse=True)
def _easy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "ROUNDS", 1)
    monkeypatch.setattr(proof, "FLOOR", 20)


@pytest.fixture
def production(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The app in the production profile, but for the cookies that need HTTPS."""
    settings = Config(database_url, SECRET, instance_dir=tmp_path, production=True, testing=True, trusted_proxies=1)
    app = create_app(settings)
    app.config["SESSION_COOKIE_SECURE"] = False
    yield app
    app.extensions["antrean_database"].dispose()


@pytest.fixture
def ask(production: Flask) -> Ask:
    """A program in production asks for a ticket; ``address`` is where it comes from, as the trusted proxy says."""
    client = production.test_client(use_cookies=False)

    def post(token: str = "", address: str = "203.0.113.7", language: str = "id", **body: Any) -> TestResponse:
        headers = {"X-Forwarded-For": address, "Accept-Language": language}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return client.post(f"{API}/tickets", json={"service": "A", "channel": "online", **body}, headers=headers)

    return post


@pytest.fixture
def solve(production: Flask) -> Callable[[], str]:
    client = production.test_client(use_cookies=False)

    def found() -> str:
        answer = client.get(f"{API}/challenge")
        assert answer.status_code == 200
        challenge = altcha.Challenge.from_dict(answer.get_json())
        solution = altcha.solve_challenge(challenge)
        assert solution is not None
        return altcha.Payload(challenge, solution).to_base64()

    return found


@pytest.fixture
def visitor(production: Flask) -> Person:
    return Person(production)

"""What the tests of signing in share."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from queue_app.signin import passwords
from tests.office import PASSWORD
from tests.routes.sign_in.people import NEW, Moment


@pytest.fixture
def database_url(new_sqlite_url: str) -> str:
    """SQLite alone: what differs on PostgreSQL is in `tests/races/test_sign_in.py` and `test_session.py`."""
    return new_sqlite_url


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """The shared app, whose push task ends before its database goes."""
    yield app
    app.extensions["antrean_push"].stop()


@pytest.fixture
def moment(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Moment:
    moment = Moment(now)
    monkeypatch.setattr("queue_app.clock.now", lambda: moment.now)
    return moment


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guess takes no time, so that many can be tried: only whether it is right."""
    monkeypatch.setattr(passwords, "matches", lambda kept, typed: kept is not None and typed in (PASSWORD, NEW, "2846"))

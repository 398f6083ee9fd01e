"""A program beside the demonstration office, on a clock that stands still until a test moves it."""

from datetime import datetime

import pytest
from flask import Flask

from queue_app.database import Database
from tests.routes.api.program import Program


class Moment:
    """The time that the routes see: ``now``."""

    def __init__(self, now: datetime) -> None:
        self.now = now


@pytest.fixture
def moment(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Moment:
    moment = Moment(now)
    monkeypatch.setattr("queue_app.clock.now", lambda: moment.now)
    return moment


@pytest.fixture
def program(app: Flask, db: Database, moment: Moment) -> Program:
    return Program(app, db)

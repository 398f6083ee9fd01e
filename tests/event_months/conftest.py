"""PostgreSQL alone: ``database_url`` is that of a log by month, ``one_table`` a desk whose log is in one table."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask

from queue_app.database import Database
from queue_app.event_months import ahead
from tests.office import Desk


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("by_month_office").fresh())


@pytest.fixture
def one_table(request: pytest.FixtureRequest, now: datetime) -> Iterator[Desk]:
    database = Database(str(request.getfixturevalue("postgresql_office").fresh()))
    yield Desk(database, now)
    database.dispose()


@pytest.fixture
def command(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """Run a command on the log by month, at the desk's time; its exit code and what it said."""
    monkeypatch.setattr("queue_app.clock.now", lambda: desk.now)

    def run(*words: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=words)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    return run


@pytest.fixture
def old(desk: Desk) -> Desk:
    """An office with visits in two months, and in a third two years later."""
    for days in (0, 10, 800):
        desk.wait(days=days)
        ahead.tend(desk.db, desk.now)
        desk.open()
        for service in "AB":
            desk.serve(service, minutes=5)
        desk.pause(reason="break")
        desk.wait(minutes=7)
        desk.cancel(desk.join("C"))
        desk.close()
        desk.wait(hours=2)
    return desk

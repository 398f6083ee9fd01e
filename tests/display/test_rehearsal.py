"""A process that has just begun to serve shows its first display the board as soon as any later one."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_app.database import Database
from queue_app.display import rehearsal
from queue_app.speech.studio import Studio
from tests.display.conftest import PATIENCE_S
from tests.faults.screens import Screen
from tests.faulty_link import FaultyLink
from tests.live_server import LiveServer
from tests.services.private_postgresql import PostgresqlServer
from tests.services.reused_database import ReusedDatabase
from tests.services.waiting import free_port, wait_until

LATE_S = 0.04
"""For each word to the database and for each answer: what is asked counts, and not how fast the machine is."""

STARTS = 3
"""One of them is enough: a busy machine may hold up either display. Without a rehearsal the first asks three times as
much as a later one, each time."""


@pytest.fixture
def link(postgresql_server: PostgresqlServer) -> Iterator[FaultyLink]:
    with FaultyLink(postgresql_server.port) as link:
        yield link


@pytest.mark.postgresql
def test_the_first_display_of_a_process_waits_no_longer_than_others(
    postgresql_office: ReusedDatabase, link: FaultyLink, postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    url = postgresql_office.fresh()
    server = LiveServer(url.replace(f":{postgresql_server.port}/", f":{link.port}/"), tmp_path / "server", {})
    starts = (first_as_soon_as_later(server, link) for _ in range(STARTS))
    assert any(starts)


def first_as_soon_as_later(server: LiveServer, link: FaultyLink) -> bool:
    """By a server that has just started."""
    try:
        server.start()
        link.delay(LATE_S)
        return seconds_until_shown(server) < 1.7 * seconds_until_shown(server)
    finally:
        link.restore()
        server.kill()


def seconds_until_shown(server: LiveServer) -> float:
    begun = time.monotonic()
    screen = Screen(server)
    try:
        assert wait_until(lambda: bool(screen.shown))
        return time.monotonic() - begun
    finally:
        screen.close()


def test_a_database_that_is_away_keeps_no_process_from_serving(
    studio: Studio, caplog: pytest.LogCaptureFixture
) -> None:
    away = Database(f"postgresql+psycopg://127.0.0.1:{free_port()}/away")
    rehearsal.rehearse(away, studio)
    assert "no board could be built before serving" in caplog.text
    away.dispose()


def test_a_slow_database_is_not_waited_for_for_long(
    db: Database, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr(rehearsal, "_build", lambda *_: over.wait(PATIENCE_S))
    begun = time.monotonic()
    rehearsal.rehearse(db, studio, wait_s=0.05)
    assert time.monotonic() - begun < PATIENCE_S / 2
    over.set()

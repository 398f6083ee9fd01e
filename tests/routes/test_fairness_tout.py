"""The benchmark's scripted tout against a real server in the production profile: how far each defence lets it come.

Counted are tries, never seconds.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import tout
from benchmarks.tout import OFF, Tout, Try
from queue_app.database import Database
from tests.live_server import LiveServer

TRIES = 24


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("tout")
    path = folder / "antrean.sqlite"
    shutil.copy(sqlite_template, path)
    settings = {"ANTREAN_PROFILE": "production", "DEMO_PASSWORD": "", "TRUSTED_PROXIES": "1"}
    server = LiveServer(f"sqlite:///{path}", folder / "instance", settings)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def database(server: LiveServer) -> Iterator[Database]:
    database = Database(server.database_url)
    yield database
    database.dispose()


def tries(server: LiveServer, day: str, attempt: Try, number: int, *, many: bool, count: int = TRIES) -> Counter[int]:
    program = Tout.at(server.port, day, tout.addresses(many, number))
    answers = Counter(attempt(program) for _ in range(count))
    program.client.close()
    return answers


def test_one_address_gets_no_further_than_its_limit(server: LiveServer, database: Database) -> None:
    day = tout.prepare(database, 1, OFF)
    assert tries(server, day, tout.by_program, 1, many=False) == {201: 20, 429: 4}


def test_many_addresses_get_around_the_limit_alone(server: LiveServer, database: Database) -> None:
    """Which is why there is more than a limit."""
    day = tout.prepare(database, 2, OFF)
    assert tries(server, day, tout.by_program, 2, many=True) == {201: TRIES}


@pytest.mark.parametrize(
    ("number", "attempt", "status"), [(3, tout.by_program, 422), (4, tout.by_program_as_kiosk, 401)]
)
def test_without_proof_or_token_they_get_nothing(
    server: LiveServer, database: Database, number: int, attempt: Try, status: int
) -> None:
    day = tout.prepare(database, number, {})
    assert tries(server, day, attempt, number, many=True) == {status: TRIES}


def test_solving_works_and_is_work(server: LiveServer, database: Database) -> None:
    day = tout.prepare(database, 5, {})
    assert tries(server, day, tout.by_program_solving, 5, many=True, count=2) == {201: 2}


@pytest.mark.parametrize(("number", "waiting", "sold"), [(6, 0, 3), (7, 5, 0)])
def test_a_place_is_not_resold_while_somebody_waits_for_it(
    server: LiveServer, database: Database, number: int, waiting: int, sold: int
) -> None:
    day = tout.prepare(database, number, OFF)
    assert tout.resale(server.port, day, database, number, waiting, sales=3) == (3, sold)

"""An office to try things in: the demonstration office in a database of the test's own, on SQLite and on PostgreSQL.

Whatever uses ``database_url`` (and so ``db``, ``app``, ``client``) runs once on each of the two.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache

from queue_app import create_app, demo, schema
from queue_app.config import Config
from queue_app.database import Database
from queue_app.event_months import partition
from queue_app.personal import Vault
from tests.live_server import LiveServer
from tests.office import PASSWORD, SECRET, Desk
from tests.services.reused_database import ReusedDatabase

pytest_plugins = ["tests.made_once", "tests.services.plugin", "tests.shares"]

# How long an example takes says more of the machine's other work than of the code.
settings.register_profile("antrean", deadline=None)
settings.load_profile("antrean")

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""A Tuesday, 09:00 in Pekanbaru."""

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
BY_MONTH = pytest.param("by_month", marks=pytest.mark.postgresql)


def _fill(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    with database.write() as session:
        demo.seed(session, PASSWORD)
    database.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the demonstration office; tests copy it."""
    path = tmp_path_factory.mktemp("template") / "antrean.sqlite"
    _fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(request: pytest.FixtureRequest) -> str:
    """The same on PostgreSQL."""
    url: str = request.getfixturevalue("postgresql_server").new_database()
    _fill(url)
    return url


@pytest.fixture(scope="session")
def postgresql_office(request: pytest.FixtureRequest, postgresql_template: str) -> Iterator[ReusedDatabase]:
    """One database that each test gets as the template is."""
    office = ReusedDatabase(request.getfixturevalue("postgresql_server"), postgresql_template)
    yield office
    office.let_go()


@pytest.fixture(scope="session")
def by_month_office(request: pytest.FixtureRequest, postgresql_template: str) -> Iterator[ReusedDatabase]:
    """The same with the log by month."""
    server = request.getfixturevalue("postgresql_server")
    url = server.new_database(copy_of=postgresql_template)
    database = Database(url)
    partition.carry_out(database, NOW)
    database.dispose()
    office = ReusedDatabase(server, url)
    yield office
    office.let_go()


@pytest.fixture
def new_sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "antrean.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked ``by_month`` runs a third time, on a PostgreSQL whose log is kept by month."""
    if "database_url" in metafunc.fixturenames and metafunc.definition.get_closest_marker("by_month"):
        metafunc.definition.add_marker(pytest.mark.parametrize("database_url", [*DATABASES, BY_MONTH], indirect=True))


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database of this test's own, holding the demonstration office."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("new_sqlite_url"))
    kept = "by_month_office" if request.param == "by_month" else "postgresql_office"
    return str(request.getfixturevalue(kept).fresh())


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def vault() -> Vault:
    return Vault(SECRET)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def desk(db: Database, now: datetime) -> Desk:
    """The demonstration office as tests drive it: use cases by short names, on a clock of its own."""
    return Desk(db, now)


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    a_year = 365 * 24
    return Config(
        database_url=database_url,
        secret_key=SECRET,
        instance_dir=tmp_path,
        testing=True,
        session_hours=a_year,  # months pass while somebody is signed in; when a session ends is tried in routes/sign_in
    )


@pytest.fixture
def app(config: Config, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    app = create_app(config)
    app.jinja_env.bytecode_cache = compiled_templates
    yield app
    app.extensions["antrean_database"].dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def new_live_server(tmp_path: Path) -> Iterator[Callable[..., LiveServer]]:
    """Start real servers, each the way ``make run`` does; all end with the test."""
    servers: list[LiveServer] = []

    def start(database_url: str, **environment: str) -> LiveServer:
        server = LiveServer(database_url, tmp_path / f"instance{len(servers)}", environment)
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def server_environment() -> dict[str, str]:
    """What a file sets of the environment of its server."""
    return {}


@pytest.fixture(scope="module")
def server_of_file(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, server_environment: dict[str, str]
) -> Iterator[LiveServer]:
    """A real server for all tests of a file: starting one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(sqlite_template, folder / "antrean.sqlite")
    server = LiveServer(f"sqlite:///{folder}/antrean.sqlite", folder / "instance", server_environment)
    yield server
    server.stop()


@pytest.fixture
def live_server(server_of_file: LiveServer, sqlite_template: Path) -> LiveServer:
    """A real server on a SQLite file that holds the demonstration office and nothing else. A test may kill it."""
    server_of_file.put_back(sqlite_template)
    return server_of_file

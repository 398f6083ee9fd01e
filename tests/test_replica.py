"""Figures come from the read replica while it follows closely; from the primary when it is late, away or not there."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from queue_app import replica
from queue_app.config import ConfigError, from_env
from queue_app.database import Database
from tests.services.private_postgresql import PostgresqlServer
from tests.services.waiting import free_port


@pytest.fixture
def database(postgresql_server: PostgresqlServer) -> Iterator[Database]:
    primary, copy = postgresql_server.new_database(), postgresql_server.new_database()
    for url in (primary, copy):
        database = Database(url)
        with database.engine.begin() as connection:
            connection.execute(text("CREATE TABLE known AS SELECT current_database() AS name"))
        database.dispose()
    database = Database(primary, read_url=copy)
    yield database
    database.dispose()


def asked(database: Database) -> str:
    """Which of the two the figures come from."""
    with database.figures() as session:
        name = session.scalar(text("SELECT name FROM known"))
    with database.read() as session:
        return "primary" if session.scalar(text("SELECT name FROM known")) == name else "replica"


@pytest.mark.postgresql
def test_figures_come_from_the_replica_and_cannot_be_written_there(database: Database) -> None:
    assert asked(database) == "replica"
    with database.figures() as session, pytest.raises(Exception, match="read-only"):
        session.execute(text("DELETE FROM known"))


@pytest.mark.postgresql
def test_a_replica_that_is_late_is_not_asked(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "_BEHIND", text("SELECT 31.0"))
    assert asked(database) == "primary"


@pytest.mark.postgresql
def test_a_replica_that_is_away_is_not_asked(postgresql_server: PostgresqlServer) -> None:
    database = Database(
        postgresql_server.new_database(), read_url=f"postgresql+psycopg://127.0.0.1:{free_port()}/nothing"
    )
    with database.figures() as session:
        assert session.scalar(text("SELECT 1")) == 1
    database.dispose()


def test_a_replica_belongs_to_a_postgresql() -> None:
    key = {"SECRET_KEY": "long enough for a test"}
    with pytest.raises(ConfigError, match="DATABASE_READ_URL"):
        from_env({**key, "DATABASE_READ_URL": "postgresql://there/antrean"})
    both = {"DATABASE_URL": "postgresql://here/antrean", "DATABASE_READ_URL": "postgresql://there/antrean"}
    assert from_env({**key, **both}).database_read_url == "postgresql+psycopg://there/antrean"

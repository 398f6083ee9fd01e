"""The migrations make exactly what the models say, on both databases, and keep what is there."""

import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from queue_app import schema, server
from queue_app.config import Config
from queue_app.database import Database
from queue_app.schema import SchemaState
from tests.office import SECRET, Desk


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        return Database(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    return Database(request.getfixturevalue("postgresql_server").new_database())


def test_it_upgrades_an_empty_database_to_what_the_models_say(empty: Database) -> None:
    assert schema.state(empty) is SchemaState.EMPTY
    assert schema.differences(empty)  # the comparison can find something
    schema.upgrade(empty)
    assert schema.state(empty) is SchemaState.CURRENT
    assert schema.differences(empty) == []
    empty.dispose()


def test_it_can_be_run_again(empty: Database) -> None:
    schema.upgrade(empty)
    schema.upgrade(empty)
    assert schema.state(empty) is SchemaState.CURRENT
    empty.dispose()


def test_it_knows_a_database_that_is_not_its_own(empty: Database) -> None:
    with empty.engine.begin() as connection:
        connection.execute(text("CREATE TABLE something (id INTEGER)"))
    assert schema.state(empty) is SchemaState.UNKNOWN
    empty.dispose()


def test_it_leaves_a_newer_database_alone(desk: Desk, tmp_path: Path) -> None:
    with desk.db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    settings = Config(str(desk.db.url), SECRET, instance_dir=tmp_path, port=0)
    with pytest.raises(server.CannotStart, match="newer version"):
        server.prepare(settings, desk.db)


def test_a_server_that_runs_goes_on_when_a_newer_one_has_been_started_beside_it(app: Flask, desk: Desk) -> None:
    with desk.db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("ALTER TABLE ticket ADD COLUMN of_the_future VARCHAR(10)"))
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    wish = {"service": "A", "channel": "kiosk"}
    assert client.post("/api/v1/offices/senapelan/tickets", json=wish).status_code == 201
    with desk.db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert client.get("/healthz").status_code == 503


def test_it_keeps_a_whole_copy_before_it_upgrades_an_older_file(
    new_sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(new_sqlite_url)
    states = iter([SchemaState.OLDER, SchemaState.CURRENT])
    monkeypatch.setattr(schema, "state", lambda _database: next(states))
    server.prepare(Config(new_sqlite_url, SECRET, instance_dir=tmp_path, port=0), database)
    [copy] = tmp_path.glob("*.before-upgrade-*")
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT count(*) FROM service").fetchone() == (6,)
    connection.close()
    database.dispose()

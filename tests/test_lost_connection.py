"""A connection that PostgreSQL ends in the middle of an answer leaves nothing open; one that rested is replaced."""

import gc
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, column, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from queue_app import engines
from queue_app.database import Database, streamed
from tests.services.private_postgresql import PostgresqlServer

_MANY = text("SELECT n, repeat('a', 100) FROM generate_series(1, 100000) AS n").execution_options(yield_per=100)

_NUMBERS = select(column("n")).select_from(func.generate_series(1, 100_000).alias("n"))


def ended(connection: Connection, url: str) -> None:
    pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))


def still_open() -> list[psycopg.ServerCursor[Any]]:
    cursors = [one for one in gc.get_objects() if isinstance(one, psycopg.ServerCursor)]
    return [one for one in cursors if not one.closed]


@pytest.mark.postgresql
@pytest.mark.parametrize("is_begun", [False, True])
def test_no_cursor_stays_open(postgresql_server: PostgresqlServer, is_begun: bool) -> None:
    url = postgresql_server.new_database()
    database = Database(url)
    with database.read() as session:
        rows = iter(session.execute(_MANY)) if is_begun else None
        ended(session.connection(), url)
        with pytest.raises(OperationalError):
            list(rows or session.execute(_MANY))
    database.dispose()
    assert still_open() == []


@pytest.mark.postgresql
def test_nor_where_something_else_finds_the_connection_lost_or_nobody_reads_on(
    postgresql_server: PostgresqlServer,
) -> None:
    url = postgresql_server.new_database()
    database = Database(url)

    def cut_off(session: Session) -> None:
        for _ in streamed(session, _NUMBERS, 100):
            ended(session.connection(), url)
            session.execute(select(1))

    with database.read() as session:
        assert next(streamed(session, _NUMBERS, 100)) == (1,)
        with pytest.raises(OperationalError):
            cut_off(session)
    database.dispose()
    assert still_open() == []


@pytest.mark.postgresql
def test_who_comes_after_a_connection_was_ended_notices_nothing(postgresql_server: PostgresqlServer) -> None:
    url = postgresql_server.new_database()
    database = Database(url)
    with database.read() as session:
        ended(session.connection(), url)
    for _ in range(2):
        with database.write() as session:
            assert session.scalar(text("SELECT 1")) == 1
    database.dispose()


@pytest.mark.postgresql
def test_a_connection_is_asked_only_after_a_rest(
    postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(postgresql_server.new_database())
    asked: list[object] = []
    monkeypatch.setattr(database.engine.dialect, "do_ping", asked.append)
    for rested_s in (60.0, -1.0):
        monkeypatch.setattr(engines, "RESTED_S", rested_s)
        with database.read() as session:
            session.execute(text("SELECT 1"))
    assert len(asked) == 1
    database.dispose()


@pytest.mark.postgresql
def test_a_connection_that_answers_no_more_is_replaced(
    postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the network between has gone: nothing was heard, and the question fails."""
    database = Database(postgresql_server.new_database())
    with database.read() as session:
        before = session.connection().connection.driver_connection

    def unanswered(_driver: object) -> None:
        raise psycopg.OperationalError("timeout")

    monkeypatch.setattr(engines, "RESTED_S", -1.0)
    monkeypatch.setattr(database.engine.dialect, "do_ping", unanswered)
    with database.read() as session:
        assert session.connection().connection.driver_connection is not before
    database.dispose()

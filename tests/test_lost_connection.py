"""A connection that PostgreSQL ends in the middle of a long answer leaves nothing open behind."""

import gc

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from queue_app.database import Database
from tests.services.private_postgresql import PostgresqlServer

_MANY = text("SELECT n, repeat('a', 100) FROM generate_series(1, 100000) AS n").execution_options(yield_per=100)


def ended(connection: Connection, url: str) -> None:
    pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (pid,))


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
    cursors = [one for one in gc.get_objects() if isinstance(one, psycopg.ServerCursor)]
    assert [one for one in cursors if not one.closed] == []

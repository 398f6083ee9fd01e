"""Very many rows written into an empty database at once, past the application: SQLite or PostgreSQL."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString, Protocol, cast

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from queue_app.database import Base

Row = tuple[Any, ...]


class Store(Protocol):
    def write(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None: ...

    def execute(self, statement: str) -> None: ...


class Rows:
    """Rows by table; those that others refer to are written first."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows: dict[tuple[str, tuple[str, ...]], list[Row]] = {}

    @classmethod
    @contextmanager
    def of(cls, url: str) -> Iterator["Rows"]:
        """For the database at ``url``. At the end all is written and committed."""
        opened = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
        with opened as store:
            rows = cls(store)
            yield rows
            rows.flush()

    def add(self, table: str, columns: Sequence[str], row: Row) -> None:
        self._rows.setdefault((table, tuple(columns)), []).append(row)

    def flush(self) -> None:
        order = [table.name for table in Base.metadata.sorted_tables]
        for (table, columns), rows in sorted(self._rows.items(), key=lambda one: order.index(one[0][0])):
            self._store.write(table, columns, rows)
            rows.clear()

    def execute(self, statement: str) -> None:
        self.flush()
        self._store.execute(statement)


class _SqliteFile:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def write(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        places = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
        self._connection.executemany(statement, rows)

    def execute(self, statement: str) -> None:
        self._connection.execute(statement)


@contextmanager
def _sqlite(url: str) -> Iterator[Store]:
    connection = sqlite3.connect(str(make_url(url).database))
    connection.execute("PRAGMA synchronous=OFF")
    yield _SqliteFile(connection)
    connection.commit()
    connection.close()


class _Postgresql:
    def __init__(self, cursor: psycopg.Cursor[Row]) -> None:
        self._cursor = cursor
        self.tables: set[str] = set()

    def write(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        self.tables.add(table)
        with self._cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def execute(self, statement: str) -> None:
        self._cursor.execute(cast("LiteralString", statement))


@contextmanager
def _postgresql(url: str) -> Iterator[Store]:
    """Afterwards ids go on behind those that were written, and the tables are analysed, as by autovacuum."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("SET timezone = 'UTC'")
        store = _Postgresql(cursor)
        yield store
        for table in store.tables:
            cursor.execute(
                "SELECT pg_get_serial_sequence(%s, 'id') FROM information_schema.columns"
                " WHERE table_name = %s AND column_name = 'id'",
                (table, table),
            )
            found = cursor.fetchone()
            if found and found[0]:
                last = sql.SQL("SELECT setval(%s, (SELECT max(id) FROM {}))").format(sql.Identifier(table))
                cursor.execute(last, (found[0],))
        cursor.execute("VACUUM ANALYZE")

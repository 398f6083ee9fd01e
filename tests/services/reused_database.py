"""One PostgreSQL database for test after test, put back each time to what its template holds.

Copying a template database and dropping the copy costs a tenth of a second and more, for some 1,500 tests; putting the
rows back costs a hundredth. A test that changed the schema, or that will not let go, loses the database: the next one
gets a new copy.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import Connection, sql

from tests.services.private_postgresql import PostgresqlServer

# Of a log by month the rows are in its months; the schema of these is there only then.
_TABLES = """
    SELECT nspname, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind = 'r' AND nspname IN ('public', 'event_months') ORDER BY nspname, relname
"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
_SCHEMA = """
    WITH schemas AS (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'event_months'))
    SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
        SELECT concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull, attisdropped) AS line FROM pg_attribute
            JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace IN (SELECT * FROM schemas) AND attnum > 0
        UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, convalidated) FROM pg_constraint
            WHERE connamespace IN (SELECT * FROM schemas)
        UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname IN ('public', 'event_months')
    ) AS lines
"""
_END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class _Contents:
    """The rows of every table in PostgreSQL's copy format, the sequences' last values, and a digest of the schema."""

    rows: Mapping[tuple[str, str], bytes]
    sequences: Mapping[str, int | None]
    schema: str


class ReusedDatabase:
    """``template``: the address of a database that nobody is connected to, and that stays as it is.

    One connection is kept to put back by: a new one asks the server's catalogue everything anew, which takes longer
    than the putting back.
    """

    def __init__(self, server: PostgresqlServer, template: str) -> None:
        self._server, self._template = server, template
        with _connected(template) as connection:
            self._contents = _read(connection)
        self._url: str | None = None
        self._kept: Connection | None = None

    def fresh(self) -> str:
        """The address of a database that holds what the template holds."""
        if self._url is None or not (self._is_put_back() or self._is_put_back()):
            self.let_go()
            if self._url is not None:
                self._server.drop(self._url)
            self._url = self._server.new_database(copy_of=self._template)
        return self._url

    def let_go(self) -> None:
        """Close the connection that is kept."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _is_put_back(self) -> bool:
        try:
            if self._kept is None:
                self._kept = _connected(str(self._url))
            with self._kept.transaction():
                self._kept.execute(_END_OTHERS)
                if _schema(self._kept) != self._contents.schema:
                    return False
                _put_back(self._kept, self._contents)
        except psycopg.OperationalError:  # a lock that wasn't let go in time, the server was gone, or the database is
            self.let_go()
            return False
        return True


def _connected(url: str) -> Connection:
    return psycopg.connect(
        url.replace("+psycopg", ""), connect_timeout=5, options="-c lock_timeout=3s", autocommit=True
    )


def _read(connection: Connection) -> _Contents:
    rows = {}
    for schema, table in connection.execute(_TABLES).fetchall():
        with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(schema, table))) as copied:
            rows[schema, table] = b"".join(copied)
    return _Contents(rows, dict(connection.execute(_SEQUENCES).fetchall()), _schema(connection))


def _schema(connection: Connection) -> str:
    found = connection.execute(_SCHEMA).fetchone()
    return str(found[0]) if found else ""


def _put_back(connection: Connection, contents: _Contents) -> None:
    # A replica's session fires no triggers: neither the foreign keys' nor the log's own, which refuses to forget.
    connection.execute("SET LOCAL session_replication_role = replica")
    delete = sql.SQL("DELETE FROM {}")
    connection.execute(sql.SQL("; ").join(delete.format(sql.Identifier(*table)) for table in contents.rows))
    for table, rows in contents.rows.items():
        if rows:
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(*table))) as copied:
                copied.write(rows)
    for sequence, last in contents.sequences.items():
        connection.execute("SELECT setval(%s, %s, %s)", (f'"{sequence}"', last or 1, last is not None))

"""The tables of a log by month: which there are, how one is made, and how they are locked for it.

Statements that change tables wait for everybody who uses them, and everybody who comes later waits behind. So each
lock is asked for only for a moment (``LOCK_WAIT_MS``), and when it does not come all are given up and asked for again:
nobody is held up for long by our waiting. The moment is shorter than the one after which PostgreSQL looks for rings of
who waits for whom, so in a ring it is we who give way.
"""

import time
from collections.abc import Collection, Iterable, Sequence
from tempfile import TemporaryFile

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from queue_app.errors import N_, QueueError
from queue_app.event_months.month import Month

SCHEMA = "event_months"
KEY = f"{SCHEMA}.key"
OTHER = f"{SCHEMA}.other"
"""The partition for instants outside of all months that there are."""

LOCK_WAIT_MS = 300
_BLOCK = 1 << 20
_TRIES = 200
_PAUSE_S = 0.1
_NOT_AVAILABLE = {"55P03", "40P01"}
"""What PostgreSQL says when a lock did not come in time, or in a ring."""


def is_by_month(connection: Connection) -> bool:
    """Whether the database's log is kept by month."""
    if connection.dialect.name == "sqlite":
        return False
    kind = connection.scalar(text("SELECT relkind FROM pg_class WHERE oid = to_regclass('public.event')"))
    return bool(kind == "p")


def months(connection: Connection) -> list[Month]:
    """The months that have a partition, in order."""
    names = connection.scalars(
        text(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
            " WHERE inhparent = to_regclass('public.event')"
        )
    )
    return sorted(filter(None, map(Month.of_table, names)))


def months_of(connection: Connection, table: str) -> dict[Month, int]:
    """How many rows of each month a table of the log's form has."""
    rows = connection.execute(
        text(f"SELECT date_trunc('month', at, 'UTC') AS month, count(*) FROM {table} GROUP BY 1 ORDER BY 1")  # noqa: S608
    )
    return {Month.of(month): count for month, count in rows}


def create(connection: Connection, month: Month, rows_from: str | None = None) -> int:
    """Make the month's table, still alone, with the month's rows of another table; how many. They have their keys."""
    name = f"{SCHEMA}.{month.table}"
    connection.execute(text(f"CREATE TABLE {name} (LIKE event INCLUDING ALL EXCLUDING STATISTICS)"))
    count = 0 if rows_from is None else copy(connection, rows_from, within(month), name)
    guard(connection, name)
    return count


def within(month: Month) -> str:
    """The condition for the month's rows."""
    return f"at >= '{month.start}' AND at < '{month.end}'"


def copy(connection: Connection, source: str, condition: str, target: str) -> int:
    """Copy rows into a table that this transaction has made, by way of a file; how many.

    They are written frozen, so that whoever began to read before this transaction ended (a page, a backup, a day being
    kept) and reads on in the new tables sees them too. Written otherwise, the log would be empty for them.
    """
    names = ", ".join(f'"{column}"' for column in columns(connection, source))
    cursor = connection.connection.cursor()
    with TemporaryFile(prefix="antrean-log-") as file:
        query = f"SELECT {names} FROM {source} WHERE {condition} ORDER BY id"  # noqa: S608
        with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as read:
            for block in read:
                file.write(block)
        file.seek(0)
        with cursor.copy(f"COPY {target} ({names}) FROM STDIN (FORMAT binary, FREEZE)") as written:
            while block := file.read(_BLOCK):
                written.write(block)
    return int(cursor.rowcount)


def attach(connection: Connection, month: Month) -> None:
    """Let a table that stands alone be the month's partition; PostgreSQL looks at each row. The log is locked."""
    # Bounds are part of the statement: they cannot be parameters.
    bounds = f"FROM ('{month.start}') TO ('{month.end}')"
    connection.execute(text(f"ALTER TABLE event ATTACH PARTITION {SCHEMA}.{month.table} FOR VALUES {bounds}"))


def make_other(connection: Connection) -> None:
    """Make the partition for all other instants."""
    connection.execute(text(f"CREATE TABLE {OTHER} (LIKE event INCLUDING ALL EXCLUDING STATISTICS)"))
    guard(connection, OTHER)
    connection.execute(text(f"ALTER TABLE event ATTACH PARTITION {OTHER} DEFAULT"))


def guard(connection: Connection, table: str) -> None:
    """Nobody empties it. That no row is changed or removed a partition has from ``event``; this trigger it has not."""
    connection.execute(
        text(
            f"CREATE TRIGGER event_refuses_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log()"
        )
    )


def columns(connection: Connection, table: str) -> Sequence[str]:
    return connection.scalars(
        text(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(:table) AND attnum > 0 AND NOT attisdropped"
            " ORDER BY attnum"
        ),
        {"table": table},
    ).all()


def referred(connection: Connection) -> list[str]:
    """The tables that rows of the log refer to."""
    found = connection.scalars(
        text(
            "SELECT DISTINCT confrelid::regclass::text FROM pg_constraint"
            " WHERE conrelid = to_regclass('public.event') AND contype = 'f' ORDER BY 1"
        )
    )
    return list(found)


def unique(connection: Connection) -> frozenset[str]:
    """The names of what the log may have once only, as its keys have them."""
    return frozenset(
        connection.scalars(
            text("SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(:key) AND contype = 'u'"), {"key": KEY}
        )
    )


def lock_for_more(connection: Connection) -> None:
    """Hold what attaching a partition takes. Numbers wait for it, reading does not but for the other months' table."""
    refers = referred(connection)
    _lock(connection, [(refers, "SHARE ROW EXCLUSIVE"), ([OTHER], "ACCESS EXCLUSIVE")])


def lock_all(connection: Connection, also: Iterable[str] = ()) -> None:
    """Hold the log, what it refers to and some of its tables, so that a partition can be taken out and dropped."""
    refers = referred(connection)
    _lock(connection, [([*refers, "event", *also], "ACCESS EXCLUSIVE")])


def hold(connection: Connection, table: str) -> None:
    """Nobody else adds a row to one of its tables until the transaction ends; reading goes on."""
    _lock(connection, [([table], "SHARE ROW EXCLUSIVE")])


def _lock(connection: Connection, wanted: Collection[tuple[Sequence[str], str]]) -> None:
    """Take the locks all together, or let go and try again. Whoever writes takes the log last, and so do we.

    Raises QueueError ``log_in_use`` when they were never free together.
    """
    for _ in range(_TRIES):
        try:
            with connection.begin_nested():
                connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT_MS}ms'"))
                for tables, mode in wanted:
                    for table in tables:
                        connection.execute(text(f"LOCK TABLE ONLY {table} IN {mode} MODE"))
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in _NOT_AVAILABLE:
                raise
        else:
            return
        time.sleep(_PAUSE_S)
    raise in_use()


def in_use() -> QueueError:
    return QueueError(
        "log_in_use",
        N_(
            "Catatan kejadian terus dipakai, jadi tabelnya belum dapat diubah. Tidak ada yang berubah; coba lagi nanti."
        ),
        503,
    )

"""Turn the log of a PostgreSQL into one by month: all in one transaction, or nothing.

The log is held from the beginning to the end, so the server rests meanwhile. Everything that the old table had
(columns, keys to other tables, indexes, triggers) the new one is given as the database tells it, whichever migrations
made it.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from queue_app.database import Database, one_at_a_time
from queue_app.errors import N_, QueueError
from queue_app.event_months import layout
from queue_app.event_months.ahead import MONTHS_AHEAD
from queue_app.event_months.layout import KEY, SCHEMA
from queue_app.event_months.month import Month

_NEW = f"{SCHEMA}.event"
_KEYS = "id, office_id, seq, ticket_id, ticket_version"

_KEEP_KEY = f"""
    CREATE FUNCTION {SCHEMA}.keep_key() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO {KEY} ({_KEYS}) VALUES (NEW.id, NEW.office_id, NEW.seq, NEW.ticket_id, NEW.ticket_version);
        RETURN NULL;
    END $$
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to do. ``months``: how many rows each has; those without any are made for what comes."""

    months: Mapping[Month, int]
    bytes: int

    @property
    def rows(self) -> int:
        return sum(self.months.values())


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: how many rows in how many months, how long it took, and how long nobody could use the log."""

    rows: int
    months: int
    took_s: float
    held_s: float


def plan(database: Database, now: datetime) -> Plan:
    """What ``carry_out`` would do. Raises QueueError ``only_postgresql`` or ``by_month_already``."""
    if database.is_sqlite:
        raise only_postgresql()
    with database.engine.connect() as connection:
        _require_one_table(connection)
        size = connection.scalar(text("SELECT pg_total_relation_size('event')"))
        return Plan(_wanted(connection, now), int(size or 0))


def carry_out(database: Database, now: datetime) -> Done:
    """Do it. Raises QueueError, and then nothing has changed."""
    if database.is_sqlite:
        raise only_postgresql()
    began = time.monotonic()
    with database.engine.begin() as connection:
        one_at_a_time(connection, "upgrade")  # nor does anybody bring the form up to date meanwhile
        _require_one_table(connection)
        layout.lock_all(connection)
        held = time.monotonic()
        months = _wanted(connection, now)
        _make_tables(connection, months)
        _copy(connection, months)
        rows = _require_all(connection)
        _replace(connection)
    free = time.monotonic()
    with database.engine.begin() as connection:  # PostgreSQL itself looks at the months, not at all of them together
        connection.execute(text("ANALYZE event"))
        connection.execute(text(f"ANALYZE {KEY}"))
    return Done(rows, len(months), time.monotonic() - began, free - held)


def only_postgresql() -> QueueError:
    return QueueError(
        "only_postgresql",
        N_("Hanya catatan kejadian di PostgreSQL yang dapat dibagi per bulan; basis data ini SQLite."),
        422,
    )


def _require_one_table(connection: Connection) -> None:
    if layout.is_by_month(connection):
        raise QueueError("by_month_already", N_("Catatan kejadian sudah dibagi per bulan."))


def _wanted(connection: Connection, now: datetime) -> dict[Month, int]:
    """The months that have rows, and those to come."""
    found = dict.fromkeys(Month.of(now).ahead(MONTHS_AHEAD), 0) | layout.months_of(connection, "event")
    return dict(sorted(found.items()))


def _make_tables(connection: Connection, months: Mapping[Month, int]) -> None:
    """The new tables, which nobody else sees yet; without indexes, for rows come in faster so."""
    for statement in (
        f"CREATE SCHEMA {SCHEMA}",
        f"CREATE TABLE {KEY} (id BIGINT NOT NULL, office_id INTEGER NOT NULL, seq BIGINT NOT NULL, ticket_id BIGINT,"
        " ticket_version INTEGER)",
        f"CREATE TABLE {_NEW} (LIKE event INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS)"
        " PARTITION BY RANGE (at)",
        f"CREATE TABLE {layout.OTHER} PARTITION OF {_NEW} DEFAULT",
    ):
        connection.execute(text(statement))
    for month in months:
        bounds = f"FROM ('{month.start}') TO ('{month.end}')"
        connection.execute(text(f"CREATE TABLE {SCHEMA}.{month.table} PARTITION OF {_NEW} FOR VALUES {bounds}"))


def _copy(connection: Connection, months: Mapping[Month, int]) -> None:
    """What is in the log, then the indexes, and the keys; from then on a row of the new table gets its key itself."""
    for month in months:
        layout.copy(connection, "event", layout.within(month), f"{SCHEMA}.{month.table}")
    for statement in (
        f"ALTER TABLE {_NEW} ADD CONSTRAINT pk_event PRIMARY KEY (id, at)",
        *_indexes(connection),
        f"INSERT INTO {KEY} SELECT {_KEYS} FROM {_NEW}",  # noqa: S608 - constants
        f"ALTER TABLE {KEY} ADD CONSTRAINT pk_key PRIMARY KEY (id)",
        *_unique_keys(connection),
        _KEEP_KEY,
        f"CREATE TRIGGER event_keeps_key AFTER INSERT ON {_NEW} FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.keep_key()",
    ):
        connection.execute(text(statement))


def _indexes(connection: Connection) -> list[str]:
    """Those of the log, which are no longer unique: that is for the keys to say."""
    found = connection.scalars(
        text(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = to_regclass('public.event') AND NOT indisprimary ORDER BY indexrelid"
        )
    )
    return [
        re.sub(r"^CREATE (?:UNIQUE )?INDEX (?:uq_|ix_)?(\S+) ON \S+ ", rf"CREATE INDEX ix_\1 ON {_NEW} ", definition)
        for definition in found
    ]


def _unique_keys(connection: Connection) -> list[str]:
    """What is unique in the log, by the names that it has there."""
    found = connection.execute(
        text(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = to_regclass('public.event') AND contype = 'u' ORDER BY oid"
        )
    )
    return [f'ALTER TABLE {KEY} ADD CONSTRAINT "{name}" {definition}' for name, definition in found]


def _require_all(connection: Connection) -> int:
    """How many rows there are, in both."""
    old, new, keys = (
        connection.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - constants
        for table in ("event", _NEW, KEY)
    )
    if not old == new == keys:
        raise QueueError(
            "log_not_whole",
            N_("Catatan kejadian tidak utuh, jadi tidak dibagi. Tidak ada yang berubah; jalankan: audit verify"),
        )
    return int(old or 0)


def _replace(connection: Connection) -> None:
    """The new tables take the old one's place, with all that it has."""
    counter = connection.scalar(text("SELECT pg_get_serial_sequence('event', 'id')"))
    guards = connection.scalars(
        text(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = to_regclass('public.event')"
            " AND NOT tgisinternal ORDER BY tgname"
        )
    ).all()
    refers = connection.execute(
        text(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = to_regclass('public.event') AND contype = 'f' ORDER BY conname"
        )
    ).all()
    rights = connection.execute(
        text(
            "SELECT CASE grantee WHEN 'PUBLIC' THEN grantee ELSE quote_ident(grantee) END, privilege_type"
            " FROM information_schema.role_table_grants"
            " WHERE table_schema = 'public' AND table_name = 'event' AND grantee <> current_user"
        )
    ).all()
    partitions = [f"{SCHEMA}.{month.table}" for month in _made(connection)]
    for statement in (
        f"ALTER SEQUENCE {counter} OWNED BY NONE",
        "DROP TABLE event",
        f"ALTER TABLE {_NEW} SET SCHEMA public",
        f"ALTER SEQUENCE {counter} OWNED BY event.id",
        *(f'ALTER TABLE event ADD CONSTRAINT "{name}" {definition}' for name, definition in refers),
        *guards,
        *(guard.replace("public.event ", f"{KEY} ") for guard in guards),
        *(f"GRANT {right} ON event TO {who}" for who, right in rights),
        *(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {who}" for who, _ in rights),
        *(f"GRANT {right} ON {KEY} TO {who}" for who, right in rights if right in ("SELECT", "INSERT")),
    ):
        connection.execute(text(statement))
    for table in (*partitions, layout.OTHER):
        layout.guard(connection, table)


def _made(connection: Connection) -> list[Month]:
    names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = :schema"), {"schema": SCHEMA})
    return sorted(filter(None, map(Month.of_table, names)))

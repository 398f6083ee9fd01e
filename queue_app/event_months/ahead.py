"""The months to come: made before anybody needs them, and what came outside of all months put where it belongs."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from queue_app.database import Database, one_at_a_time
from queue_app.event_months import layout
from queue_app.event_months.layout import OTHER, SCHEMA
from queue_app.event_months.month import Month

log = logging.getLogger(__name__)

MONTHS_AHEAD = 3
"""That have their table before they begin: a server that stands still for so long still finds one."""

FEW = 20_000
"""Rows outside of all months that are put right by the way; more take a while, and are left to ``log partition``."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether the tables are as they should be: the months from now on that have none, and the rows that came outside
    of all months."""

    missing: tuple[Month, ...]
    outside: int


def condition(database: Database, now: datetime) -> Condition | None:
    """None: the log is not kept by month."""
    if database.is_sqlite:
        return None
    with database.engine.connect() as connection:
        return _condition(connection, now) if layout.is_by_month(connection) else None


def tend(database: Database, now: datetime) -> int:
    """Make the months from ``now`` on that have no table, and put a few rows that came outside where they belong; how
    many tables. Of several processes one does it."""
    found = condition(database, now)
    if found is None or not (found.missing or found.outside):
        return 0
    if found.outside > FEW:
        log.warning("%d rows of the log are in no month's table: run `log partition`", found.outside)
        return 0
    return put_right(database, now)


def put_right(database: Database, now: datetime) -> int:
    """Make each month that is missing, now or for rows outside, and put these into it; how many tables.

    Raises QueueError ``log_in_use``, and then nothing has changed.
    """
    with database.engine.begin() as connection:
        one_at_a_time(connection, "upgrade")
        if not layout.is_by_month(connection):
            return 0
        found = _condition(connection, now)
        if found.outside:
            made = _spread(connection, found)
        elif found.missing:
            made = _make(connection, found.missing)
        else:
            return 0
    with database.engine.begin() as connection:  # PostgreSQL itself looks at the months, not at all of them together
        connection.execute(text("ANALYZE event"))
    return made


def make(database: Database, month: Month) -> None:
    """Make a month's table, if there is none. Raises QueueError ``log_in_use``."""
    with database.engine.begin() as connection:
        one_at_a_time(connection, "upgrade")
        if month in layout.months(connection):
            return
        outside = layout.months_of(connection, OTHER)
        if outside:
            _spread(connection, Condition((), sum(outside.values())))
        if month not in outside:
            _make(connection, [month])


def _condition(connection: Connection, now: datetime) -> Condition:
    there = set(layout.months(connection))
    missing = tuple(month for month in Month.of(now).ahead(MONTHS_AHEAD) if month not in there)
    outside = connection.scalar(text(f"SELECT count(*) FROM {OTHER}"))  # noqa: S608 - a constant
    return Condition(missing, int(outside or 0))


def _make(connection: Connection, months: Sequence[Month]) -> int:
    """Only the attaching needs the log held."""
    for month in months:
        layout.create(connection, month)
    layout.lock_for_more(connection)
    for month in months:
        layout.attach(connection, month)
    return len(months)


def _spread(connection: Connection, found: Condition) -> int:
    """The rows outside go into tables of their months, and the table that held them is replaced by an empty one."""
    layout.lock_all(connection, [OTHER])
    old = f"{SCHEMA}.outside"
    connection.execute(text(f"ALTER TABLE event DETACH PARTITION {OTHER}"))
    connection.execute(text(f"ALTER TABLE {OTHER} RENAME TO outside"))
    rows = layout.months_of(connection, old)
    wanted = sorted({*found.missing, *rows})
    moved = sum(layout.create(connection, month, old) for month in wanted)
    if moved != sum(rows.values()):
        raise RuntimeError("a row of the log was about to be lost")
    for month in wanted:
        layout.attach(connection, month)
    # Its indexes go with it, and so their names are free for the new one.
    connection.execute(text(f"DROP TABLE {old}"))
    layout.make_other(connection)
    return len(wanted)

"""Put an archived month back into the log: its rows as they were, and then no longer packed. All of it or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from queue_app.archived import runs
from queue_app.audit import changes, whole
from queue_app.database import Database, one_at_a_time
from queue_app.errors import N_, QueueError
from queue_app.event_months import ahead, layout, obstacles, packing
from queue_app.event_months.layout import KEY, SCHEMA
from queue_app.event_months.month import Month
from queue_app.models import ArchivedDay, ArchivedRun, Office

_KEYS = "id, office_id, seq, ticket_id, ticket_version"


@dataclass(frozen=True, slots=True)
class Back:
    """How many rows came back."""

    month: Month
    rows: int


def archived(session: Session) -> dict[str, int]:
    """How many packed rows each month has, the oldest first."""
    query = select(ArchivedDay.month, func.sum(ArchivedDay.rows)).group_by(ArchivedDay.month)
    return {month: int(rows) for month, rows in session.execute(query.order_by(ArchivedDay.month))}


def bring_back(database: Database, month: Month, now: datetime) -> Back:
    """Raises QueueError ``only_by_month``, ``not_archived``, ``log_in_use``, or ``log_not_whole`` when the rows are not
    those that were archived; and then nothing has changed."""
    obstacles.require_by_month(database)
    with database.read() as session:
        if f"{month}" not in archived(session):
            raise QueueError("not_archived", N_("Bulan %(month)s tidak diarsipkan."), 404, month=f"{month}")
    ahead.make(database, month)
    with database.engine.begin() as connection:
        one_at_a_time(connection, "upgrade")
        with Session(bind=connection) as session:
            layout.hold(connection, f"{SCHEMA}.{month.table}")
            rows = {office.id: _put(session, office, month) for office in _offices(session, month)}
            _require_keys(session, month)
            _unpack(session, month)
            for office_id, count in rows.items():
                change = {"archived": count}, {"archived": 0}
                changes.record(session, session.get_one(Office, office_id), None, f"log:{month}", *change, now)
    return Back(month, sum(rows.values()))


def _offices(session: Session, month: Month) -> list[Office]:
    named = select(ArchivedDay.office_id).where(ArchivedDay.month == f"{month}").distinct()
    return list(session.scalars(select(Office).where(Office.id.in_(named)).order_by(Office.id)))


def _put(session: Session, office: Office, month: Month) -> int:
    """The office's rows, with the digests that follow; those that never left are there already."""
    table = packing.table_of(month)
    packed = runs.of_month(session, office.id, f"{month}")
    there = set(session.scalars(select(table.c.seq).where(table.c.office_id == office.id)))
    empty, put, seen = dict.fromkeys(table.columns.keys()), [], 0
    for run in packing.runs_of(session, office.id, month):
        try:
            digests = dict(whole.digests(run, packed))
        except KeyError as error:
            raise _not_whole() from error
        if digests[run.last_seq] != run.digest:
            raise _not_whole()
        seen += len(digests)
        put += [
            {**empty, **packed[seq].values, "digest": digest} for seq, digest in digests.items() if seq not in there
        ]
    if seen != len(packed):
        raise _not_whole()
    if put:
        # The rows have their keys since they were written first; those of a database that was restored have none.
        _without(session, f"{SCHEMA}.{month.table}", "event_keeps_key", partial(session.execute, insert(table), put))
    return len(put)


def _require_keys(session: Session, month: Month) -> None:
    """Each row of the month has its key."""
    table = f"{SCHEMA}.{month.table}"
    session.execute(text(f"INSERT INTO {KEY} ({_KEYS}) SELECT {_KEYS} FROM {table} ON CONFLICT (id) DO NOTHING"))  # noqa: S608
    alone = f"SELECT count(*) FROM (SELECT {_KEYS} FROM {table} EXCEPT SELECT {_KEYS} FROM {KEY}) AS alone"  # noqa: S608
    if session.scalar(text(alone)):
        raise _not_whole()


def _unpack(session: Session, month: Month) -> None:
    for model in (ArchivedDay, ArchivedRun):
        out = delete(model).where(model.month == f"{month}")
        _without(session, model.__tablename__, f"{model.__tablename__}_refuses_change", partial(session.execute, out))


def _without(session: Session, table: str, trigger: str, do: Callable[[], object]) -> None:
    """Do something while a trigger of a table sleeps, for this transaction alone."""
    session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}"))
    do()
    session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}"))


def _not_whole() -> QueueError:
    return QueueError(
        "log_not_whole",
        N_("Yang diarsipkan tidak utuh, jadi tidak dikembalikan. Tidak ada yang berubah; jalankan: audit verify"),
    )

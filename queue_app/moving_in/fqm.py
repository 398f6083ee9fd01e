"""The SQLite file of FQM (Free Queue Manager): its tickets as past records. Only read, and only tables.

What its tables say: ``serials`` are tickets, of a task (a service) and an office (a counter); ``timestamp`` is when the
number was taken and ``pdt`` when it was pulled (called), by the user ``pulledBy``; both UTC. When a service ended is
written down nowhere, so these visits have a wait and no duration. Number 100 is a row that each office begins with.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from queue_app.errors import N_
from queue_app.history_csv import Outcome, PastRecord
from queue_app.moving_in import cells
from queue_app.moving_in.cells import BadCell
from queue_app.moving_in.plan import Plan
from queue_app.moving_in.rows import RowError, UnreadableSource

_FIRST_OF_OFFICE = 100
_NEEDED = {
    "offices": ("id", "name"),
    "tasks": ("id", "name"),
    "users": ("id", "name"),
    "serials": ("id", "number", "timestamp", "p", "pdt", "pulledBy", "office_id", "task_id"),
}
_STATUSES = {"Waiting": Outcome.ABANDONED, "Processed": Outcome.SERVED, "Unattended": Outcome.NO_SHOW}


def names(path: Path) -> dict[str, Sequence[str]]:
    """What is there, also where no ticket is of it: ``services``, ``officers`` and ``counters`` by name."""
    with _opened(path) as file:
        return {
            ours: [text for (text,) in file.execute(query) if text]
            for ours, query in (
                ("services", "SELECT name FROM tasks ORDER BY id"),
                ("officers", "SELECT name FROM users ORDER BY id"),
                ("counters", "SELECT name FROM offices ORDER BY id"),
            )
        }


def records(path: Path, plan: Plan, now: datetime) -> Iterator[PastRecord | RowError]:
    """Each ticket, by its id as the row. Raises UnreadableSource."""
    with _opened(path) as file:
        status = "s.status" if "status" in _columns(file, "serials") else "NULL"
        query = (
            f"SELECT s.id, s.timestamp, s.pdt, s.p, {status}, t.name, u.name, o.name FROM serials s "  # noqa: S608
            "LEFT JOIN tasks t ON t.id = s.task_id LEFT JOIN offices o ON o.id = s.office_id "
            'LEFT JOIN users u ON u.id = s."pulledBy" WHERE s.number <> ? ORDER BY s.id'
        )
        try:
            for row in file.execute(query, (_FIRST_OF_OFFICE,)):
                yield _record(row, plan, now)
        except sqlite3.DatabaseError as error:
            raise _broken() from error


def _record(row: Sequence[object], plan: Plan, now: datetime) -> PastRecord | RowError:
    number, taken, pulled, is_processed, status, task, user, office = row
    column = "timestamp"
    try:
        arrived_at = _instant(taken, plan, now)
        if arrived_at is None:
            raise BadCell(N_("kosong"))
        column = "status"
        if status not in (None, *_STATUSES):
            raise BadCell(N_("hasil “%(value)s” tidak dikenal"), value=cells.shown(status))
        outcome = _STATUSES[str(status)] if status else Outcome.SERVED if is_processed else Outcome.ABANDONED
        column = "pdt"
        called_at = _instant(pulled, plan, now) if outcome is not Outcome.ABANDONED else None
        if outcome is not Outcome.ABANDONED and called_at is None:
            raise BadCell(N_("kosong, padahal nomornya sudah dipanggil"))
        if called_at is not None and called_at < arrived_at:
            raise BadCell(N_("lebih awal daripada langkah sebelumnya"))
        column = "task_id"
        service = cells.name(task)
        if not service:
            raise BadCell(N_("layanannya tidak ada lagi"))
        column = "pulledBy"
        server = cells.name(user) if called_at else ""
        column = "office_id"
        counter = cells.name(office) if called_at else ""
    except BadCell as bad:
        return RowError.of(int(str(number)), column, bad)
    return PastRecord(
        line=int(str(number)),
        arrived_at=arrived_at,
        started_at=None,
        ended_at=None,
        server=server or None,
        service=service,
        outcome=outcome,
        called_at=called_at,
        counter=counter or None,
        untimed=outcome is Outcome.SERVED,
    )


def _instant(value: object, plan: Plan, now: datetime) -> datetime | None:
    return cells.instant(value, cells.ISO, None, plan.zone_info, now)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Not trusted: nothing is written, no view and no function of its schema runs."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
            file.execute("PRAGMA trusted_schema = OFF")
            file.execute("PRAGMA query_only = ON")
            file.text_factory = lambda text: text.decode("utf-8", "replace")
            _require_tables(file)
            yield file
    except sqlite3.DatabaseError as error:
        raise _broken() from error


def _require_tables(file: sqlite3.Connection) -> None:
    found = dict(file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())
    for table, wanted in _NEEDED.items():
        if not str(found.get(table, "")).upper().startswith("CREATE TABLE"):
            raise UnreadableSource(N_("Berkas ini bukan milik FQM: tabel “%(table)s” tidak ada."), table=table)
        missing = set(wanted) - _columns(file, table)
        if missing:
            raise UnreadableSource(
                N_("Berkas ini bukan milik FQM: tabel “%(table)s” tidak punya kolom %(columns)s."),
                table=table,
                columns=", ".join(sorted(missing)),
            )


def _columns(file: sqlite3.Connection, table: str) -> set[str]:
    return {row[0] for row in file.execute("SELECT name FROM pragma_table_info(?)", (table,))}


def _broken() -> UnreadableSource:
    return UnreadableSource(N_("Berkas ini bukan SQLite, atau rusak."))

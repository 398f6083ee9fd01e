"""Take old months out of the log: pack their rows (``archived``), then drop their tables.

Two transactions for each month. The first packs what is not packed yet; from then on whoever reads takes a row that is
in both once. The second begins when everybody who began to read before has ended, for they see the packed rows not yet
and would find the log empty. It compares every row with what is packed, column by column and through the chain of
digests, and then drops the table. Killed between the two, nothing is lost and the next run goes on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from queue_app.archived import runs
from queue_app.archived.packing import Packed
from queue_app.audit import changes, whole
from queue_app.database import Database, one_at_a_time
from queue_app.errors import N_, QueueError
from queue_app.event_months import layout, obstacles, packing, waiting
from queue_app.event_months.layout import SCHEMA
from queue_app.event_months.month import Month
from queue_app.models import Office


@dataclass(frozen=True, slots=True)
class Plan:
    """A month that could be archived. ``rows``: of each office, by its short name; ``bytes``: its table with indexes;
    ``refused``: why it cannot be."""

    month: Month
    rows: Mapping[str, int]
    bytes: int
    refused: QueueError | None


@dataclass(frozen=True, slots=True)
class Done:
    """What was archived: rows of a month, the bytes of its table and of what is kept instead."""

    month: Month
    rows: int
    bytes: int
    packed: int


def plan(database: Database, before: Month, now: datetime) -> list[Plan]:
    """The months before ``before`` that have rows, the oldest first. Raises QueueError ``only_by_month``."""
    obstacles.require_by_month(database)
    with database.engine.connect() as connection, Session(bind=connection) as session:
        return [_plan(session, month, now) for month in layout.months(connection) if month < before]


def carry_out(database: Database, month: Month, now: datetime) -> Done:
    """Archive a month. Raises QueueError, and then all rows are still where they were."""
    obstacles.require_by_month(database)
    with database.engine.begin() as connection:
        one_at_a_time(connection, "upgrade")
        with Session(bind=connection) as session:
            size = _hold(session, month, now)
            packing.pack_month(session, month)
            session.flush()
    waiting.for_those_before(database)
    with database.engine.begin() as connection:
        one_at_a_time(connection, "upgrade")
        with Session(bind=connection) as session:
            _hold(session, month, now)
            rows = _compare(session, month)
            _remove(session, month, rows, now)
            session.flush()
            packed = packing.size(session, month)
    return Done(month, sum(rows.values()), size, packed)


def _plan(session: Session, month: Month, now: datetime) -> Plan:
    table = packing.table_of(month)
    counted = select(Office.slug, func.count()).join(table, table.c.office_id == Office.id).group_by(Office.slug)
    rows = dict(session.execute(counted.order_by(Office.slug)).all())
    return Plan(month, rows, _bytes(session, month), obstacles.of(session, month, now))


def _hold(session: Session, month: Month, now: datetime) -> int:
    """Nobody adds to the month until the transaction ends; the bytes of its table. Raises QueueError when there is none
    or it cannot be archived."""
    if month not in layout.months(session.connection()):
        raise QueueError(
            "no_such_month", N_("Catatan kejadian tidak punya tabel untuk bulan %(month)s."), month=f"{month}"
        )
    layout.hold(session.connection(), f"{SCHEMA}.{month.table}")
    refused = obstacles.of(session, month, now)
    if refused is not None:
        raise refused
    return _bytes(session, month)


def _compare(session: Session, month: Month) -> dict[int, int]:
    """How many rows each office has in the month: all of them are packed, and nothing else is."""
    found = {}
    for office in packing.offices(session, month):
        rows = {row["seq"]: row for row in packing.rows_of(session, month, office)}
        packed = runs.of_month(session, office.id, f"{month}")
        digests = dict(_digests(session, office, month, packed))
        for seq, row in rows.items():
            kept = packed.get(seq)
            if kept is None or digests.get(seq) != row["digest"] or not _is_same(row, kept):
                raise RuntimeError(f"row {seq} of {office.slug} was about to be lost")
        found[office.id] = len(rows)
    return found


def _is_same(row: Mapping[str, object], kept: Packed) -> bool:
    values = kept.values
    return all(values.get(name) == value for name, value in row.items() if name != "digest")


def _digests(session: Session, office: Office, month: Month, packed: Mapping[int, Packed]) -> Iterator[tuple[int, str]]:
    for run in packing.runs_of(session, office.id, month):
        yield from whole.digests(run, packed)


def _remove(session: Session, month: Month, rows: Mapping[int, int], now: datetime) -> None:
    """Drop the month's table, and write down in the history of each office's settings that this was done."""
    connection, name = session.connection(), f"{SCHEMA}.{month.table}"
    layout.lock_all(connection, [name])
    for office_id, count in rows.items():
        done = {"archived": count, "runs": _ends(session, office_id, month)}
        changes.record(session, session.get_one(Office, office_id), None, f"log:{month}", {}, done, now)
    connection.execute(text(f"ALTER TABLE event DETACH PARTITION {name}"))
    connection.execute(text(f"DROP TABLE {name}"))


def _ends(session: Session, office_id: int, month: Month) -> Sequence[Sequence[int | str]]:
    """First and last number of each run, with the digest of the last."""
    return [[run.first_seq, run.last_seq, run.digest] for run in packing.runs_of(session, office_id, month)]


def _bytes(session: Session, month: Month) -> int:
    size = text("SELECT pg_total_relation_size(:name)")
    return int(session.scalar(size, {"name": f"{SCHEMA}.{month.table}"}) or 0)

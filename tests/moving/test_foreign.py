"""Databases of other queue programs, as those programs make their tables."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from queue_app.history_csv import Outcome, PastRecord
from queue_app.models import SourceKind
from queue_app.moving_in import sources
from queue_app.moving_in.plan import Plan
from queue_app.moving_in.rows import RowError, UnreadableSource
from queue_app.moving_in.sources import Source
from tests.moving.foreign import FQM_ROWS, FQM_TABLES, THEQ_ROWS, THEQ_TABLES, fqm_of
from tests.services.reused_database import ReusedDatabase

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
UTC_PLAN = Plan(zone="UTC", dates="iso")


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC)


def reasons(found: Iterable[PastRecord | RowError]) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.message % dict(one.params)) for one in found if isinstance(one, RowError)]


def test_fqm_tells_waits_and_no_durations(tmp_path: Path) -> None:
    source = Source(SourceKind.FQM, fqm_of(tmp_path / "data.sqlite"))
    found = list(sources.records(source, UTC_PLAN, NOW))
    served, absent, waiting, *bad = found
    assert served == PastRecord(
        line=2,
        arrived_at=at(1, 0),
        started_at=None,
        ended_at=None,
        server="sari",
        service="KTP",
        outcome=Outcome.SERVED,
        called_at=at(1, 12),
        counter="Loket 1",
        untimed=True,
    )
    assert isinstance(absent, PastRecord)
    assert (absent.outcome, absent.called_at, absent.untimed) == (Outcome.NO_SHOW, at(1, 20), False)
    assert isinstance(waiting, PastRecord)
    assert (waiting.outcome, waiting.service, waiting.server) == (Outcome.ABANDONED, "Akta", None)
    assert reasons(bad) == [
        (5, "pdt", "kosong, padahal nomornya sudah dipanggil"),
        (6, "pdt", "lebih awal daripada langkah sebelumnya"),
        (7, "task_id", "layanannya tidak ada lagi"),
    ]
    assert sources.names(source, UTC_PLAN) == {
        "services": ["KTP", "Akta", "Pindah"],
        "officers": ["Admin", "sari"],
        "counters": ["Loket 1", "Ruang B"],
    }


def test_an_fqm_of_before_it_had_a_status_is_read_too(tmp_path: Path) -> None:
    path = fqm_of(tmp_path / "data.sqlite")
    with closing(sqlite3.connect(path)) as file:
        file.execute("ALTER TABLE serials DROP COLUMN status")
    found = list(sources.records(Source(SourceKind.FQM, path), UTC_PLAN, NOW))
    assert [one.outcome for one in found if isinstance(one, PastRecord)] == [
        Outcome.SERVED,
        Outcome.SERVED,
        Outcome.ABANDONED,
    ]


@pytest.mark.parametrize(
    ("tables", "why"),
    [
        (
            FQM_TABLES.replace("CREATE TABLE users", "CREATE TABLE people").replace("ON users", "ON people"),
            "“users” tidak",
        ),
        (FQM_TABLES.replace("pdt DATETIME, ", ""), "tidak punya kolom pdt"),
        (
            FQM_TABLES.replace("CREATE TABLE tasks (", "CREATE TABLE t2 (")
            + "CREATE VIEW tasks AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id FROM n) "
            + "SELECT id, 'x' AS name FROM n;",
            "“tasks” tidak ada",
        ),
    ],
    ids=["no-table", "no-column", "a-view-that-never-ends"],
)
def test_what_is_not_fqms_is_refused_at_once(tmp_path: Path, tables: str, why: str) -> None:
    tables = tables.replace("REFERENCES tasks (id)", "REFERENCES offices (id)")
    tables = tables.replace("CREATE INDEX ix_tasks_timestamp ON tasks (timestamp);", "")
    source = Source(SourceKind.FQM, fqm_of(tmp_path / "data.sqlite", tables, ""))
    with pytest.raises(UnreadableSource) as refused:
        list(sources.records(source, UTC_PLAN, NOW))
    assert why in str(refused.value)


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    path = fqm_of(tmp_path / "data.sqlite", FQM_TABLES, FQM_ROWS * 1)
    path.write_bytes(path.read_bytes()[:5000] + bytes(3000))
    with pytest.raises(UnreadableSource, match="unreadable_source"):
        list(sources.records(Source(SourceKind.FQM, path), UTC_PLAN, NOW))


@pytest.mark.postgresql
def test_the_q_tells_services_with_their_holds(postgresql_office: ReusedDatabase) -> None:
    url = str(postgresql_office.fresh())
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        # Beside ours, as in a schema of its own: the names of tables do not meet, but for these three.
        connection.execute(text("CREATE SCHEMA theq; SET LOCAL search_path = theq"))
        for statement in (THEQ_TABLES + THEQ_ROWS).split(";\n"):
            if statement.strip():
                connection.execute(text(statement))
    engine.dispose()
    mark = "&" if "?" in url else "?"
    source = Source(SourceKind.THEQ, url=f"{url}{mark}options=-csearch_path%3Dtheq")
    assert sources.tables(source) == ["Test Office", "Victoria"]
    plan = Plan(table="Test Office", zone="UTC", dates="iso")
    first, second, left, open_ = sources.records(source, plan, NOW)
    assert first == PastRecord(
        line=1,
        arrived_at=at(17, 0),
        started_at=at(17, 11),
        ended_at=at(17, 30),
        server="akroon3r",
        service="Payment - MSP",
        outcome=Outcome.SERVED,
        called_at=at(17, 10),
        counter="Counter",
        holds=((at(17, 20), at(17, 25)),),
    )
    assert isinstance(second, PastRecord)
    assert (second.arrived_at, second.service, second.ended_at) == (at(17, 30), "Other - PTAX", at(17, 40))
    assert isinstance(left, PastRecord)
    assert (left.outcome, left.ended_at) == (Outcome.ABANDONED, at(17, 5) + timedelta(minutes=45))
    assert reasons([open_]) == [(4, "period", "layanannya belum selesai")]
    assert sources.names(source, plan)["counters"] == ["Quick Trans", "Counter"]


@pytest.mark.postgresql
def test_another_postgresql_is_not_the_qs(postgresql_office: ReusedDatabase) -> None:
    with pytest.raises(UnreadableSource) as refused:
        sources.tables(Source(SourceKind.THEQ, url=str(postgresql_office.fresh())))
    assert "bukan milik The Q" in str(refused.value)


def test_an_address_that_is_none_is_refused() -> None:
    for url in ("mysql://x", "nonsense", "postgresql://nobody:secret@127.0.0.1:9/none"):
        with pytest.raises(UnreadableSource) as refused:
            sources.tables(Source(SourceKind.THEQ, url=url))
        assert "secret" not in str(refused.value)

"""An office of any earlier form is brought up to date with all its rows, and its logs hold afterwards.

In each form every table that is new in it gets a row, made of what its columns ask for; so no form needs a dump.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, Enum, LargeBinary, String, Table, func, insert, select

from queue_app import schema
from queue_app.audit import verify
from queue_app.backup import archive, make, restore, tables
from queue_app.database import Base, Database
from queue_app.models import Office
from tests.office import SECRET

FORMS = sorted(schema.revisions())
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
# What a migration reads of them, or a rule between columns.
KNOWN: dict[str, Any] = {
    "timezone": "Asia/Jakarta",
    "slug": "a",
    "version": 1,
    "seq": 1,
    "action": "join",
    "state": "WAITING",
    "width_mm": 58,
    "closes_minute": 600,
}
BY_TYPE = (
    (DateTime, NOW),
    (Date, date(2026, 11, 24)),
    (Boolean, True),
    (LargeBinary, b"sealed"),
    (JSON, {}),
    (String, "x"),
)
# The chain's own tables, whose rows must fit one another, and what is kept of past days, which is made anew at need.
NOT_FILLED = (
    *("chain_head", "configuration_change", "privacy_deed", "archived_day", "archived_run"),
    *("crowd_day", "stay_day", "visit_day"),
)
FILLED_IN = {"event": {"ticket_id": 1, "ticket_version": 1, "to_state": "WAITING", "service_id": 1}}


def fill(connection: Connection, before: dict[str, int]) -> dict[str, int]:
    """Give each empty table a row that had none ``before``; how many rows each has. Not the chain's own tables."""
    found: dict[str, int] = {}
    for table in tables.of(connection).sorted_tables:
        found[table.name] = connection.scalar(select(func.count()).select_from(table)) or 0
        assert found[table.name] >= before.get(table.name, 0), table.name
        if not found[table.name] and table.name not in NOT_FILLED:
            row = {column.name: value(connection, table, column) for column in table.columns if is_needed(column)}
            if None in row.values():  # it belongs to a row of a table that is not filled
                continue
            connection.execute(insert(table), row | FILLED_IN.get(table.name, {}))
            found[table.name] = 1
    return found


def is_needed(column: Any) -> bool:
    is_own_number = column.primary_key and column.name == "id"
    return not column.nullable and column.server_default is None and not is_own_number


def value(connection: Connection, table: Table, column: Any) -> Any:
    if column.foreign_keys:
        [key] = column.foreign_keys
        return connection.scalar(select(key.column).limit(1))
    model = Base.metadata.tables.get(table.name)
    modelled = model.columns.get(column.name) if model is not None else None
    if modelled is not None and isinstance(modelled.type, Enum) and modelled.type.enum_class is not None:
        return next(iter(modelled.type.enum_class)).value
    if modelled is not None and isinstance(column.type, JSON) and modelled.default is not None:
        return modelled.default.arg(None)
    plain = next((each for kind, each in BY_TYPE if isinstance(column.type, kind)), 1)
    return KNOWN.get(column.name, plain)


def counts(connection: Connection) -> dict[str, int]:
    found = tables.of(connection).sorted_tables
    return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in found}


def check_upgraded(database: Database, before: dict[str, int]) -> None:
    with database.engine.connect() as connection:
        after = counts(connection)
    assert {name: after.get(name) for name in before} == before
    with database.read() as session:
        found = verify.check(session, session.scalars(select(Office)).one())
    assert ([each.breach for each in found], found[0].rows) == ([None] * len(found), 1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'growing.sqlite'}"
    return str(request.getfixturevalue("postgresql_server").new_database())


def test_rows_of_every_form_come_up_to_date(empty_url: str) -> None:
    database = Database(empty_url)
    before: dict[str, int] = {}
    for form in FORMS:
        with database.engine.begin() as connection:
            schema.upgrade_to(connection, form)
            after = fill(connection, before)
        assert before.keys() <= after.keys()
        before = after
    check_upgraded(database, before)
    database.dispose()


def test_a_backup_of_an_older_form_is_restored_and_brought_up_to_date(tmp_path: Path) -> None:
    older = Database(f"sqlite:///{tmp_path / 'older.sqlite'}")
    (tmp_path / "packed" / "tables").mkdir(parents=True)
    with older.engine.begin() as connection:
        schema.upgrade_to(connection, "0020")
        before = fill(connection, {})
        dumped = {
            table.name: tables.dump(connection, table, tmp_path / "packed" / "tables" / table.name)
            for table in tables.of(connection).sorted_tables
        }
    older.dispose()
    manifest = archive.Manifest(
        form=archive.FORM,
        made_at=NOW.isoformat(),
        version="0.1.0",
        schema="0020",
        database="sqlite",
        tables={name: {"rows": rows, "sha256": digest} for name, (rows, digest) in dumped.items()},
        files={},
        chains=[],
        key=make.key_print(SECRET),
        keys_inside=False,
    )
    archive.pack(tmp_path / "older.tar.gz", tmp_path / "packed", manifest)
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    restore.restore(tmp_path / "older.tar.gz", url, {}, NOW, force=False)
    database = Database(url)
    check_upgraded(database, before)
    assert schema.differences(database) == []
    database.dispose()

"""Tables as lines of JSON, an array of values for each row, whatever the database and the version of its form."""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, DateTime, LargeBinary, MetaData, Table, delete, func, insert, select, text

_AT_ONCE = 1000
VERSION_TABLE = "alembic_version"


def of(connection: Connection) -> MetaData:
    """The tables that the database has, but for the one that says which form it has."""
    found = MetaData()
    found.reflect(connection)
    if VERSION_TABLE in found.tables:
        found.remove(found.tables[VERSION_TABLE])
    return found


def dump(connection: Connection, table: Table, path: Path) -> tuple[int, str]:
    """Write the rows to a file whose first line names the columns; how many, and the file's SHA-256."""
    digest, rows = hashlib.sha256(), 0
    ordered = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_AT_ONCE)
    with path.open("xb") as file, connection.execute(ordered) as result:
        for line in _lines(table, result):
            file.write(line)
            digest.update(line)
            rows += 1
    return rows - 1, digest.hexdigest()


def load(connection: Connection, table: Table, path: Path) -> int:
    """Add the rows of a file to an empty table; how many. Raises ValueError for a file that is not of this table."""
    count = 0
    # A migration may have made a row of its own, like the installation's name: the backup's replaces it.
    if connection.scalar(select(func.count()).select_from(table)):
        connection.execute(delete(table))
    with path.open(encoding="utf-8") as file:
        columns = [table.columns[name] for name in json.loads(next(file, "[]")) if name in table.columns]
        if len(columns) != len(table.columns):
            raise ValueError(f"the columns of {table.name} are others")
        is_sqlite = connection.dialect.name == "sqlite"
        while part := list(islice(file, _AT_ONCE)):
            rows = [_row(columns, json.loads(line), is_sqlite) for line in part]
            connection.execute(insert(table), rows)
            count += len(rows)
    return count


def go_on_counting(connection: Connection, tables: MetaData) -> None:
    """PostgreSQL's own counters know nothing of rows that came with their number."""
    if connection.dialect.name == "sqlite":
        return
    for table in tables.sorted_tables:
        for column in table.primary_key.columns:
            counter = connection.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name)))
            last = connection.scalar(select(func.max(column))) if counter else None
            if last is not None:
                connection.execute(text("SELECT setval(:counter, :last)"), {"counter": counter, "last": last})


def _lines(table: Table, rows: Any) -> Iterator[bytes]:
    yield _line(table.columns.keys())
    for row in rows:
        yield _line(list(row))


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, default=_written, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _written(value: Any) -> str:
    match value:
        case datetime():
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case bytes() | memoryview():
            return base64.b64encode(value).decode()
    raise TypeError(f"a {type(value).__name__} was not expected in a table")


def _row(columns: list[Any], values: list[Any], is_sqlite: bool) -> dict[str, Any]:
    pairs = zip(columns, values, strict=True)
    return {column.name: _read(column.type, value, is_sqlite) for column, value in pairs}


def _read(kind: Any, value: Any, is_sqlite: bool) -> Any:
    if value is None:
        return None
    match kind:
        case DateTime():
            at = datetime.fromisoformat(value)
            return at.astimezone(UTC).replace(tzinfo=None) if is_sqlite else at
        case Date():
            return date.fromisoformat(value)
        case LargeBinary():
            return base64.b64decode(value)
    return value

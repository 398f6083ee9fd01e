"""The database's form: bring it up to date, say whether it is, and find differences from the models.

Which form there is and which is needed takes a table's one row and the names of the migrations' files
(``NNNN_what.py``, NNNN being the revision); Alembic is loaded only where something is to be changed.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from queue_app.database import Base, Database, one_at_a_time
from queue_app.event_months import layout

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

_SCRIPTS = Path(__file__).parent / "migrations"
_KEPT_IN = "alembic_version"

LOCK_WAIT_S = 10
"""A migration that waits for a table makes everybody wait behind it, so it gives up soon."""


class SchemaState(StrEnum):
    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    UNKNOWN = "unknown"


def state(database: Database) -> SchemaState:
    """Whether the database is empty, older than this program, up to date, or not one this program knows."""
    with database.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        revision = _revision(connection) if _KEPT_IN in tables else None
    if revision is None:
        return SchemaState.EMPTY if not tables else SchemaState.UNKNOWN
    if revision == head():
        return SchemaState.CURRENT
    return SchemaState.OLDER if revision in revisions() else SchemaState.UNKNOWN


@cache
def revisions() -> frozenset[str]:
    """Every form that a database of this program has had."""
    return frozenset(path.name.partition("_")[0] for path in (_SCRIPTS / "versions").glob("[0-9]*.py"))


@cache
def head() -> str:
    """The form that this program needs."""
    return max(revisions())


def is_usable(session: Session) -> bool:
    """Whether a server that has started can go on with the database; one query, waiting for no writer.

    True also for a form that this program does not know: a newer one has been started beside it, and what it changed
    leaves the older program its tables (see "Upgrading while it runs" in docs/design.md).
    """
    revision = _revision(session.connection())
    return revision == head() or (revision is not None and revision not in revisions())


def _revision(connection: Connection) -> str | None:
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {_KEPT_IN}"))  # noqa: S608 - a constant
    return found


def upgrade(database: Database) -> None:
    """Run the migrations that are missing, all in one transaction. Of several processes that start at once, one does.

    Raises OperationalError when older processes keep a table for too long that a migration needs; nothing has changed.
    """
    with database.engine.begin() as connection:
        one_at_a_time(connection, "upgrade")
        if not database.is_sqlite:
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT_S}s'"))
        upgrade_to(connection, "head")


def upgrade_to(connection: Connection, revision: str) -> None:
    """Run the migrations up to one of them, in the caller's transaction."""
    from alembic import command  # noqa: PLC0415 - as said above

    command.upgrade(_alembic(connection), revision)


def revise(database: Database, message: str) -> None:
    """Write a new migration from the difference between the models and ``database``."""
    from alembic import command  # noqa: PLC0415 - as said above

    with database.engine.begin() as connection:
        command.revision(_alembic(connection), message, autogenerate=True)


def differences(database: Database) -> list[Any]:
    """What the models have that the database has not, and the reverse; empty when they agree."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - as said above
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    with database.engine.connect() as connection:
        opts: dict[str, Any] = {"compare_type": True}
        if layout.is_by_month(connection):
            opts["include_object"] = _is_compared(layout.unique(connection))
        return list(compare_metadata(MigrationContext.configure(connection, opts=opts), Base.metadata))


def _is_compared(kept_as_keys: frozenset[str]) -> Callable[..., bool]:
    """For a log by month: what is unique there is so by its keys, and the log itself has a plain index for it."""
    plain = {name.replace("uq_", "ix_", 1) for name in kept_as_keys}

    def is_compared(_item: Any, name: str | None, kind: str, is_reflected: bool, _other: Any) -> bool:
        return name not in (plain if is_reflected else kept_as_keys) or kind not in ("index", "unique_constraint")

    return is_compared


def _alembic(connection: Any) -> "AlembicConfig":
    from alembic.config import Config as AlembicConfig  # noqa: PLC0415 - as said above

    config = AlembicConfig(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config

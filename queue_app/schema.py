"""The database's form: bring it up to date, say whether it is, and find differences from the models.

Which form there is and which is needed takes a table's one row and the names of the migrations' files
(``NNNN_what.py``, NNNN being the revision); Alembic is loaded only where something is to be changed.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from queue_app.database import Base, Database

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

_SCRIPTS = Path(__file__).parent / "migrations"
_KEPT_IN = "alembic_version"


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


def is_current(session: Session) -> bool:
    """Whether the database has the form that this program needs; one query, waiting for no writer."""
    return _revision(session.connection()) == head()


def _revision(connection: Connection) -> str | None:
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {_KEPT_IN}"))  # noqa: S608 - a constant
    return found


def upgrade(database: Database) -> None:
    """Run the migrations that are missing, all in one transaction."""
    with database.engine.begin() as connection:
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
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def _alembic(connection: Any) -> "AlembicConfig":
    from alembic.config import Config as AlembicConfig  # noqa: PLC0415 - as said above

    config = AlembicConfig(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config

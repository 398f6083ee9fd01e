"""The database's form: bring it up to date, say whether it is, and find differences from the models."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.orm import Session

from queue_app.database import Base, Database

_SCRIPTS = Path(__file__).parent / "migrations"


class SchemaState(StrEnum):
    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    UNKNOWN = "unknown"


def state(database: Database) -> SchemaState:
    """Whether the database is empty, older than this program, up to date, or not one this program knows."""
    script = ScriptDirectory(str(_SCRIPTS))
    with database.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        tables = inspect(connection).get_table_names()
    if revision is None:
        return SchemaState.EMPTY if not tables else SchemaState.UNKNOWN
    if revision == script.get_current_head():
        return SchemaState.CURRENT
    return SchemaState.OLDER if revision in revisions() else SchemaState.UNKNOWN


@cache
def revisions() -> frozenset[str]:
    """Every form that a database of this program has had."""
    return frozenset(each.revision for each in ScriptDirectory(str(_SCRIPTS)).walk_revisions())


@cache
def head() -> str | None:
    """The form that this program needs, read from its files once."""
    return ScriptDirectory(str(_SCRIPTS)).get_current_head()


def is_current(session: Session) -> bool:
    """Whether the database has the form that this program needs; one query, waiting for no writer."""
    return MigrationContext.configure(session.connection()).get_current_revision() == head()


def upgrade(database: Database) -> None:
    """Run the migrations that are missing, all in one transaction."""
    with database.engine.begin() as connection:
        upgrade_to(connection, "head")


def upgrade_to(connection: Connection, revision: str) -> None:
    """Run the migrations up to one of them, in the caller's transaction."""
    command.upgrade(_alembic(connection), revision)


def revise(database: Database, message: str) -> None:
    """Write a new migration from the difference between the models and ``database``."""
    with database.engine.begin() as connection:
        command.revision(_alembic(connection), message, autogenerate=True)


def differences(database: Database) -> list[Any]:
    """What the models have that the database has not, and the reverse; empty when they agree."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def _alembic(connection: Any) -> AlembicConfig:
    config = AlembicConfig(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config

"""Whether the server can do its work now, check by check; for whoever sends it requests. Reads only."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import column, func, select, table, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from queue_app import schema, storage_faults
from queue_app.config import Config
from queue_app.database import Database, UTCDateTime
from queue_app.errors import QueueError

CLOCK_MAY_DIFFER = timedelta(minutes=5)
"""Between the machines of several processes, or after a correction."""

NEEDED_BYTES = 64 << 20
"""With less free space the next write may be refused."""

# A start compares the clock before anything else needs the models, which take long to load.
_OFFICE = table("office", column("id"))
_EVENT = table("event", column("office_id"), column("at", UTCDateTime))


@dataclass(frozen=True, slots=True)
class Check:
    """``detail``: what to know, without addresses or passwords; empty when there is nothing to say."""

    name: str
    ok: bool
    detail: str = ""


def checks(database: Database, config: Config, now: datetime) -> Iterator[Check]:
    """Each once; none takes longer than some seconds."""
    yield from _of_database(database)
    yield of_clock(database, now)
    for name, folder in _folders(database, config).items():
        yield _of_folder(name, folder)
    if config.redis_url is not None:
        yield _of_redis(config.redis_url)


def _of_database(database: Database) -> Iterator[Check]:
    try:
        with database.read() as session:
            is_current = schema.is_usable(session)
    except SQLAlchemyError:
        yield Check("database", False, "does not answer")
        return
    yield Check("database", True)
    yield Check(
        "schema", is_current, "" if is_current else "not the one this version needs: flask --app queue_app init"
    )
    yield _of_writing(database)


def _of_writing(database: Database) -> Check:
    """Whether a write would be taken: one is begun and given up."""
    try:
        with database.engine.connect() as connection:  # on SQLite this takes the lock of whoever writes
            # A replica is read-only, and says so in the same way.
            if connection.scalar(text("SELECT 1" if database.is_sqlite else "SHOW transaction_read_only")) == "on":
                return Check("writes", False, "the database is read-only, or a replica")
    except QueueError:  # another process is writing, so writes are taken
        return Check("writes", True, "busy")
    except (SQLAlchemyError, sqlite3.Error) as error:
        refused = storage_faults.refusal(error) if isinstance(error, DBAPIError | sqlite3.Error) else None
        return Check("writes", False, refused.code if refused else "refused")
    return Check("writes", True)


def of_clock(database: Database, now: datetime) -> Check:
    """Nothing can have happened later than now: a clock that was reset would tell wrong waits and close wrong days."""
    try:
        with database.read() as session:
            # The newest row of each office by its index: the log may be long.
            newest = select(func.max(_EVENT.c.at)).where(_EVENT.c.office_id == _OFFICE.c.id).correlate(_OFFICE)
            last = session.scalar(select(func.max(newest.scalar_subquery())).select_from(_OFFICE))
    except SQLAlchemyError:
        return Check("clock", True, "cannot be compared: the database does not answer")
    if last is None or last <= now + CLOCK_MAY_DIFFER:
        return Check("clock", True)
    behind = (last - now) // timedelta(minutes=1)
    return Check("clock", False, f"{behind} minutes behind the newest entry of the log: set this machine's time")


def _folders(database: Database, config: Config) -> dict[str, Path]:
    """The disks that the server writes on."""
    of_database = storage_faults.folder_of(database.url)
    found = {"disk of the database": of_database} if of_database is not None else {}
    return found | {"disk of the uploads": config.uploads_folder, "disk of the instance": config.instance_dir}


def _of_folder(name: str, folder: Path) -> Check:
    there = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    try:
        free = storage_faults.free_bytes(there)
    except OSError as error:
        return Check(name, False, error.strerror or "cannot be read")
    return Check(name, free >= NEEDED_BYTES, f"{free >> 20} MB free")


def _of_redis(url: str) -> Check:
    from queue_app import reachable  # noqa: PLC0415 - an office on one machine loads none of it

    try:
        missing = reachable.ask_redis(url)
    except reachable.Unusable:
        return Check("redis", False, "cannot be used")
    # The server works without it; who balances load may prefer one that has it, and is told.
    return Check(
        "redis", True, "does not answer; displays see other processes' moves within two seconds" if missing else ""
    )

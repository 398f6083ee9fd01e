"""The command ``check``: whether this machine can serve, check by check, with what to do about each."""

import sqlite3
import sys
from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from flask.cli import with_appcontext

from queue_app import clock, readiness, server
from queue_app.audit import archive_check
from queue_app.event_months import ahead
from queue_app.extensions import config, database, vault
from queue_app.office_settings import TIMEZONES
from queue_app.readiness import Check

OLDEST_SQLITE = (3, 35)
"""From then on an UPDATE returns what it changed."""

_REMEDIES = {
    "database": "start the database, or correct DATABASE_URL",
    "schema": "run: flask --app queue_app init",
    "writes": "make room, or give the program's user the right to write",
    "clock": "timedatectl set-ntp true, or set the time by hand",
    "redis": "correct REDIS_URL",
    "key of personal data": "set the SECRET_KEY of before, or name it in SECRET_KEY_OLD",
    "SQLite": "use a newer Python, or PostgreSQL",
    "time zones": "install tzdata",
    "months of the log": "run: flask --app queue_app log partition --yes",
    "archived months": "run: flask --app queue_app audit verify, and restore the backup of before",
}
_OF_A_DISK = "make room on it, or set another folder"


@click.command("check")
@with_appcontext
def check() -> None:
    """Say whether this machine can serve: a line for each check, with what to do. Exit code 1 when one fails."""
    of_server = [*readiness.checks(database(), config(), clock.now())]
    is_usable = all(one.ok for one in of_server if one.name in ("database", "schema", "writes"))
    found = [*_of_machine(), *of_server, *((*_of_key(), *_of_months(), *_of_archive()) if is_usable else ())]
    for one in found:
        click.echo(f"{'ok  ' if one.ok else 'FAIL'}  {one.name}{': ' if one.detail else ''}{one.detail}")
        if not one.ok:
            click.echo(f"      -> {_REMEDIES.get(one.name, _OF_A_DISK)}")
    if not all(one.ok for one in found):
        sys.exit(1)


def _of_machine() -> Iterator[Check]:
    if database().is_sqlite:
        yield Check("SQLite", sqlite3.sqlite_version_info >= OLDEST_SQLITE, sqlite3.sqlite_version)
    missing = [name for name in TIMEZONES if not _is_known(name)]
    yield Check("time zones", not missing, ", ".join(missing))


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        return False
    return True


def _of_months() -> Iterator[Check]:
    """Where the log is kept by month: whether the next month has a table, and every row is in one of its own."""
    found = ahead.condition(database(), clock.now())
    if found is None:
        return
    missing = [f"no table for {month}" for month in found.missing[:1]]
    outside = [f"{found.outside} rows are in the table for all other times"] if found.outside else []
    yield Check("months of the log", not missing + outside, ", ".join(missing + outside))


def _of_archive() -> Iterator[Check]:
    """Where months were archived: whether all their rows are there, can be read and fit the log."""
    with database().read() as session:
        found = archive_check.condition(session)
    if found is not None:
        yield Check("archived months", not found.faults, ", ".join([str(found.months), *found.faults]))


def _of_key() -> Iterator[Check]:
    try:
        server.require_key(database(), vault())
    except server.CannotStart as error:
        yield Check("key of personal data", False, str(error))
    else:
        yield Check("key of personal data", True)

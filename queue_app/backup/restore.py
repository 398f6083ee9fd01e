"""Restoring a backup: all is checked before anything is replaced, and what was there is replaced in one step."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from queue_app import schema
from queue_app.backup import BackupFailed, Folders, archive, make, tables
from queue_app.backup.archive import Manifest
from queue_app.database import Database
from queue_app.event_months import layout
from queue_app.models import Office
from queue_app.schema import SchemaState


def check(path: Path, passphrase: bytes | None = None) -> Manifest:
    """Whether a backup is whole, and one that this version can restore. Raises BackupFailed."""
    with tempfile.TemporaryDirectory(prefix="antrean-restore-") as name:
        return _opened(path, Path(name), passphrase)


def restore(
    path: Path, url: str, folders: Folders, now: datetime, *, force: bool, passphrase: bytes | None = None
) -> Manifest:
    """Put a backup into the database at ``url``, and its files into ``folders``.

    ``force``: also where there is something already. Raises BackupFailed, and then nothing was changed.
    """
    database = Database(url)
    try:
        with tempfile.TemporaryDirectory(prefix="antrean-restore-") as name:
            manifest = _opened(path, Path(name), passphrase)
            _require_room(database, force)
            put = _into_sqlite if database.is_sqlite else _into_postgresql
            put(database, manifest, Path(name), folders, now)
    except OSError as error:
        raise BackupFailed(f"Cannot restore: {error.strerror or error}. The database is as it was.") from error
    except DBAPIError as error:
        raise BackupFailed(f"The database refused: {error.orig} The database is as it was.") from error
    finally:
        database.dispose()
    return manifest


def _opened(path: Path, folder: Path, passphrase: bytes | None) -> Manifest:
    manifest = archive.unpack(path, folder, passphrase)
    if manifest.schema not in schema.revisions():
        raise BackupFailed(
            f"{path} was made by a newer version of this program ({manifest.version}, form {manifest.schema}). "
            "Install that version. Nothing was changed."
        )
    return manifest


def _require_room(database: Database, force: bool) -> None:
    if database.is_sqlite and not _sqlite_file(database).exists():
        return
    state = schema.state(database)
    if state is SchemaState.UNKNOWN:
        raise BackupFailed("The database there is newer, or not one of Antrean's. Nothing was changed.")
    if state is not SchemaState.EMPTY and not force:
        raise BackupFailed("There is a database already. To replace it, add --force. Nothing was changed.")


def _into_sqlite(database: Database, manifest: Manifest, folder: Path, folders: Folders, now: datetime) -> None:
    """A new file is filled and checked, then takes the place of the old one, which is kept beside it."""
    path = _sqlite_file(database)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as name:
        new = Path(name) / path.name
        filled = Database(f"sqlite:///{new}")
        try:
            with filled.engine.begin() as connection:
                _fill(connection, manifest, folder)
        finally:
            filled.dispose()
        _close(new)
        database.dispose()
        if path.exists():
            _close(path)
        _place_files(manifest, folder, folders)
        if path.exists():
            _keep(path, path.with_name(f"{path.name}.before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"))
            shutil.copymode(path, new)
        new.replace(path)


def _into_postgresql(database: Database, manifest: Manifest, folder: Path, folders: Folders, _now: datetime) -> None:
    """All in one transaction: whoever reads meanwhile sees the old database, and then the restored one."""
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        # The months of the log, if it was kept so: the restored one is in one table.
        connection.execute(text(f"DROP SCHEMA IF EXISTS {layout.SCHEMA} CASCADE"))
        old = tables.of(connection)
        old.drop_all(connection)
        connection.execute(text(f"DROP TABLE IF EXISTS {tables.VERSION_TABLE}"))
        connection.execute(text("DROP FUNCTION IF EXISTS refuse_change_of_log()"))
        _fill(connection, manifest, folder)
        _place_files(manifest, folder, folders)


def _fill(connection: Connection, manifest: Manifest, folder: Path) -> None:
    schema.upgrade_to(connection, manifest.schema)
    found = tables.of(connection)
    if set(found.tables) != set(manifest.tables):
        raise BackupFailed("The backup has other tables than its form. Nothing was changed.")
    for table in found.sorted_tables:
        try:
            count = tables.load(connection, table, folder / "tables" / table.name)
        except (ValueError, KeyError, TypeError) as error:
            raise BackupFailed(f"The backup is damaged: {error}. Nothing was changed.") from error
        if count != manifest.tables[table.name]["rows"]:
            raise BackupFailed(f"The backup is damaged: {table.name} lacks rows. Nothing was changed.")
    tables.go_on_counting(connection, found)
    schema.upgrade_to(connection, "head")
    with Session(bind=connection) as session:
        offices = session.scalars(select(Office).order_by(Office.id)).all()
        now_there = {(end["office"], end["log"]): end for office in offices for end in make.ends(session, office)}
    for end in manifest.chains:
        if now_there.get((end["office"], end["log"])) != end:
            raise BackupFailed(
                f"The log of {end['office']} ({end['log']}) is not the one that was backed up. Nothing was changed."
            )


def _place_files(manifest: Manifest, folder: Path, folders: Folders) -> None:
    """Keys are not put anywhere: somebody decides on them."""
    for name in manifest.files:
        kind, _, below = name.partition("/")
        if kind in folders:
            archive.place(folder / "files" / name, folders[kind] / below)


def _sqlite_file(database: Database) -> Path:
    if not database.url.database:
        raise BackupFailed("A database in memory cannot be restored to.")
    return Path(database.url.database)


def _keep(path: Path, copy: Path) -> None:
    try:
        os.link(path, copy)
    except OSError:  # a second one within a second, or a file system without links
        shutil.copyfile(path, copy)


def _close(path: Path) -> None:
    """Leave nothing of the database beside its file. That needs it alone, so a server that runs is noticed."""
    with closing(sqlite3.connect(path, timeout=1)) as connection:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError as error:
            mode = str(error)
    if mode != "delete":
        raise BackupFailed(f"{path} is in use: stop the server first. Nothing was changed.")
    with path.open("rb+") as file:
        os.fsync(file.fileno())

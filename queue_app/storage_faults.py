"""What a disk that is full or may not be written means for a write: a refusal that says so, and nothing half done.

SQLite and PostgreSQL undo the transaction by themselves; reads go on, and writes as soon as there is room again.
"""

import shutil
import sqlite3
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from queue_app.errors import N_, QueueError

LOW_BYTES = 1 << 30
"""With less free space somebody should look after it; a busy office writes some MB a day."""

_FULL_SQLITE = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
_READ_ONLY_SQLITE = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
"""Any other error of the disk is a fault, and is shown as one."""
_FULL_POSTGRESQL = frozenset({"53100"})  # disk_full
_READ_ONLY_POSTGRESQL = frozenset({"25006"})  # read_only_sql_transaction

FULL = "storage_full"
READ_ONLY = "read_only"
CODES = frozenset({FULL, READ_ONLY})


def refusal(error: DBAPIError | sqlite3.Error) -> QueueError | None:
    """The refusal that an error of the database means; None for any other error."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        number = getattr(cause, "sqlite_errorcode", 0)
        full, read_only = number in _FULL_SQLITE, number & 0xFF in _READ_ONLY_SQLITE
    else:
        state = getattr(cause, "sqlstate", None)
        full, read_only = state in _FULL_POSTGRESQL, state in _READ_ONLY_POSTGRESQL
    if full:
        return QueueError(FULL, N_("Penyimpanan server penuh, jadi tidak ada yang disimpan. Coba lagi nanti."), 503)
    if read_only:
        return QueueError(
            READ_ONLY, N_("Server sedang tidak dapat menyimpan, jadi tidak ada yang berubah. Coba lagi nanti."), 503
        )
    return None


def folder_of(url: URL) -> Path | None:
    """Where a SQLite file lies; None for a database elsewhere, whose disk cannot be seen from here."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database).absolute().parent


def free_bytes(folder: Path) -> int:
    """How much room a folder's disk has for whoever is not its administrator. Raises OSError."""
    return shutil.disk_usage(folder).free

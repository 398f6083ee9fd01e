"""The files that are to be brought in: in the instance folder under a name that nobody can guess, for a day at most."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import select

from queue_app.database import Database
from queue_app.errors import N_, Invalid
from queue_app.models import ImportStatus, PastImport

LARGEST_BYTES = 64 * 1024 * 1024
KEPT = timedelta(days=1)
_PIECE = 1 << 16


class Readable(Protocol):
    def read(self, length: int = -1, /) -> bytes:
        """So many bytes at most; none at the end."""


def folder(instance_dir: Path) -> Path:
    return instance_dir / "imports"


def file_of(instance_dir: Path, secret: str) -> Path:
    """The file that was uploaded."""
    return folder(instance_dir) / secret


def errors_of(instance_dir: Path, secret: str) -> Path:
    """What the dry run of it named, see ``checking``."""
    return folder(instance_dir) / f"{secret}.errors"


@contextmanager
def taken_in(instance_dir: Path, stream: Readable) -> Iterator[tuple[str, int]]:
    """Keep an upload: its secret and its size. It is removed again when what is done with it raises.

    Raises Invalid ``empty_file`` or ``file_too_large``, and OSError.
    """
    folder(instance_dir).mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = secrets.token_hex(16)
    path = file_of(instance_dir, secret)
    try:
        size = _write(stream, path)
        yield secret, size
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def forget(instance_dir: Path, secret: str) -> None:
    """Remove the file and what was noted of its rows."""
    for path in (file_of(instance_dir, secret), errors_of(instance_dir, secret)):
        path.unlink(missing_ok=True)


def forget_old(database: Database, instance_dir: Path, now: datetime) -> int:
    """Remove files of more than a day ago, and those that nothing belongs to; how many. Repeatable."""
    with database.write() as session:
        old = session.scalars(
            select(PastImport).where(PastImport.secret.is_not(None), PastImport.created_at < now - KEPT)
        ).all()
        ended = [row.secret for row in old if row.secret]
        for row in old:
            row.secret = None
            if row.status in (ImportStatus.UPLOADED, ImportStatus.CHECKED):
                row.status = ImportStatus.DROPPED
    for secret in ended:
        forget(instance_dir, secret)
    files = [path for path in folder(instance_dir).glob("*") if path.is_file()]
    with database.read() as session:
        # Read after the files. Whatever has no row is left of an upload that broke off: of this minute perhaps.
        known = set(session.scalars(select(PastImport.secret).where(PastImport.secret.is_not(None))))
    limit = (now - timedelta(hours=1)).timestamp()
    lost = [path for path in files if path.name.split(".")[0] not in known and path.stat().st_mtime < limit]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(ended) + len(lost)


def _write(stream: Readable, path: Path) -> int:
    size = 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > LARGEST_BYTES:
                raise Invalid(
                    "file_too_large",
                    N_("Berkas ini terlalu besar: paling banyak %(most)s MB."),
                    most=LARGEST_BYTES // 1024**2,
                )
            file.write(piece)
    if not size:
        raise Invalid("empty_file", N_("Berkas ini kosong."))
    return size

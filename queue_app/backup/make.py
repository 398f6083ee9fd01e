"""Making a backup, also while the server works: everything in it is of one moment."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import schema
from queue_app.audit import verify
from queue_app.backup import BackupFailed, Folders, archive, tables
from queue_app.backup.archive import FORM, Manifest
from queue_app.config import VERSION
from queue_app.database import Database
from queue_app.models import Office
from queue_app.schema import SchemaState

KEYS = "keys"
"""The folder of a backup for the secret keys, where they were asked for."""

_NAME = "antrean-{:%Y%m%dT%H%M%SZ}.tar.gz"
_SEALED = ".enc"
_NAMES = ("antrean-*T*Z.tar.gz", "antrean-*T*Z.tar.gz.enc")


def make(
    database: Database,
    folders: Folders,
    target: Path,
    now: datetime,
    secret_key: str,
    keys: Sequence[Path] = (),
    passphrase: bytes | None = None,
) -> tuple[Path, Manifest]:
    """Write a backup to ``target``, a file that is not there yet, or into it when it is a folder (or has no suffix).

    ``keys``: files with secret keys that go in as well. With a ``passphrase`` the file is sealed, and nothing that is
    not comes near ``target``. Raises BackupFailed, and then nothing is left of it.
    """
    if schema.state(database) is not SchemaState.CURRENT:
        raise BackupFailed("The database is empty, older or newer than this program. First: flask --app queue_app init")
    path = target if target.suffix and not target.is_dir() else target / _name(now, is_sealed=passphrase is not None)
    if path.exists():
        raise BackupFailed(f"{path} is there already; nothing was written.")
    with archive.written_whole(path) as beside, _elsewhere(beside, is_sealed=passphrase is not None) as folder:
        manifest = _gather(database, folders, folder, now, secret_key, keys)
        archive.pack(beside / path.name, folder, manifest, passphrase)
    return path, manifest


def keep_last(folder: Path, count: int) -> list[Path]:
    """Remove the oldest backups of a folder but for ``count``; which. Only files that are named as ``make`` names."""
    found = sorted(path for names in _NAMES for path in folder.glob(names))
    removed = found[: max(0, len(found) - count)]
    for path in removed:
        path.unlink(missing_ok=True)
    return removed


def _name(now: datetime, *, is_sealed: bool) -> str:
    return _NAME.format(now.astimezone(UTC)) + (_SEALED if is_sealed else "")


@contextmanager
def _elsewhere(beside: Path, *, is_sealed: bool) -> Iterator[Path]:
    """Where to gather what goes in: beside the target, or where only this machine reads while it is not sealed yet."""
    if not is_sealed:
        yield beside
        return
    with tempfile.TemporaryDirectory(prefix="antrean-backup-") as name:
        yield Path(name)


def key_print(secret_key: str) -> str:
    """Tells whether two keys are the same; so slow and so short that the key cannot be guessed from it."""
    return hashlib.scrypt(secret_key.encode(), salt=b"antrean-backup-key", n=2**14, r=8, p=1, dklen=4).hex()


def _gather(
    database: Database, folders: Folders, folder: Path, now: datetime, secret_key: str, keys: Sequence[Path]
) -> Manifest:
    (folder / "tables").mkdir()
    with database.read() as session:
        connection = session.connection()
        dumped = {
            table.name: dict(
                zip(("rows", "sha256"), tables.dump(connection, table, folder / "tables" / table.name), strict=True)
            )
            for table in tables.of(connection).sorted_tables
        }
        chains = _chains(session)
    files = {
        f"{name}/{path.relative_to(source).as_posix()}": path
        for name, source in folders.items()
        for path in sorted(source.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.suffix != ".part"
    }
    files |= {f"{KEYS}/{path.name}": path for path in keys if path.is_file()}
    return Manifest(
        form=FORM,
        made_at=now.astimezone(UTC).isoformat(),
        version=VERSION,
        schema=str(schema.head()),
        database="sqlite" if database.is_sqlite else "postgresql",
        tables=dumped,
        files=_copied(files, folder / "files"),
        chains=chains,
        key=key_print(secret_key),
        keys_inside=bool(keys),
    )


def _copied(files: dict[str, Path], folder: Path) -> dict[str, dict[str, object]]:
    """A file that was removed meanwhile is no longer shown by anybody, and left out."""
    found: dict[str, dict[str, object]] = {}
    for name, path in files.items():
        try:
            size, digest = archive.copy_file(path, folder / name)
        except FileNotFoundError:
            continue
        found[name] = {"bytes": size, "sha256": digest}
    return found


def _chains(session: Session) -> list[dict[str, object]]:
    return [chain for office in session.scalars(select(Office).order_by(Office.id)) for chain in ends(session, office)]


def ends(session: Session, office: Office) -> list[dict[str, object]]:
    """Where the office's logs end, as a manifest says it."""
    return [
        {
            "office": found.office,
            "log": found.log,
            "rows": found.rows,
            "digest": found.digest,
            "breach": asdict(found.breach) if found.breach else None,
        }
        for found in verify.check(session, office)
    ]

"""The one file of a backup: a compressed tar whose first member, ``manifest.json``, says what else is in it."""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any, cast

from queue_app.backup import BackupFailed, sealed

FORM = "antrean-backup-1"
MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 64 * 1024 * 1024
_BLOCK = 1024 * 1024
_A_DAY_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. ``tables``: rows and SHA-256 of each; ``files``: bytes and SHA-256 of each by its name in
    the backup; ``chains``: the logs' ends (office, log, rows, digest, breach); ``key``: tells whether a SECRET_KEY is
    the one that sealed what is in it, and nothing else of it."""

    form: str
    made_at: str
    version: str
    schema: str
    database: str
    tables: Mapping[str, Mapping[str, Any]]
    files: Mapping[str, Mapping[str, Any]]
    chains: Sequence[Mapping[str, Any]]
    key: str
    keys_inside: bool

    def members(self) -> dict[str, str]:
        """The SHA-256 of every member but the manifest, by name."""
        tables = {f"tables/{name}": str(table["sha256"]) for name, table in self.tables.items()}
        return tables | {f"files/{name}": str(file["sha256"]) for name, file in self.files.items()}


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A folder beside ``path`` to work in; what ``path.name`` is there afterwards becomes ``path``, or nothing does."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as name:
            _remove_unfinished(path.parent, Path(name).stat().st_mtime)
            yield Path(name)
            finished = Path(name) / path.name
            with finished.open("rb+") as file:
                os.fsync(file.fileno())
            finished.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        why = error.strerror or str(error)
        raise BackupFailed(f"Cannot write {path}: {why}. No backup was made and nothing is left of it.") from error


def _remove_unfinished(folder: Path, now: float) -> None:
    """What a backup that was killed left behind; another one that is being made now is younger than a day."""
    for each in folder.glob(".antrean-*.tar.gz.*"):
        if each.is_dir() and each.stat().st_mtime < now - _A_DAY_S:
            shutil.rmtree(each, ignore_errors=True)


def pack(path: Path, folder: Path, manifest: Manifest, passphrase: bytes | None = None) -> None:
    """Write the file, readable by its owner only, and sealed if there is a passphrase. ``folder`` holds the members.
    Raises OSError."""
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    with (
        os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        _sealed(file, passphrase) as whole,
        gzip.GzipFile(fileobj=whole, mode="wb", compresslevel=6, filename="") as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name in (MANIFEST, *manifest.members()):
            tar.add(folder / name, arcname=name, recursive=False, filter=_nobodys)


@contextmanager
def _sealed(file: IO[bytes], passphrase: bytes | None) -> Iterator[IO[bytes]]:
    if passphrase is None:
        yield file
        return
    with sealed.Sealing(file, passphrase) as sealing:
        yield cast(IO[bytes], sealing)


def unpack(path: Path, folder: Path, passphrase: bytes | None = None) -> Manifest:
    """Put the members into ``folder`` and check every one of them against the manifest.

    Raises BackupFailed for a file that is damaged, cut off, not a backup, or sealed with another passphrase.
    """
    try:
        with path.open("rb") as file, gzip.GzipFile(fileobj=_opened(path, file, passphrase), mode="rb") as packed:
            with tarfile.open(fileobj=packed, mode="r|") as tar:
                manifest = _unpack(tar, folder)
            while packed.read(_BLOCK):  # to its very end, where the sum of the whole stands
                pass
    except sealed.WrongKey as error:
        raise BackupFailed(f"{path}: another passphrase, or the file is damaged. Nothing was changed.") from error
    except (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile, ValueError, KeyError, TypeError) as error:
        raise BackupFailed(f"{path} is damaged, or not a backup of Antrean: {error}. Nothing was changed.") from error
    except OSError as error:
        raise BackupFailed(f"Cannot read {path}: {error.strerror or error}. Nothing was changed.") from error
    return manifest


def _opened(path: Path, file: IO[bytes], passphrase: bytes | None) -> IO[bytes]:
    """What is in the file before it was sealed. A passphrase vouches for who made it, so a plain one is refused."""
    is_sealed = sealed.is_sealed(path)
    if is_sealed and passphrase is None:
        raise BackupFailed(f"{path} is encrypted: name the file with its passphrase, --key FILE. Nothing was changed.")
    if not is_sealed and passphrase is not None:
        raise BackupFailed(f"{path} is not encrypted. If it should be, it is another file; else leave --key out.")
    return io.BufferedReader(sealed.Opening(file, passphrase)) if passphrase else file


def _unpack(tar: tarfile.TarFile, folder: Path) -> Manifest:
    manifest, expected = None, {MANIFEST: ""}
    for member in tar:
        if member.name not in expected or not member.isreg():
            raise ValueError(f"{member.name!r} does not belong in it")
        tarfile.data_filter(member, str(folder))
        source = tar.extractfile(member)
        if source is None:
            raise ValueError(f"{member.name} cannot be read")
        if manifest is None:
            manifest = _manifest(source)
            expected = manifest.members()
        elif _copy(source, folder / member.name) != expected.pop(member.name):
            raise ValueError(f"{member.name} is not what was written")
    if manifest is None or expected:
        raise ValueError(f"{next(iter(expected), 'everything')} is missing")
    return manifest


def _manifest(source: IO[bytes]) -> Manifest:
    found = json.loads(source.read(_LARGEST_MANIFEST))
    if not isinstance(found, dict) or found.get("form") != FORM:
        raise ValueError(f"its form is not {FORM}")
    manifest = Manifest(**{field.name: found[field.name] for field in fields(Manifest)})
    for name in manifest.members():
        if {"", ".", ".."} & set(name.split("/")) or "\\" in name:
            raise ValueError(f"{name!r} leads out of it")
    return manifest


def _copy(source: IO[bytes], path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("xb") as file:
        while block := source.read(_BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def copy_file(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file into the folder of a backup; its bytes and SHA-256."""
    with source.open("rb") as file:
        digest = _copy(file, target)
    return target.stat().st_size, digest


def place(source: Path, target: Path) -> None:
    """Put a file where it belongs, whole or not at all. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, unfinished)
    unfinished.replace(target)


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

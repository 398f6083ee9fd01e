"""The ZIP: written as a stream and whole or not at all, with a manifest of all its files."""

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from metrics.periods import Period
from queue_app import archived, event_export, opening, queries
from queue_app.audit import changes
from queue_app.config import VERSION
from queue_app.configuration import export
from queue_app.database import Database
from queue_app.models import Event, Office, PrivacyDeedKind, Ticket
from queue_app.moving_out import parts, visits
from queue_app.personal import Vault
from queue_app.privacy import record

FORM = "antrean-export-1"
MANIFEST = "manifest.json"
_PIECE = 1 << 20

README = """Seluruh data satu kantor dari Antrean / Everything that one office owns, from Antrean

configuration.yaml  pengaturan / the settings; can be brought into another Antrean
events.csv, events.parquet  setiap langkah / every move; events-dictionary.csv says what the columns mean
visits.csv  setiap layanan dengan waktunya / every service with its times (UTC), as the figures read them
tables/*.jsonl  satu baris satu catatan / one line is one row
audit/*.jsonl  rantai catatan / the chained logs, see docs/security.md of Antrean
uploads/  gambar dan video layar / pictures and videos of the displays
manifest.json  SHA-256 setiap berkas / SHA-256 of each file, and whether personal data are inside

Data pribadi hanya ada bila diminta. Simpan berkas seperti itu seaman basis datanya.
Personal data are inside only when they were asked for. Keep such a file as safe as the database itself.
"""


def write(
    database: Database, vault: Vault, slug: str, uploads: Path, target: Path, now: datetime, *, has_personal: bool
) -> dict[str, Any]:
    """Write all that the office owns to ``target``; its manifest. Recorded in the history of the settings, and with
    personal data in the record of what was done with them too.

    Raises NotFound where there is no such office, and OSError; then nothing is left of it.
    """
    half = target.with_name(f".{target.name}.half")
    try:
        half.touch(0o600)  # before anything is inside
        with (
            half.open("wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as packed,
            database.figures() as session,
        ):
            manifest = _fill(_Packing(packed), session, vault, slug, uploads, now, has_personal=has_personal)
        _record(database, slug, target.name, manifest, now)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return manifest


class _Packing:
    """Files of the ZIP, each with its size and its digest."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, pieces: Iterable[bytes], count_lines: bool = False) -> None:
        digest, size, lines = hashlib.sha256(), 0, 0
        with self._packed.open(name, "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
                lines += 1
        self.files[name] = {"sha256": digest.hexdigest(), "bytes": size, **({"rows": lines} if count_lines else {})}

    def last(self, name: str, content: bytes) -> None:
        self._packed.writestr(name, content)


def _fill(
    packing: _Packing,
    session: Session,
    vault: Vault,
    slug: str,
    uploads: Path,
    now: datetime,
    *,
    has_personal: bool,
) -> dict[str, Any]:
    office = queries.office(session, slug)
    today = opening.local_day(office, now)
    packing.add("README.txt", [README.encode()])
    packing.add("configuration.yaml", [export.as_yaml(export.current(session, office, today)).encode()])
    _events(packing, session, office)
    whose = Ticket.office_id == office.id
    first, last = (session.scalar(select(of(Ticket.day)).where(whose)) or today for of in (func.min, func.max))
    packing.add("visits.csv", visits.lines(session, office, first, last, has_personal))
    for part in parts.PARTS:
        if has_personal or not part.is_all_personal:
            found = parts.lines(session, office, part, vault if has_personal else None)
            packing.add(f"tables/{part.table}.jsonl", found, count_lines=True)
    for name, lines in parts.chains(session, office, has_personal):
        packing.add(f"audit/{name}.jsonl", lines, count_lines=True)
    for path in sorted((uploads / "display" / str(office.id)).rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix != ".part":
            packing.add(f"uploads/{path.relative_to(uploads / 'display' / str(office.id)).as_posix()}", _pieces(path))
    manifest = {
        "form": FORM,
        "made_at": now.astimezone(UTC).isoformat(),
        "version": VERSION,
        "office": slug,
        "personal": has_personal,
        "files": packing.files,
    }
    packing.last(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False).encode())
    return manifest


def _events(packing: _Packing, session: Session, office: Office) -> None:
    """Beside the ZIP first: Parquet is written by columns."""
    whose = Event.office_id == office.id
    first, last = (session.scalar(select(of(Event.at)).where(whose)) for of in (func.min, func.max))
    first = archived.first_at(session, office) or first
    last = last or first
    if first is None or last is None:
        return
    one_day = timedelta(days=1)
    period = Period(first.date() - one_day, last.date() + one_day, office.zone)
    with tempfile.TemporaryDirectory() as folder:
        for form in ("csv", "parquet"):
            file = Path(folder) / f"events.{form}"
            event_export.FORMATS[form].write(event_export.rows(session, office, period), file)
            packing.add(f"events.{form}", _pieces(file))
            file.unlink()
    text = io.StringIO()
    csv.writer(text).writerows(
        [("name", "kind", "meaning"), *((f.name, f.kind, f.meaning) for f in event_export.FIELDS)]
    )
    packing.add("events-dictionary.csv", [text.getvalue().encode()])


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _record(database: Database, slug: str, name: str, manifest: dict[str, Any], now: datetime) -> None:
    with database.write() as session:
        office = session.scalars(select(Office).where(Office.slug == slug)).one()
        facts = {"file": name, "files": len(manifest["files"]), "personal": manifest["personal"]}
        changes.record(session, office, None, "export", {}, facts, now)
        if manifest["personal"]:
            rows = manifest["files"]["tables/ticket.jsonl"]["rows"]
            record.add(session, office, PrivacyDeedKind.EXPORT, "office", rows, now)

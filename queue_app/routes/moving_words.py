"""How an import is said: its kind, its state, what was found; and how its forms are read."""

from collections.abc import Mapping
from pathlib import Path

from flask_babel import gettext

from queue_app.errors import N_
from queue_app.history_csv import Outcome
from queue_app.models import ImportStatus, PastImport, SourceKind
from queue_app.moving_in import checking, plan
from queue_app.moving_in.cells import DAY_FIRST, ISO, MONTH_FIRST
from queue_app.moving_in.columns import FIELDS, TITLES
from queue_app.moving_in.plan import Plan

KINDS: Mapping[SourceKind, str] = {
    SourceKind.CSV: N_("CSV (teks dengan pemisah)"),
    SourceKind.XLSX: N_("XLSX (lembar kerja)"),
    SourceKind.FQM: N_("FQM (berkas data.sqlite)"),
    SourceKind.THEQ: N_("The Q (PostgreSQL)"),
}
STATUSES: Mapping[ImportStatus, str] = {
    ImportStatus.UPLOADED: N_("belum diperiksa"),
    ImportStatus.CHECKED: N_("diperiksa, belum diimpor"),
    ImportStatus.STARTED: N_("terputus di tengah"),
    ImportStatus.DONE: N_("sudah diimpor"),
    ImportStatus.UNDONE: N_("diurungkan"),
    ImportStatus.DROPPED: N_("dibuang"),
}
DATES: Mapping[str, str] = {
    DAY_FIRST: N_("hari/bulan/tahun, misalnya 02/03/2026"),
    MONTH_FIRST: N_("bulan/hari/tahun, misalnya 03/02/2026"),
    ISO: N_("tahun-bulan-hari, misalnya 2026-03-02"),
}
OUTCOMES: Mapping[str, str] = {
    Outcome.SERVED.value: N_("dilayani"),
    Outcome.ABANDONED.value: N_("pergi sebelum dipanggil"),
    Outcome.NO_SHOW.value: N_("tidak hadir ketika dipanggil"),
}
NAMED: Mapping[str, str] = {"services": N_("Layanan"), "officers": N_("Petugas"), "counters": N_("Loket")}
ZONES = ("Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura", "UTC")

_LONGEST = 120
_MOST_REJECTED = 50_000


def why(message: str, params: Mapping[str, str | int]) -> str:
    """Why a row, or the whole file, can't be brought in."""
    return str(gettext(message, **params))


def rejected(path: Path) -> list[tuple[int | str, str, str]]:
    """Every row that can't be brought in, by its number, its column and why, under a heading."""
    lines: list[tuple[int | str, str, str]] = [(gettext("Baris"), gettext("Kolom"), gettext("Sebab"))]
    for error in checking.errors_of(path):
        if len(lines) > _MOST_REJECTED:
            lines.append(
                ("…", "", gettext("Masih ada lagi; hanya %(most)s baris pertama dimuat.", most=_MOST_REJECTED))
            )
            break
        lines.append((error.row, column_text(error.column), why(error.message, error.params)))
    return lines


def column_text(column: str) -> str:
    """A column's own heading; one of our names for it is translated."""
    return str(gettext(column)) if column in TITLES.values() else column


def typed_plan(row: PastImport, form: Mapping[str, str]) -> Plan:
    """As typed, not yet checked. Raises Invalid ``bad_plan`` for what is no number."""
    header = form.get("header", "1").strip()
    return Plan(
        table=form.get("table", str(row.plan.get("table", "")))[:_LONGEST],
        header=int(header) if header.isascii() and header.isdigit() and len(header) < 8 else 0,
        columns=plan.places([(field.name, form.get(f"column-{field.name}", "")) for field in FIELDS]),
        dates=form.get("dates", ISO),
        zone=form.get("zone", "")[:_LONGEST].strip(),
    )


def typed_again(row: PastImport, form: Mapping[str, str]) -> Plan:
    """What a refused form shows."""
    columns = {field.name: form.get(f"column-{field.name}", "") for field in FIELDS}
    known = {name: text for name, text in columns.items() if text.isascii() and text.isdigit() and len(text) < 4}
    return typed_plan(row, {**form, **dict.fromkeys((f"column-{name}" for name in columns), ""), **_prefixed(known)})


def _prefixed(columns: Mapping[str, str]) -> Mapping[str, str]:
    return {f"column-{name}": text for name, text in columns.items()}

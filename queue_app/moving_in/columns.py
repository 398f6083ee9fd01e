"""Which column of a table is which of our fields: what there is, and what their names let one guess. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from queue_app.errors import N_


@dataclass(frozen=True, slots=True)
class Field:
    """``names``: what people call such a column, in small letters; the first that is found wins."""

    name: str
    title: str
    names: tuple[str, ...]
    is_needed: bool = False


FIELDS: tuple[Field, ...] = (
    Field(
        "arrived",
        N_("Waktu datang (ambil nomor)"),
        (
            *("arrival_ts", "waktu datang", "jam datang", "datang", "kedatangan", "ambil nomor", "waktu ambil"),
            *("arrival", "arrived", "check in", "checkin", "created", "timestamp", "waktu", "jam", "time"),
        ),
        is_needed=True,
    ),
    Field(
        "called",
        N_("Waktu dipanggil"),
        ("called_at", "waktu panggil", "jam panggil", "dipanggil", "panggil", "called", "call time", "invited"),
    ),
    Field(
        "started",
        N_("Waktu mulai dilayani"),
        ("service_start_ts", "waktu mulai", "jam mulai", "mulai", "started", "service start", "start"),
    ),
    Field(
        "ended",
        N_("Waktu selesai"),
        (
            *("service_end_ts", "waktu selesai", "jam selesai", "selesai", "ended", "finished", "service end"),
            *("finish", "end", "akhir"),
        ),
    ),
    Field(
        "day",
        N_("Tanggal, bila jamnya di kolom sendiri"),
        ("tanggal kunjungan", "tanggal", "tgl", "hari", "date", "day"),
    ),
    Field(
        "service",
        N_("Layanan"),
        ("service_type", "jenis layanan", "nama layanan", "layanan", "keperluan", "service", "task", "queue"),
        is_needed=True,
    ),
    Field(
        "officer",
        N_("Petugas"),
        ("server_id", "nama petugas", "petugas", "operator", "pegawai", "officer", "server", "agent", "staff", "csr"),
    ),
    Field("counter", N_("Loket"), ("nomor loket", "loket", "counter", "desk", "window", "meja")),
    Field("outcome", N_("Hasil"), ("outcome", "hasil", "status", "keterangan", "result", "state")),
)

TITLES: Mapping[str, str] = MappingProxyType({field.name: field.title for field in FIELDS})
NEEDED = tuple(field.name for field in FIELDS if field.is_needed)

HEADER_WITHIN = 15
"""A heading is looked for in so many rows; above it there may be a title."""


def guess(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The place of the heading among the first rows of a table, and the place of the column of each field found."""
    best: tuple[int, dict[str, int]] = (0, {})
    for place, row in enumerate(rows[:HEADER_WITHIN]):
        found = _of_heading(row)
        if len(found) > len(best[1]):
            best = place, found
    return best


def _of_heading(row: Sequence[str]) -> dict[str, int]:
    names = [_plain(cell) for cell in row]
    found: dict[str, int] = {}
    for is_like in (_is_same, _is_within):
        for field in FIELDS:
            if field.name in found:
                continue
            for wanted in field.names:
                places = [n for n, name in enumerate(names) if n not in found.values() and is_like(wanted, name)]
                if places:
                    found[field.name] = places[0]
                    break
    return found


def _is_same(wanted: str, name: str) -> bool:
    return _plain(wanted) == name


def _is_within(wanted: str, name: str) -> bool:
    return f" {_plain(wanted)} " in f" {name} "


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))

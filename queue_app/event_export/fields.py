"""The data dictionary: what each column of an export is called and means, and how its value is found in a row."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from queue_app.errors import N_
from queue_app.event_export.row import Row

Kind = Literal["text", "whole", "instant", "day", "flag"]
Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Field:
    """A column. ``kind``: an ``instant`` is RFC 3339 in UTC, a ``day`` a local day of the office, a ``flag`` true or
    false."""

    name: str
    kind: Kind
    meaning: str
    value: Callable[[Row], Value]


def utc(instant: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond: ``2026-11-24T02:00:00.000Z``."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


FIELDS: tuple[Field, ...] = (
    Field("seq", "whole", N_("nomor urut dalam catatan kantor, tanpa celah"), lambda row: row.seq),
    Field("at", "instant", N_("saat terjadinya (UTC)"), lambda row: utc(row.at)),
    Field("action", "text", N_("apa yang terjadi, misalnya join, call, start, finish"), lambda row: row.action),
    Field("case", "whole", N_("nomor tiket dalam ekspor, sama pada semua langkahnya"), lambda row: row.case),
    Field("day", "day", N_("hari tiket"), lambda row: row.day.isoformat() if row.day else None),
    Field("label", "text", N_("nomor antrean yang dilihat warga"), lambda row: row.label),
    Field("channel", "text", N_("cara nomor diambil: online, kiosk, reception, imported"), lambda row: row.channel),
    Field("category", "text", N_("kelompok prioritas, sebagaimana tercatat sekarang"), lambda row: row.category),
    Field("from_state", "text", N_("keadaan sebelum langkah ini"), lambda row: row.from_state),
    Field("to_state", "text", N_("keadaan sesudah langkah ini"), lambda row: row.to_state),
    Field("undone", "flag", N_("benar: langkah ini dibatalkan sesudahnya"), lambda row: row.undone),
    Field("service", "text", N_("kode layanan sesudah langkah ini"), lambda row: row.service),
    Field("counter", "whole", N_("nomor loket"), lambda row: row.counter),
    Field("officer", "text", N_("nama pengguna petugas di loket"), lambda row: row.officer),
    Field("actor", "text", N_("siapa yang melakukan: citizen (atau sistem), officer, staff"), lambda row: row.actor),
    Field("outcome", "text", N_("hasil layanan, pada finish"), lambda row: row.outcome),
    Field("why", "text", N_("alasan giliran, pada call"), lambda row: row.why),
)

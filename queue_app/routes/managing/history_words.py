"""A change of the settings in words: who, when, what, and from what to what."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import format_datetime
from flask_babel import get_locale, gettext
from pydantic import BaseModel

from queue_app.errors import N_
from queue_app.models import ConfigurationChange, Decision, Office
from queue_app.office_settings import NONE, OfficeSettings, ServiceSettings
from queue_app.routes.labels import day_text
from queue_app.routes.managing import words
from queue_app.routes.managing.inputs import shape

SUBJECTS: Mapping[str, str] = {
    "office": N_("Pengaturan kantor"),
    "service": N_("Layanan"),
    "hours": N_("Jam buka"),
    "day": N_("Kalender"),
    "holidays": N_("Hari libur nasional"),
    "counter": N_("Loket"),
    "officer": N_("Keahlian petugas"),
    "person": N_("Pegawai"),
    "display": N_("Layar"),
    "display_media": N_("Gambar di layar"),
    "display_line": N_("Teks berjalan"),
    "display_look": N_("Tampilan layar"),
    "printer": N_("Pencetak"),
    "visit": N_("Paket kunjungan"),
    "survey": N_("Survei"),
    "booking_feed": N_("Alamat kalender"),
}
"""What is changed, by what stands before the colon of a subject."""

_NAMES: Mapping[str, str] = {
    "documents": N_("Persyaratan"),
    "prefix": N_("Awalan nomor"),
    "hours": N_("Jam buka"),
    "services": N_("Layanan"),
    "pool": N_("Kelompok loket"),
    "role": N_("Peran"),
    "active": N_("Aktif"),
    "percent": N_("Bagian yang ditanyai (persen)"),
    "reason": N_("Alasan"),
    "closed": N_("Tutup karena"),
    "holiday": N_("Keputusan hari libur"),
    "counters": N_("Loket"),
    "speaks": N_("Bersuara"),
    "name": N_("Nama"),
    "kind": N_("Jenis"),
    "address": N_("Alamat"),
    "width_mm": N_("Lebar kertas (mm)"),
    "answers": N_("Menjawab keadaannya"),
    "draws_qr": N_("Mencetak QR"),
    "theme": N_("Tema"),
    "brand": N_("Warna utama"),
    "accent": N_("Warna aksen"),
    "shows_next": N_("Tampilkan yang segera dipanggil"),
    "text": N_("Teks"),
    "words": N_("Keterangan"),
    "seconds": N_("Lama tampil (detik)"),
    "steps": N_("Urutan layanan"),
    "name_id": N_("Nama (bahasa Indonesia)"),
    "name_en": N_("Nama (bahasa Inggris)"),
    "made_at": N_("Dibuat"),
    "alert_address": N_("Alamat peringatan"),
    "slug": N_("Nama pendek"),
    "merged_into": N_("Digabung ke layanan"),
    "reported_together": N_("Angka dilaporkan bersama"),
}
_MODELS: Mapping[str, tuple[type[BaseModel], Mapping[str, words.Words]]] = {
    "office": (OfficeSettings, words.OFFICE),
    "service": (ServiceSettings, words.SERVICE),
}
_YES_NO: Mapping[bool, str] = {True: N_("ya"), False: N_("tidak")}
_LONGEST = 300

DECISIONS: Mapping[str, str] = {
    Decision.SUGGESTED: N_("belum diputuskan"),
    Decision.CLOSED: N_("tutup"),
    Decision.OPEN: N_("buka"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A change as a page tells it. ``lines``: what each setting is called, what it was and what it became."""

    seq: int
    at: datetime
    who: str
    what: str
    lines: Sequence[tuple[str, str, str]]
    when: str


def told(change: ConfigurationChange, office: Office) -> Told:
    return Told(
        change.seq,
        change.at,
        change.actor.display_name if change.actor else str(gettext("perintah di peladen")),
        subject_text(change.subject),
        [_line(change, name) for name in {**change.before, **change.after}],
        format_datetime(change.at.astimezone(office.zone), "d MMM y, HH:mm", locale=get_locale()),
    )


def subject_text(subject: str) -> str:
    """``counter:3`` as "Loket 3"."""
    kind, _, name = subject.partition(":")
    if kind == "day":
        name = _day(name)
    return f"{gettext(SUBJECTS.get(kind, kind))} {name}".strip()


def _line(change: ConfigurationChange, name: str) -> tuple[str, str, str]:
    kind = change.subject.partition(":")[0]
    return (
        name_text(kind, name),
        value_text(kind, name, change.before.get(name)),
        value_text(kind, name, change.after.get(name)),
    )


def name_text(kind: str, name: str) -> str:
    """What a setting of this kind of subject is called."""
    _, called = _MODELS.get(kind, (None, {}))
    if name in called:
        return str(gettext(called[name].label))
    return str(gettext(_NAMES[name])) if name in _NAMES else name


def value_text(kind: str, name: str, value: Any) -> str:
    """A recorded value in words: "ya", "60 menit", "–" for none."""
    if value in (None, NONE, "", []):
        return "–"
    if kind == "day" and name == "holiday" and value in DECISIONS:
        return str(gettext(DECISIONS[value]))
    if isinstance(value, bool) or value in ("true", "false"):
        return str(gettext(_YES_NO[value in (True, "true")]))
    model, called = _MODELS.get(kind, (None, {}))
    if model is not None and name in called:
        return _setting(model, name, str(value), called[name])
    return _short(_plain(value))


def _setting(model: type[BaseModel], name: str, text: str, called: words.Words) -> str:
    if "enum" in shape(model, name):
        return str(gettext(words.option_text(text)))
    return f"{_short(text)} {gettext(called.unit)}" if called.unit else _short(text)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, dict):
        return str(value.get("id") or json.dumps(value, ensure_ascii=False))
    return str(value)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _day(text: str) -> str:
    try:
        return day_text(date.fromisoformat(text))
    except ValueError:
        return text

"""What a performance dialogue's parts are called on pages and papers, and its figures as people write them."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from flask import Flask
from flask_babel import gettext

from metrics.predikat import Gap, Level, Predikat
from queue_app.charts.numbers import NO_DATA, number
from queue_app.errors import N_
from queue_app.models import ActionKind, Deed, DialogueState, Indicator, Span
from queue_app.routes.labels import month_text
from queue_app.routes.language import language

STATES: Mapping[DialogueState, str] = {
    DialogueState.DRAFT: N_("Rancangan"),
    DialogueState.OPEN: N_("Menunggu tanggapan petugas"),
    DialogueState.ANSWERED: N_("Sudah ditanggapi"),
    DialogueState.CLOSED: N_("Ditutup"),
}

INDICATORS: Mapping[Indicator, str] = {
    Indicator.SPEED_INDEX: N_("Indeks kecepatan (100: sesuai harapan)"),
    Indicator.WITHIN_STANDARD: N_("Layanan dalam waktu standar (persen)"),
    Indicator.ACCURACY: N_("Ketepatan informasi (persen)"),
    Indicator.SATISFACTION: N_("Kepuasan (nilai 25 sampai 100)"),
    Indicator.WORDS: N_("Dengan kata-kata, tanpa angka"),
}

LEVELS: Mapping[Level, str] = {
    Level.ABOVE: N_("Di atas harapan"),
    Level.AS: N_("Sesuai harapan"),
    Level.BELOW: N_("Di bawah harapan"),
}

PREDIKATS: Mapping[Predikat, str] = {
    Predikat.VERY_GOOD: N_("Sangat baik"),
    Predikat.GOOD: N_("Baik"),
    Predikat.NEEDS_IMPROVEMENT: N_("Butuh perbaikan"),
    Predikat.POOR: N_("Kurang"),
    Predikat.VERY_POOR: N_("Sangat kurang"),
}

GAPS: Mapping[Gap, str] = {
    Gap.NOTHING_MEASURED: N_("Belum ada target yang dapat dinilai dengan angka: datanya terlalu sedikit."),
    Gap.SPEED_ALONE: N_("Hanya kecepatan yang dapat dinilai. Kecepatan saja tidak pernah menentukan."),
    Gap.NO_CONDUCT: N_("Perilaku kerja belum dinilai."),
}

KINDS: Mapping[ActionKind, str] = {
    ActionKind.TRAINING: N_("Pelatihan"),
    ActionKind.RESOURCES: N_("Sarana"),
    ActionKind.OTHER: N_("Lainnya"),
}

DEEDS: Mapping[Deed, str] = {
    Deed.START: N_("Dialog dimulai"),
    Deed.TARGET: N_("Target ditulis"),
    Deed.TARGET_REMOVED: N_("Target dihapus"),
    Deed.CONDUCT: N_("Perilaku dinilai"),
    Deed.ACTION: N_("Tindak lanjut disepakati"),
    Deed.ACTION_DONE: N_("Tindak lanjut selesai"),
    Deed.NOTE: N_("Catatan"),
    Deed.OPEN: N_("Dibuka untuk petugas"),
    Deed.ANSWER: N_("Tanggapan petugas"),
    Deed.CLOSE: N_("Ditutup"),
    Deed.REOPEN: N_("Dibuka lagi"),
}

CONDUCT_OF_ASN = (
    N_("Berorientasi pelayanan"),
    N_("Akuntabel"),
    N_("Kompeten"),
    N_("Harmonis"),
    N_("Loyal"),
    N_("Adaptif"),
    N_("Kolaboratif"),
)
"""BerAKHLAK, the core values of the civil service that conduct is talked about with."""

METHOD = (
    N_("Yang tercapai dihitung dari catatan antrean dan survei, tidak pernah diketik. Hanya hari yang sudah berakhir."),
    N_(
        "Satu target di atas (di bawah) harapan hanya bila seluruh rentang 95 persennya di atas (di bawah) target. "
        "Rentang yang memuat target: sesuai harapan. Terlalu sedikit data: tidak dinilai, dan itu bukan nol."
    ),
    N_(
        "Hasil kerja di bawah harapan bila lebih banyak target di bawah daripada di atas; di atas harapan bila ada "
        "yang di atas dan tidak ada yang di bawah; selain itu sesuai harapan. Kecepatan saja tidak pernah menentukan."
    ),
    N_(
        "Indeks kecepatan membandingkan setiap kunjungan dengan waktu petugas lain untuk layanan yang sama; waktu "
        "ditahan dan jeda dikeluarkan; 100 berarti sesuai harapan."
    ),
    N_(
        "Saran predikat diambil dari tabel hasil kerja dan perilaku (PP 30/2019, Permenpan RB 6/2022). "
        "Manusia yang memutuskan; putusan yang berbeda dari saran disertai alasan."
    ),
)
"""How the figures and the suggestion come about, a sentence or two each."""


def span_text(span: Span, first: date) -> str:
    """A period by name: "November 2026", "Triwulan 4, 2026", "Semester 2, 2026", "Tahun 2026"."""
    part = (first.month - 1) // (6 if span is Span.SEMESTER else 3) + 1
    match span:
        case Span.MONTH:
            return month_text(first)
        case Span.QUARTER:
            return str(gettext("Triwulan %(part)s, %(year)s", part=part, year=first.year))
        case Span.SEMESTER:
            return str(gettext("Semester %(part)s, %(year)s", part=part, year=first.year))
        case Span.YEAR:
            return str(gettext("Tahun %(year)s", year=first.year))


def goal_text(value: float | None) -> str:
    """A target or what was achieved: at most two decimals, and no more than it has; a dash for no data."""
    if value is None:
        return NO_DATA
    digits = next(n for n in (0, 1, 2) if n == 2 or abs(round(value, n) - value) < 0.005)
    return number(value, language(), digits)


def figure_of(value: float | None) -> str:
    """What was achieved, with one decimal."""
    return number(value, language(), 1)


def _in_words(words: Mapping[Any, str], member: object) -> str:
    return str(gettext(words[member]))


def register(app: Flask) -> None:
    """Make the words known to every template, as filters."""

    tables: Mapping[str, Mapping[Any, str]] = {
        "dialogue_state": STATES,
        "indicator_name": INDICATORS,
        "level_name": LEVELS,
        "predikat_name": PREDIKATS,
        "gap_text": GAPS,
        "action_kind": KINDS,
        "deed_name": DEEDS,
    }
    for name, words in tables.items():
        app.jinja_env.filters[name] = partial(_in_words, words)
    app.jinja_env.filters.update(span_text=span_text, goal_text=goal_text, figure_of=figure_of)

"""What the supervisor's forms carry. Whatever is typed in, none of it is a fault."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from flask import request
from flask_babel import gettext

from queue_app.errors import N_
from queue_app.routes import desk_forms

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "power": N_("Listrik padam"),
        "system": N_("Gangguan sistem"),
        "blanks": N_("Blangko habis"),
        "staff": N_("Petugas berhalangan"),
        "full": N_("Sudah terlalu banyak yang menunggu"),
        "wrong": N_("Salah layanan"),
    }
)
_LONGEST = 4000


def reason() -> str:
    """The reason chosen, and what was written beside it; empty when neither was given."""
    return desk_forms.reason(REASONS) or ""


def in_words(kept: str | None) -> str:
    """A lever's reason of the log in the reader's language, as far as it was one of those to choose from."""
    chosen, separator, detail = (kept or "").partition(": ")
    return f"{gettext(chosen)}{separator}{detail}" if chosen in REASONS.values() else kept or ""


def number(name: str) -> int:
    """A number that a form carries; 0, which is no row's, for what is none."""
    value = request.form.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def typed() -> dict[str, str]:
    """What was typed, to be shown again."""
    return {name: value[:_LONGEST] for name, value in request.form.items() if name != "csrf_token"}


def text(name: str) -> str:
    """What was typed, as long as it is not absurd; the use case says what is too long."""
    return request.form.get(name, "")[:_LONGEST]


def day(name: str) -> date | None:
    """The day that a field carries; None for what is none."""
    try:
        return date.fromisoformat(request.form.get(name, "").strip()[:10])
    except ValueError:
        return None

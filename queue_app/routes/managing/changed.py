"""What somebody else changed while a form was filled in, in words beside the form that was not saved."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext

from queue_app.audit.since import ChangedSince, Done
from queue_app.errors import N_, QueueError
from queue_app.models import Office
from queue_app.routes.labels import clock_time, day_text

_SUBJECTS: Mapping[str, str] = {
    "office": N_("Pengaturan kantor"),
    "hours": N_("Jam buka"),
    "day": N_("Hari"),
    "holidays": N_("Hari libur"),
    "counter": N_("Loket"),
    "officer": N_("Keahlian petugas"),
    "printer": N_("Pencetak"),
    "display": N_("Layar"),
}
_LONGEST = 120


def by_others(error: QueueError | None, office: Office) -> list[str]:
    """A line for each change, the newest first; none unless ``error`` is about that."""
    return [_line(change, office.zone) for change in error.changes] if isinstance(error, ChangedSince) else []


def _line(change: Done, zone: ZoneInfo) -> str:
    who = change.who or gettext("perintah di server")
    fields = ", ".join(
        f"{name}: {_value(change.before, name)} → {_value(change.after, name)}" for name in _names(change)
    )
    return f"{clock_time(change.at, zone)}, {who}: {_subject(change.subject)} ({fields})"


def _names(change: Done) -> list[str]:
    return [*{**change.before, **change.after}]


def _subject(subject: str) -> str:
    kind, _, name = subject.partition(":")
    if kind == "day":
        return day_text(date.fromisoformat(name))
    return f"{gettext(_SUBJECTS.get(kind, kind))} {name}".strip()


def _value(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if value is None or value == []:
        return "–"
    text = (
        ", ".join(map(str, value))
        if isinstance(value, list)
        else value
        if isinstance(value, str)
        else json.dumps(value)
    )
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

"""What a configuration's problems, changes and effects are called on a page."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext

from queue_app.configuration.difference import Change, Kind
from queue_app.configuration.reading import Problem
from queue_app.errors import N_

SECTIONS: Mapping[str, str] = {
    "office": N_("Pengaturan kantor"),
    "hours": N_("Jam buka"),
    "services": N_("Layanan"),
    "visits": N_("Paket kunjungan"),
    "calendar.closures": N_("Hari tutup"),
    "calendar.holidays": N_("Hari libur"),
    "calendar": N_("Kalender"),
    "counters": N_("Loket"),
    "officers": N_("Keahlian petugas"),
    "displays": N_("Layar"),
    "look": N_("Tampilan layar"),
    "running_text": N_("Teks berjalan"),
    "printers": N_("Pencetak"),
    "survey": N_("Survei"),
}
KINDS: Mapping[Kind, str] = {Kind.ADD: N_("Baru"), Kind.CHANGE: N_("Berubah"), Kind.RETIRE: N_("Tidak dipakai lagi")}


_ROW = re.compile(r"^[a-z_.]+?(?:\[\d+\])?(?:\.|$)")
"""Where a problem stands, up to the name of the field."""


def field_of(problem: Problem) -> str:
    """The name of the setting; empty where a rule of the whole refuses."""
    return "" if " " in problem.path else _ROW.sub("", problem.path).partition("[")[0]


def said_of(problem: Problem) -> str:
    """What is wrong, without where."""
    return str(gettext(problem.message, **problem.params))


def problem_texts(problems: Iterable[Problem]) -> list[str]:
    """One line for each: where, and what is wrong."""
    return [_problem(problem) for problem in problems]


def section_name(section: str) -> str:
    return str(gettext(SECTIONS[section])) if section in SECTIONS else section


def kind_name(kind: Kind) -> str:
    return str(gettext(KINDS[kind]))


def fields(change: Change) -> list[tuple[str, str, str]]:
    """Of a change: each field with what it was and will be."""
    return [(name, _short(change.before.get(name)), _short(change.after.get(name))) for name in change.after]


def _problem(problem: Problem) -> str:
    said = said_of(problem)
    where = [gettext("baris %(line)s", line=problem.line)] if problem.line else []
    where += [problem.path] if problem.path else []
    return f"{', '.join(where)}: {said}" if where else said


def _short(value: Any) -> str:
    if value is None:
        return "–"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 160 else f"{text[:157]}…"

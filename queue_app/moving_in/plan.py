"""How a source is read: which column is what, in which zone and form its times are, what its names are here."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from queue_app.errors import N_, Invalid
from queue_app.moving_in.cells import DATE_FORMS, DAY_FIRST
from queue_app.moving_in.columns import NEEDED, TITLES
from queue_app.moving_in.rows import MOST_COLUMNS

NEW = "+"
"""In place of what a name is here: something new is made, out of use."""

NOBODY = "-"
"""In place of what a name is here: it is left out of the record."""

_MOST_ROWS = 1_048_576


@dataclass(frozen=True, slots=True)
class Plan:
    """``table``: the sheet of a workbook, or the office of The Q. ``header``: the number of the row of headings.

    ``columns``: places by field. ``services``, ``officers``, ``counters``: by the source's name the code, the user name
    or the number here, or ``NEW``, or (not of services) ``NOBODY``.
    """

    table: str = ""
    header: int = 1
    columns: Mapping[str, int] = field(default_factory=dict)
    dates: str = DAY_FIRST
    zone: str = "Asia/Jakarta"
    services: Mapping[str, str] = field(default_factory=dict)
    officers: Mapping[str, str] = field(default_factory=dict)
    counters: Mapping[str, str] = field(default_factory=dict)

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def as_json(self) -> dict[str, Any]:
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in asdict(self).items()}


def of_json(stored: Mapping[str, Any]) -> Plan:
    """As it was kept by ``Plan.as_json``."""
    return Plan(**stored)


def require(plan: Plan, *, has_columns: bool) -> Plan:
    """The same, when it can be read by. Raises Invalid ``bad_plan`` with what is missing."""
    try:
        ZoneInfo(plan.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _bad(N_("Zona waktu itu tidak dikenal.")) from error
    if plan.dates not in DATE_FORMS:
        raise _bad(N_("Pilih bentuk tanggal dari daftar."))
    if not has_columns:
        return plan
    if not 1 <= plan.header <= _MOST_ROWS:
        raise _bad(N_("Nomor baris judul tidak mungkin."))
    if any(name not in TITLES or not 0 <= place < MOST_COLUMNS for name, place in plan.columns.items()):
        raise _bad(N_("Pilih kolom dari daftar."))
    if any(name not in plan.columns for name in NEEDED):
        raise _bad(N_("Pilih kolom untuk waktu datang dan untuk layanan."))
    if len(set(plan.columns.values())) < len(plan.columns):
        raise _bad(N_("Satu kolom dipilih dua kali."))
    return plan


def places(typed: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Fields with the places of their columns as a form sends them; an empty one has no column."""
    found = {}
    for name, text in typed:
        if not text:
            continue
        if not text.isascii() or not text.isdigit() or len(text) > 3:
            raise _bad(N_("Pilih kolom dari daftar."))
        found[name] = int(text)
    return found


def _bad(message: str) -> Invalid:
    return Invalid("bad_plan", message)

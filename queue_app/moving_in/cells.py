"""What stands in a cell: times, outcomes and names as people write them, or why it can't be that. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from queue_app.errors import N_
from queue_app.history_csv import EARLIEST_YEAR, Outcome

Cell = object
"""A text, a number, a date, a time, True or False, or None for an empty cell."""

ISO, DAY_FIRST, MONTH_FIRST = "iso", "dmy", "mdy"
DATE_FORMS = (ISO, DAY_FIRST, MONTH_FIRST)
"""2026-03-02, 02/03/2026 with the day first, 03/02/2026 with the month first."""

NAME_LENGTH = 120
_SHOWN = 40
_ONE_DAY = timedelta(days=1)

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ]\s*(\d{1,2}|[A-Za-z]{3,9})[-/., ]\s*(\d{4})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?\s*([AaPp][Mm])?", re.ASCII)
_ZONE = re.compile(r"(?:[Zz]|([+-])(\d{2}):?(\d{2}))$", re.ASCII)
_MONTHS = (
    ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des"),
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
)
"""By the first three letters, in Indonesian and English."""

OUTCOMES: Mapping[str, Outcome] = MappingProxyType(
    {
        word: outcome
        for outcome, words in (
            (Outcome.SERVED, "served done finished completed complete processed selesai dilayani terlayani"),
            (
                Outcome.ABANDONED,
                "abandoned left cancelled canceled waiting batal dibatalkan pergi ditinggal pulang menunggu",
            ),
            (Outcome.NO_SHOW, "no_show noshow absent unattended missed absen terlewat tidak_hadir tidak_datang"),
        )
        for word in words.split()
    }
)
"""By word, in small letters, with an underscore for a blank or a hyphen."""


class BadCell(Exception):
    """It can't be what it should be. ``message`` is an Indonesian message id, filled from ``params``."""

    def __init__(self, message: str, **params: str | int) -> None:
        super().__init__(message % params)
        self.message = message
        self.params = params


def instant(value: Cell, form: str, day: date | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The instant in UTC that a cell tells; None for an empty one. ``day``: of a cell that tells the time of day alone.

    Without an offset it is local time of ``zone``. Raises BadCell.
    """
    wall = _wall(value, form, day)
    if wall is None:
        return None
    if wall.year < EARLIEST_YEAR:
        raise BadCell(N_("“%(value)s” lebih awal daripada %(year)s"), value=shown(value), year=EARLIEST_YEAR)
    if wall.year > now.year + 1:
        raise BadCell(N_("“%(value)s” belum tiba"), value=shown(value))
    found = (_local(wall, zone, value) if wall.tzinfo is None else wall).astimezone(UTC)
    if found > now:
        raise BadCell(N_("“%(value)s” belum tiba"), value=shown(value))
    return found


def day_of(value: Cell, form: str) -> date | None:
    """The day that a cell tells; None for an empty one. Raises BadCell."""
    match value:
        case None:
            return None
        case datetime():
            return value.date()
        case date():
            return value
        case str():
            text = value.strip()
            if not text:
                return None
            found, rest = _date(text, form)
            if found is not None and not rest.strip(" ,T"):
                return found
            if found is not None and _time(rest.strip(" ,T")) is not None:
                return found
    raise BadCell(N_("“%(value)s” bukan tanggal"), value=shown(value))


def outcome(value: Cell) -> Outcome | None:
    """Raises BadCell for a word that is not known."""
    word = name(value).casefold().replace("-", "_").replace(" ", "_")
    if not word:
        return None
    found = OUTCOMES.get(word)
    if found is None:
        raise BadCell(
            N_("hasil “%(value)s” tidak dikenal; pakai selesai (served), batal (abandoned) atau tidak hadir (no_show)"),
            value=shown(value),
        )
    return found


def name(value: Cell) -> str:
    """A cell's text: of a whole number without a point, in one line, empty for an empty cell. Raises BadCell."""
    match value:
        case None:
            return ""
        case bool() | date() | time() | timedelta():
            raise BadCell(N_("“%(value)s” bukan nama"), value=shown(value))
        case float() if value.is_integer():
            return str(int(value))
    text = " ".join(str(value).split())
    if not text.isprintable():
        raise BadCell(N_("berisi tanda yang tidak dapat ditampilkan"))
    if len(text) > NAME_LENGTH:
        raise BadCell(N_("terdiri dari %(count)s huruf; paling banyak %(most)s"), count=len(text), most=NAME_LENGTH)
    return text


def shown(value: Cell) -> str:
    """A cell in short, for a person."""
    text = value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)
    printable = "".join(c if c.isprintable() else "?" for c in text[: _SHOWN + 1])
    return printable if len(printable) <= _SHOWN else f"{printable[:_SHOWN]}…"


def _wall(value: Cell, form: str, day: date | None) -> datetime | None:
    """With its offset where one is written."""
    match value:
        case None:
            return None
        case datetime():
            return value.replace(microsecond=0)
        case date():
            raise BadCell(N_("“%(value)s” adalah tanggal tanpa jam"), value=shown(value))
        case time():
            return _on(day, value.replace(microsecond=0), value)
        case timedelta():
            if not timedelta(0) <= value < _ONE_DAY:
                raise BadCell(N_("“%(value)s” adalah lama waktu, bukan jam"), value=shown(value))
            return _on(day, _clock(value), value)
        case int() | float():
            raise BadCell(
                N_("“%(value)s” adalah angka, bukan waktu; beri kolom ini format tanggal dan jam"), value=shown(value)
            )
        case str():
            return _text(value.strip(), form, day)
    raise BadCell(N_("“%(value)s” bukan waktu"), value=shown(value))


def _clock(since_midnight: timedelta) -> time:
    seconds = int(since_midnight.total_seconds())
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def _text(text: str, form: str, day: date | None) -> datetime | None:
    if not text:
        return None
    found, rest = _date(text, form)
    offset = _ZONE.search(rest)
    clock = _time((rest[: offset.start()] if offset else rest).strip(" ,Tt"))
    if clock is None:
        if found is not None and not rest.strip(" ,Tt"):
            raise BadCell(N_("“%(value)s” adalah tanggal tanpa jam"), value=shown(text))
        raise BadCell(N_("“%(value)s” bukan waktu"), value=shown(text))
    if found is None:
        return _on(day, clock, text)
    return datetime.fromisoformat(f"{found}T{clock}{_offset(offset)}")


def _offset(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    return f"{found[1]}{found[2]}:{found[3]}" if found[1] and int(found[2]) < 24 and int(found[3]) < 60 else "+00:00"


def _date(text: str, form: str) -> tuple[date | None, str]:
    """The date that a text begins with, and the rest of it; a year first is always understood."""
    if found := _YEAR_FIRST.match(text):
        return _made(text, int(found[1]), found[2], found[3]), text[found.end() :]
    if found := _YEAR_LAST.match(text):
        first, second = (found[1], found[2]) if form != MONTH_FIRST or not found[2].isdigit() else (found[2], found[1])
        if form == ISO and second.isdigit():
            raise BadCell(
                N_("“%(value)s” tidak dimulai dengan tahun; pilih bentuk tanggal yang lain"), value=shown(text)
            )
        return _made(text, int(found[3]), second, first), text[found.end() :]
    return None, text


def _made(text: str, year: int, month: str, day: str) -> date:
    number = int(month) if month.isdigit() else _month(month[:3].casefold())
    try:
        return date(year, number, int(day))
    except ValueError as error:
        raise BadCell(N_("“%(value)s” tidak ada di kalender"), value=shown(text)) from error


def _month(short: str) -> int:
    """0 for none."""
    return next((names.index(short) + 1 for names in _MONTHS if short in names), 0)


def _time(text: str) -> time | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, half = int(found[1]), (found[4] or "").casefold()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, int(found[2]), int(found[3] or 0))
    except ValueError:
        return None


def _on(day: date | None, clock: time, value: Cell) -> datetime:
    if day is None:
        raise BadCell(N_("“%(value)s” adalah jam tanpa tanggal; pilih juga kolom tanggal"), value=shown(value))
    return datetime.combine(day, clock)


def _local(wall: datetime, zone: ZoneInfo, value: Cell) -> datetime:
    first, second = wall.replace(tzinfo=zone), wall.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    raise BadCell(
        N_("“%(value)s” tidak ada atau ada dua kali di zona %(zone)s: jam diubah"), value=shown(value), zone=zone.key
    )

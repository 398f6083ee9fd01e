"""The contract's CSV of past records, checked row by row: what can be right is a ``PastRecord``, the rest is named.

One line of the file is one record: no column may hold a line break, so a forgotten quotation mark spoils its own line
and not all that follow, and every reason can name a line. Pure: no database, no clock.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

COLUMNS = ("arrival_ts", "service_start_ts", "service_end_ts", "server_id", "service_type", "outcome")

SERVICE_LENGTH = 40
SERVER_LENGTH = 60
LINE_BYTES = 2_000
EARLIEST_YEAR = 1970

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?(?P<zone>[Zz]|[+-]\d{2}:\d{2})?", re.ASCII)


class Outcome(StrEnum):
    SERVED = "served"
    ABANDONED = "abandoned"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True)
class PastRecord:
    """A good row. Instants are UTC and in order; ``server`` is None where nobody was recorded.

    ``served``: start and end are known. ``abandoned``: no start; the end is when the citizen left, None if unknown.
    ``no_show``: at least one of start (the call) and end is known. Other sources know more, or less: when and to which
    counter they were called, how long they were parked meanwhile; ``untimed``: served, but nobody wrote down the end.
    """

    line: int
    arrived_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    server: str | None
    service: str
    outcome: Outcome
    called_at: datetime | None = None
    counter: str | None = None
    holds: tuple[tuple[datetime, datetime], ...] = ()
    untimed: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be right, by its line in the file (the header is line 1), and why."""

    line: int
    reason: str


class UnreadableFile(Exception):
    """The file as a whole is not such a CSV; the text says what is missing."""


class _BadRow(Exception):
    pass


def read(path: Path, zone: ZoneInfo, now: datetime) -> Iterator[PastRecord | Refused]:
    """Every row of the file in order. Times without an offset are local times of ``zone``; none may be after ``now``.

    Empty lines at the very end are no rows. Raises UnreadableFile, and OSError when the file can't be read.
    """
    with path.open("rb") as file:
        lines = _lines(file)
        columns = _columns(next(lines, (1, b""))[1])
        empty: list[int] = []
        for number, line in lines:
            if not line.strip():
                empty.append(number)
                continue
            yield from (Refused(blank, "the line is empty") for blank in empty)
            empty.clear()
            try:
                yield _record(number, _cells(line, columns), zone, now)
            except _BadRow as bad:
                yield Refused(number, str(bad))


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines without their ends; of an over-long one only a part, so that it can't fill the memory."""
    number = 0
    while line := file.readline(LINE_BYTES + 2):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(1 << 16)):
            pass
        yield number, line.rstrip(b"\r\n")


def _columns(header: bytes) -> tuple[str, ...]:
    try:
        text = header.decode("utf-8-sig")
        names = tuple(name.strip().lower() for name in next(csv.reader([text], strict=True), []))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(
            "the first line can't be read: the file must be CSV in UTF-8, separated by commas"
        ) from error
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        hint = " (it is separated by semicolons: save it again with commas)" if ";" in text else ""
        raise UnreadableFile(f"the first line must name the columns; missing: {', '.join(missing)}{hint}")
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise UnreadableFile(f"the first line names a column twice: {', '.join(twice)}")
    return names


def _cells(line: bytes, columns: Sequence[str]) -> Mapping[str, str]:
    if len(line) > LINE_BYTES:
        raise _BadRow(f"the line is longer than {LINE_BYTES} bytes")
    try:
        text = line.decode("utf-8")
        cells = next(csv.reader([text], strict=True))
    except UnicodeDecodeError as error:
        raise _BadRow("the line is not UTF-8 text") from error
    except csv.Error as error:
        raise _BadRow(f"the line is not CSV: {error}") from error
    if len(cells) != len(columns):
        raise _BadRow(f"the line has {len(cells)} cells instead of {len(columns)}")
    if not text.isprintable():
        raise _BadRow("the line holds a control character")
    return dict(zip(columns, map(str.strip, cells), strict=True))


def _record(number: int, cells: Mapping[str, str], zone: ZoneInfo, now: datetime) -> PastRecord:
    arrived_at, started_at, ended_at = (_instant(name, cells[name], zone, now) for name in COLUMNS[:3])
    outcome = _outcome(cells["outcome"])
    if arrived_at is None:
        raise _BadRow("arrival_ts is empty")
    _require_times(outcome, started_at, ended_at)
    _require_order(arrived_at, started_at, ended_at)
    service, server = cells["service_type"], cells["server_id"]
    if not service:
        raise _BadRow("service_type is empty")
    _require_short("service_type", service, SERVICE_LENGTH)
    _require_short("server_id", server, SERVER_LENGTH)
    return PastRecord(number, arrived_at, started_at, ended_at, server or None, service, outcome)


def _instant(column: str, text: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The instant in UTC; None for an empty cell."""
    if not text:
        return None
    found = _TIME.fullmatch(text)
    try:
        parsed = datetime.fromisoformat(text.upper()) if found else None
    except ValueError:
        parsed = None
    if parsed is None:
        raise _BadRow(f"{column} {text[:40]!r} is not a time like 2026-03-02 09:00:00 or 2026-03-02T09:00:00+07:00")
    # By the year first: the first and the last hours of the calendar have no UTC in some zones.
    if parsed.year < EARLIEST_YEAR:
        raise _BadRow(f"{column} {text!r} lies before {EARLIEST_YEAR}")
    if parsed.year > now.year + 1:
        raise _BadRow(f"{column} {text!r} lies in the future")
    instant = (_local(column, parsed, zone) if parsed.tzinfo is None else parsed).astimezone(UTC)
    if instant > now:
        raise _BadRow(f"{column} {text!r} lies in the future")
    return instant


def _local(column: str, wall: datetime, zone: ZoneInfo) -> datetime:
    first, second = wall.replace(tzinfo=zone), wall.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    # Where the clocks go forward, the earlier reading has the smaller offset; where they go back, the larger.
    before, after = first.utcoffset(), second.utcoffset()
    if before is not None and after is not None and before < after:
        raise _BadRow(f"{column} {wall} did not exist in {zone.key}: the clocks were put forward")
    raise _BadRow(f"{column} {wall} came twice in {zone.key}: the clocks were put back; give it with its offset")


def _outcome(text: str) -> Outcome:
    try:
        return Outcome(text.lower().replace("-", "_"))
    except ValueError as error:
        known = ", ".join(Outcome)
        raise _BadRow(f"outcome {text[:40]!r} is not known; it is one of: {known}") from error


def _require_times(outcome: Outcome, started_at: datetime | None, ended_at: datetime | None) -> None:
    if outcome is Outcome.SERVED:
        for name, value in (("service_start_ts", started_at), ("service_end_ts", ended_at)):
            if value is None:
                raise _BadRow(f"outcome is served, but {name} is empty")
    if outcome is Outcome.ABANDONED and started_at is not None:
        raise _BadRow("outcome is abandoned, but service_start_ts says that a service began")
    if outcome is Outcome.NO_SHOW and started_at is None and ended_at is None:
        raise _BadRow("outcome is no_show, but neither service_start_ts nor service_end_ts says when they were called")


def _require_order(arrived_at: datetime, started_at: datetime | None, ended_at: datetime | None) -> None:
    if started_at is not None and started_at < arrived_at:
        raise _BadRow("service_start_ts lies before arrival_ts")
    if ended_at is not None and ended_at < (started_at or arrived_at):
        raise _BadRow(f"service_end_ts lies before {'service_start_ts' if started_at else 'arrival_ts'}")


def _require_short(column: str, text: str, length: int) -> None:
    if len(text) > length:
        raise _BadRow(f"{column} has {len(text)} letters; at most {length} are allowed")

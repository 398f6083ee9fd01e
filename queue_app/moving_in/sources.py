"""What was given, whatever kind it is: its first rows, its names, its records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from queue_app.errors import N_
from queue_app.history_csv import PastRecord
from queue_app.models import SourceKind
from queue_app.moving_in import cells, delimited, fqm, tabular, theq, workbook
from queue_app.moving_in.columns import HEADER_WITHIN, guess
from queue_app.moving_in.plan import Plan
from queue_app.moving_in.rows import Peek, Raw, RowError, UnreadableSource

TABULAR = frozenset({SourceKind.CSV, SourceKind.XLSX})
_PEEKED = HEADER_WITHIN + 5


@dataclass(frozen=True, slots=True)
class Source:
    """A file (``path``) or a database (``url``) of a kind."""

    kind: SourceKind
    path: Path | None = None
    url: str = ""

    @property
    def file(self) -> Path:
        if self.path is None:
            raise ValueError(f"{self.kind} comes as a file")
        return self.path


def tables(source: Source) -> Sequence[str]:
    """The sheets of a workbook, the offices of The Q; of others one without a name. Raises UnreadableSource."""
    match source.kind:
        case SourceKind.XLSX:
            return workbook.sheets(source.file)
        case SourceKind.THEQ:
            return theq.offices(source.url)
    return ("",)


def peek(source: Source, table: str) -> Peek:
    """The first rows of a table; of a foreign database none. Raises UnreadableSource."""
    if source.kind not in TABULAR:
        return Peek(table, ())
    found: list[list[str]] = []
    for raw in islice(_rows(source, table), _PEEKED):
        # A row that is empty stays where it is, so that the place of the heading is its number in the table.
        found += [[]] * min(raw.number - 1 - len(found), _PEEKED)
        found.append(["" if cell is None else cells.shown(cell) for cell in raw.cells])
    return Peek(table, found[:_PEEKED])


def first_plan(source: Source, table: str, rows: Sequence[Sequence[str]], zone: str) -> Plan:
    """What can be guessed: of a table from its headings; foreign databases keep their times in UTC."""
    if source.kind not in TABULAR:
        return Plan(table=table, zone="UTC", dates=cells.ISO)
    place, columns = guess(rows)
    return Plan(table=table, header=place + 1, columns=columns, zone=zone)


def begun(source: Source, zone: str) -> Plan:
    """What can be guessed of a file that was just given. Raises UnreadableSource."""
    found = tables(source)
    if not found:
        raise UnreadableSource(N_("Berkas ini tidak punya lembar."))
    peeked = peek(source, found[0])
    if source.kind in TABULAR and not peeked.rows:
        raise UnreadableSource(N_("Berkas ini kosong."))
    names(source, Plan())  # whether it is what it was said to be
    return first_plan(source, found[0], peeked.rows, zone)


def names(source: Source, plan: Plan) -> dict[str, Sequence[str]]:
    """What a foreign database has by name, also where no visit is of it. Raises UnreadableSource."""
    match source.kind:
        case SourceKind.FQM:
            return fqm.names(source.file)
        case SourceKind.THEQ:
            return theq.names(source.url, plan.table)
    return {}


def records(source: Source, plan: Plan, now: datetime) -> Iterator[PastRecord | RowError]:
    """All of it, in its order. Raises UnreadableSource, and OSError."""
    match source.kind:
        case SourceKind.FQM:
            return fqm.records(source.file, plan, now)
        case SourceKind.THEQ:
            return theq.records(source.url, plan, now)
    return tabular.records(_rows(source, plan.table), plan, now)


def _rows(source: Source, table: str) -> Iterator[Raw]:
    return delimited.read(source.file) if source.kind is SourceKind.CSV else workbook.read(source.file, table)

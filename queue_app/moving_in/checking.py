"""The dry run: all of a source is read, nothing is written, and every row that can't be brought in is named."""

import json
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from metrics.periods import day_of
from queue_app import history_import
from queue_app.database import Database
from queue_app.errors import N_
from queue_app.history_csv import PastRecord
from queue_app.models import Office
from queue_app.moving_in import sources
from queue_app.moving_in.plan import Plan
from queue_app.moving_in.rows import RowError, UnreadableSource
from queue_app.moving_in.sources import Source

MOST_NAMES = 300
"""Of services, of officers and of counters: a column with more is another one."""

SHOWN_ERRORS = 20
_AT_ONCE = 2_000

NAMED = ("services", "officers", "counters")
_ATTRIBUTES = {"services": "service", "officers": "server", "counters": "counter"}

Progress = Callable[[int], None]
"""Told how many rows were dealt with since it was last told."""


def check(
    database: Database, office_id: int, source: Source, plan: Plan, now: datetime, errors: Path, progress: Progress
) -> dict[str, Any]:
    """What a source holds, for people and for ``PastImport.found``; all errors go to the file ``errors``.

    ``good``, ``bad``: rows; ``present``: good ones that were brought in before; ``outcomes``: good ones by outcome;
    ``untimed``: served ones without an end; ``services``, ``officers``, ``counters``: good ones by the source's name;
    ``first``, ``last``: days of arrival; ``errors``: the first few. Raises UnreadableSource, and OSError.
    """
    with database.read() as session:
        zone = session.get_one(Office, office_id).zone
    named = {kind: Tally(dict.fromkeys(found, 0)) for kind, found in sources.names(source, plan).items()}
    tallies = {kind: named.get(kind, Tally()) for kind in NAMED}
    outcomes: Tally[str] = Tally()
    named_errors = _Errors()
    good = present = untimed = 0
    first = last = None
    part = errors.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        found = named_errors.sorted_out(sources.records(source, plan, now), file)
        for batch in _batches(history_import.with_keys(found, office_id)):
            good += len(batch)
            for _, record in batch:
                _count(record, tallies, outcomes)
                untimed += record.untimed
                day = day_of(record.arrived_at, zone)
                first, last = min(first or day, day), max(last or day, day)
            with database.read() as session:
                present += len(history_import.present(session, [key for key, _ in batch]))
            progress(len(batch))
    part.replace(errors)
    return {
        "good": good,
        "bad": named_errors.count,
        "present": present,
        "untimed": untimed,
        "outcomes": dict(outcomes),
        **{kind: dict(tally) for kind, tally in tallies.items()},
        "first": first and first.isoformat(),
        "last": last and last.isoformat(),
        "errors": named_errors.first,
    }


def errors_of(path: Path) -> Iterator[RowError]:
    """All that ``check`` named, in the order of rows."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield RowError(**json.loads(line))


def as_stored(error: RowError) -> dict[str, Any]:
    return {"row": error.row, "column": error.column, "message": error.message, "params": dict(error.params)}


class _Errors:
    """Rows that can't be brought in, written down one after the other; how many, and the first few."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[dict[str, Any]] = []

    def sorted_out(self, found: Iterable[PastRecord | RowError], file: IO[str]) -> Iterator[PastRecord]:
        """The good ones."""
        for one in found:
            if isinstance(one, PastRecord):
                yield one
                continue
            stored = as_stored(one)
            file.write(json.dumps(stored, ensure_ascii=False) + "\n")
            self.count += 1
            if len(self.first) < SHOWN_ERRORS:
                self.first.append(stored)


def _count(record: PastRecord, tallies: Mapping[str, Tally[str]], outcomes: Tally[str]) -> None:
    outcomes[record.outcome.value] += 1
    for kind, tally in tallies.items():
        name = getattr(record, _ATTRIBUTES[kind])
        if name:
            tally[name] += 1
            if len(tally) > MOST_NAMES:
                raise UnreadableSource(
                    N_("Terlalu banyak nama yang berbeda (lebih dari %(most)s), misalnya “%(name)s”: salah kolom?"),
                    most=MOST_NAMES,
                    name=name[:40],
                )


def _batches(rows: Iterator[tuple[str, PastRecord]]) -> Iterator[Sequence[tuple[str, PastRecord]]]:
    batch: list[tuple[str, PastRecord]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch

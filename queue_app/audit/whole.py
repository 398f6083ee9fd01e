"""An office's log of moves from its first row to its last: rows of its months, and packed ones (``archived``)."""

import zlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from queue_app.archived import runs
from queue_app.archived.packing import Packed
from queue_app.audit.chain import START, digest_of_text
from queue_app.models import ArchivedRun, Event, Office

UNREADABLE = "unreadable"
"""In place of the digest of a row that was changed to what no program reads."""

CANNOT_READ = (ValueError, LookupError, TypeError)

Row = dict[str, Any]


def rows(
    session: Session, office: Office, live: Iterator[Row], seq: int = 0, digest: str = START
) -> Iterator[tuple[Row, ArchivedRun | None]]:
    """``live`` in the order of its numbers, and packed rows where a number is missing, with the run that they end;
    from the row on that follows on number ``seq`` with ``digest``.

    A packed row has the digest that follows from the row before it, the last of a run the one that was written down
    when its month was archived.
    """
    packed, ends = runs.Numbered(session, office.id), runs.ends(session, office.id)
    for row in live:
        yield from _packed(packed, ends, seq, digest, row["seq"])
        yield row, None
        seq, digest = row["seq"], row["digest"]
    yield from _packed(packed, ends, seq, digest, office.version + 1)


def _packed(
    packed: runs.Numbered, ends: Mapping[int, ArchivedRun], seq: int, digest: str, before: int
) -> Iterator[tuple[Row, ArchivedRun | None]]:
    """Those after row ``seq``, as far as there are some in a row."""
    for number in range(seq + 1, before):
        try:
            row = packed.row(number)
            if row is None:
                return
            values, digest = row.values, digest_of_text(Event.__tablename__, digest, row.text)
        except (*CANNOT_READ, zlib.error):
            yield {"seq": number, "digest": UNREADABLE}, None
            return
        run = ends.get(number)
        digest = run.digest if run else digest
        yield {**values, "digest": digest}, run


def runs_that_hold(session: Session, office_id: int, numbers: Collection[int]) -> Mapping[int, bool]:
    """For each number of a packed row, whether the rows of its run lead to the digest that was written down."""
    known: dict[int, bool] = {}
    found = {}
    for number in numbers:
        run = runs.around(session, office_id, number)
        if run is None:
            found[number] = False
            continue
        if run.last_seq not in known:
            known[run.last_seq] = holds(run, runs.of_month(session, office_id, run.month))
        found[number] = known[run.last_seq]
    return found


def holds(run: ArchivedRun, packed: Mapping[int, Packed]) -> bool:
    try:
        *_, (_, digest) = digests(run, packed)
    except LookupError:
        return False
    return digest == run.digest


def digests(run: ArchivedRun, packed: Mapping[int, Packed]) -> Iterator[tuple[int, str]]:
    """The digests of a run's rows, by number. Raises KeyError when one is missing."""
    digest = run.before
    for seq in range(run.first_seq, run.last_seq + 1):
        digest = digest_of_text(Event.__tablename__, digest, packed[seq].text)
        yield seq, digest

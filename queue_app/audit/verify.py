"""Checks the chains: whether every row of the logs is as it was written, and none was removed or slipped in.

One pass over each log of an office, in one consistent view; or in parts, of which each goes on from the digest that the
one before came to. The pass also gives the anchors: the number and digest of the last row of each local day. Whoever
keeps them elsewhere notices what the database alone cannot show: a chain that was written anew from some row on, or cut
off at its end.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Column, Select, select, tuple_
from sqlalchemy.orm import Session

from metrics.periods import day_of
from queue_app.audit import whole
from queue_app.audit.chain import LOGS, START, digest_of
from queue_app.audit.whole import CANNOT_READ, UNREADABLE
from queue_app.database import Base
from queue_app.models import ArchivedRun, ChainHead, Event, Office

_AT_ONCE = 2000

NAMES = {
    "event": "moves",
    "complaint_entry": "complaints",
    "dialogue_entry": "dialogues",
    "intervention_entry": "interventions",
    "configuration_change": "configuration",
    "privacy_deed": "privacy",
}
"""What the logs are called for people and in anchors, by table."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last row of a local day in an office's log."""

    office: str
    log: str
    day: date
    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class Breach:
    """The first row at which a chain does not hold; ``why`` in English, for the command line and the auditor."""

    office: str
    log: str
    seq: int
    why: str


@dataclass(slots=True)
class Checked:
    """An office's log so far as it was checked: so many ``rows``, ``digest`` of the last of them. ``breach`` None: they
    hold. ``ended``: nothing of it is left to be checked."""

    office: str
    log: str
    rows: int = 0
    digest: str = START
    breach: Breach | None = None
    ended: bool = False
    anchors: dict[date, Anchor] = field(default_factory=dict)


Known = Mapping[tuple[str, str], Sequence[Anchor]]
"""Anchors that were kept elsewhere, by office and log."""


def check(session: Session, office: Office, known: Known | None = None) -> list[Checked]:
    """Check all logs of an office, and whether they still have the rows that ``known`` anchors name."""
    checked = unchecked(office)
    for log, found in zip(LOGS, checked, strict=True):
        _check(session, office, log, found, (known or {}).get((office.slug, found.log), ()))
    return checked


def unchecked(office: Office) -> list[Checked]:
    """The office's logs before the check of their first rows."""
    return [Checked(office.slug, NAMES[log.__tablename__]) for log in LOGS]


def check_part(session: Session, office: Office, checked: Sequence[Checked], most: int) -> None:
    """Go on with a check: with ``most`` further rows, or to the end."""
    left = most
    for log, found in zip(LOGS, checked, strict=True):
        if not found.ended and left > 0:
            before = found.rows
            _check(session, office, log, found, (), left)
            left -= found.rows - before


def length(session: Session, office: Office) -> int:
    """How many rows were written in all logs of the office."""
    return sum(_end(session, office, log)[0] for log in LOGS)


def _check(
    session: Session,
    office: Office,
    log: type[Base],
    found: Checked,
    known: Sequence[Anchor],
    most: int | None = None,
) -> None:
    kept = {anchor.seq: anchor for anchor in known}
    count = 0
    for row, run in islice(_further(session, office, log, found), most):
        seq, digest = row["seq"], row["digest"]
        found.breach = _of_row(found, log, row, run) or _of_anchor(found, kept.pop(seq, None), digest)
        if found.breach is not None:
            found.ended = True
            return
        found.rows, found.digest = seq, digest
        day = day_of(row["at"], office.zone)
        found.anchors[day] = Anchor(office.slug, found.log, day, seq, digest)
        count += 1
    if count == most:
        return
    found.breach = _of_end(found, *_end(session, office, log)) or _of_missing(found, kept)
    found.ended = True


def _further(
    session: Session, office: Office, log: type[Base], found: Checked
) -> Iterator[tuple[dict[str, Any], ArchivedRun | None]]:
    """What follows on the rows that were checked. The last of those is read again, for another of its number may stand
    beside it."""
    live = _rows(session, office, log, found.rows)
    rows: Iterable[tuple[dict[str, Any], ArchivedRun | None]]
    rows = (
        whole.rows(session, office, live, found.rows, found.digest) if log is Event else ((row, None) for row in live)
    )
    last = (found.rows, found.digest) if found.rows else None
    for row, run in rows:
        if (row["seq"], row["digest"]) == last:
            last = None
            continue
        yield row, run


def _rows(session: Session, office: Office, log: type[Base], first: int) -> Iterator[dict[str, Any]]:
    """The rows from number ``first`` on in order, part by part; of one that was changed to what no program reads only
    its number."""
    columns = log.metadata.tables[log.__tablename__].c
    rows = select(*columns).where(columns.office_id == office.id).order_by(columns.seq, columns.id).limit(_AT_ONCE)
    part = rows.where(columns.seq >= first) if first else rows
    while found := _read(session, part, columns.id):
        yield from found
        part = rows.where(tuple_(columns.seq, columns.id) > (found[-1]["seq"], found[-1]["id"]))


def _read(session: Session, part: Select[Any], key: Column[Any]) -> list[dict[str, Any]]:
    try:
        found = session.execute(part)
        names = tuple(found.keys())
        return [dict(zip(names, row, strict=True)) for row in found]
    except CANNOT_READ:
        return list(_one_by_one(session, part, key))


def _one_by_one(session: Session, part: Select[Any], key: Column[Any]) -> Iterator[dict[str, Any]]:
    """The same rows, with those that cannot be read told from the others."""
    for row_id, seq in session.execute(part.with_only_columns(key, key.table.c.seq)).all():
        try:
            yield dict(session.execute(part.where(key == row_id)).mappings().one())
        except CANNOT_READ:
            yield {"id": row_id, "seq": seq, "digest": UNREADABLE}


def _of_row(found: Checked, log: type[Base], row: dict[str, Any], run: ArchivedRun | None) -> Breach | None:
    expected, seq = found.rows + 1, row["seq"]
    if seq > expected:
        missing = str(expected) if seq == expected + 1 else f"{expected} to {seq - 1}"
        return Breach(found.office, found.log, expected, f"removed: row {missing} is missing")
    if seq < expected:
        return Breach(found.office, found.log, seq, "inserted: its number was never given or is there twice")
    if row["digest"] == "":
        return Breach(found.office, found.log, seq, "inserted: it has no digest, so this program did not write it")
    if row["digest"] == UNREADABLE:
        return Breach(found.office, found.log, seq, "edited: it holds what no program writes")
    if row["digest"] != digest_of(log.__tablename__, found.digest, row):
        return _other(found, seq, run)
    return None


def _other(found: Checked, seq: int, run: ArchivedRun | None) -> Breach:
    if run is not None:
        why = f"edited: one of the archived rows {run.first_seq} to {run.last_seq} of {run.month} is another"
        return Breach(found.office, found.log, run.first_seq, why)
    why = "edited or inserted: its digest does not fit its content and the row before it"
    return Breach(found.office, found.log, seq, why)


def _of_anchor(found: Checked, anchor: Anchor | None, digest: str) -> Breach | None:
    if anchor is None or anchor.digest == digest:
        return None
    why = f"rewritten: the anchor of {anchor.day} names another digest; a row up to this one is not what it was"
    return Breach(found.office, found.log, anchor.seq, why)


def _of_missing(found: Checked, kept: Mapping[int, Anchor]) -> Breach | None:
    """Anchors beyond the last row."""
    if not kept:
        return None
    first = kept[min(kept)]
    why = f"cut off: the anchor of {first.day} names row {first.seq}, and the log ends with row {found.rows}"
    return Breach(found.office, found.log, found.rows + 1, why)


def _end(session: Session, office: Office, log: type[Base]) -> tuple[int, str | None]:
    """The number of rows that were written, and the last one's digest where it is kept apart."""
    if log is Event:
        return session.scalars(select(Office.version).where(Office.id == office.id)).one(), None
    head = session.get(ChainHead, (office.id, log.__tablename__), populate_existing=True)
    return (head.seq, head.digest) if head else (0, START)


def _of_end(found: Checked, seq: int, digest: str | None) -> Breach | None:
    if seq > found.rows:
        missing = str(seq) if seq == found.rows + 1 else f"{found.rows + 1} to {seq}"
        return Breach(found.office, found.log, found.rows + 1, f"removed: row {missing} at the end is missing")
    if seq < found.rows:
        return Breach(found.office, found.log, seq + 1, f"inserted: only {seq} rows were written")
    if digest is not None and digest != found.digest:
        return Breach(found.office, found.log, seq, "rewritten: the last row is not the one that was written last")
    return None

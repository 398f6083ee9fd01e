"""The chains: how a row of an append-only log becomes a digest, and how a row is added to its chain.

The digest of a row is SHA-256, in hexadecimal, of three lines in UTF-8 with a line feed between them: the name of this
form (``antrean-chain-1``) with the log's name after a space, the digest of the row before (64 zeros before the first),
and the row as a JSON object with sorted keys, no spaces and no letters beyond ASCII. It holds every column that has a
value but ``id`` (a database numbers as it likes) and ``digest``; an instant is written in UTC with six decimals, and a
number without a fraction as a whole one, because PostgreSQL gives it back so. A day is written like ``2026-11-24``.
A column that a later version adds is empty in older rows, and so leaves their digests as they were.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import BindParameter, bindparam, select, update
from sqlalchemy.orm import Session

from queue_app.database import Base, is_alone
from queue_app.models import (
    ArchivedRun,
    ChainHead,
    ComplaintEntry,
    ConfigurationChange,
    DialogueEntry,
    Event,
    InterventionEntry,
    Office,
    PrivacyDeed,
)
from queue_app.prepared import Prepared, together

FORM = "antrean-chain-1"
START = "0" * 64
"""Stands before the first row of a chain."""

LOGS: tuple[type[Base], ...] = (
    Event,
    ComplaintEntry,
    DialogueEntry,
    InterventionEntry,
    ConfigurationChange,
    PrivacyDeed,
)
"""What is chained, by office."""

Entry = ComplaintEntry | DialogueEntry | InterventionEntry | ConfigurationChange | PrivacyDeed
"""A row of a log other than that of moves."""

_NOT_COVERED = frozenset({"id", "digest"})
_AS_THEY_ARE = frozenset({str, int, bool})
_TEXT = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_EVENT = Event.metadata.tables["event"]
_ARCHIVED_DIGEST_OF = Prepared(
    select(ArchivedRun.digest).where(
        ArchivedRun.office_id == bindparam("of_office"), ArchivedRun.last_seq == bindparam("n")
    )
)
"""An office that did nothing since its last month was archived goes on from there."""


def digest_of(log: str, previous: str, row: Mapping[str, Any]) -> str:
    """The digest of a row, given by column, of the log with this table name, after the row with digest ``previous``."""
    return digest_of_text(log, previous, canonical(row))


def digest_of_text(log: str, previous: str, text: str) -> str:
    """The same, for a row that is given as ``canonical`` text."""
    return sha256(f"{FORM} {log}\n{previous}\n{text}".encode()).hexdigest()


def canonical(row: Mapping[str, Any]) -> str:
    """The row as text, the same on every database and in every version."""
    covered = {
        name: value if type(value) in _AS_THEY_ARE else _plain(value)
        for name, value in row.items()
        if value is not None and name not in _NOT_COVERED
    }
    return _TEXT.encode(covered)


_OF_OFFICE: BindParameter[int] = bindparam("of_office")
_COUNT: BindParameter[int] = bindparam("count")
_OFFICE = Office.metadata.tables["office"]
_MORE = update(_OFFICE).where(_OFFICE.c.id == _OF_OFFICE).values(version=_OFFICE.c.version + _COUNT)
_BEFORE = select(_EVENT.c.digest).where(_EVENT.c.office_id == _OF_OFFICE)
_TAKE_ALONE = Prepared(
    _MORE.returning(
        _OFFICE.c.version, _BEFORE.where(_EVENT.c.seq == _OFFICE.c.version - _COUNT).scalar_subquery().label("before")
    )
)
_TAKE = (
    Prepared(_MORE.returning(_OFFICE.c.version)),
    # A statement of its own: one that waited for the office's row cannot see the row of the log that came meanwhile.
    Prepared(
        _BEFORE.where(
            _EVENT.c.seq == select(_OFFICE.c.version - _COUNT).where(_OFFICE.c.id == _OF_OFFICE).scalar_subquery()
        )
    ),
)


def take_events(session: Session, office_id: int, count: int) -> tuple[int, str]:
    """Take the office's next ``count`` numbers of the log of moves, and hold its row: the first of them, and the digest
    of the row before it. In one exchange with the database, for whoever else moves somebody in the office waits from
    here to the commit."""
    asked = {"of_office": office_id, "count": count}
    if is_alone(session):
        last, before = _TAKE_ALONE.one(session, asked)
    else:
        [[(last,)], found] = together(session, _TAKE, asked)
        before = found[0].digest if found else None
    first: int = last - count + 1
    return first, before or _archived_end(session, office_id, first - 1)


def _archived_end(session: Session, office_id: int, seq: int) -> str:
    """The digest of the office's row ``seq`` of the log of moves, which is not in the log."""
    found: str | None = _ARCHIVED_DIGEST_OF.scalar(session, {"of_office": office_id, "n": seq}) if seq else None
    return found or START


def follow(previous: str, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows of the log of moves, each with the digest that it has after the one before it."""
    for row in rows:
        previous = row["digest"] = digest_of("event", previous, row)
        yield row


def append(session: Session, row: Entry) -> None:
    """Add a row to its office's chain; its ``office_id`` is set.

    The office's row is held before the chain's head, as by whoever moves a ticket; so nobody waits in a ring.
    """
    log = row.__tablename__
    session.flush()
    session.execute(select(Office.id).where(Office.id == row.office_id).with_for_update(key_share=True))
    head = session.get(ChainHead, (row.office_id, log), populate_existing=True)
    if head is None:
        head = ChainHead(office_id=row.office_id, log=log, seq=0, digest=START)
        session.add(head)
    head.seq = row.seq = head.seq + 1
    head.digest = row.digest = digest_of(log, head.digest, {c.key: getattr(row, c.key) for c in row.__table__.columns})
    session.add(row)
    session.flush()


def _plain(value: Any) -> Any:
    match value:
        case float() if value.is_integer():
            return int(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case Mapping():
            return {_key(name): _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
    return value


def _key(name: Any) -> str:
    """As JSON writes a name that is no text."""
    return name if isinstance(name, str) else json.dumps(name)

"""READ the legs of days that aren't kept, mostly today: they are remembered as far as the log was read, and what came
since is added, so that who looks again reads the new rows and not those of the whole day.

A ticket's legs follow from its own rows and from the pauses of who served it, so those of all other tickets stay as
they are. What a transaction has written may still come to nothing: whoever can write reads all.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.holds import Pauses
from metrics.visit_table import Words
from queue_app import archived, history
from queue_app.database import only_reads
from queue_app.models import Event, Office, User
from queue_app.visit_days.legs import Columns, columns, joined
from queue_app.visit_days.memory import UNFINISHED

MOST_NEW = 2_000
"""Rows of the log: after more the days are read from their beginning."""


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """The legs by the log up to its row ``seq``."""

    seq: int
    pauses: Pauses
    legs: Columns


def legs(session: Session, office: Office, first: date, last: date) -> Columns:
    """The legs of the tickets of these days, by ticket."""
    if not only_reads(session):
        return from_log(session, office, first, last)
    # Before anything else is read: what comes meanwhile is then read once more the next time.
    seq = session.scalars(select(Office.version).where(Office.id == office.id)).one()
    key = (office.id, office.timezone, first, last)
    before: _Known | None = UNFINISHED.find(session, key)
    if before is not None and 0 <= seq - before.seq <= MOST_NEW:
        pauses = history.pauses_of_days(session, office, first, last)
        changed = _new(session, office, before, seq) | _paused(session, before, pauses)
        now = _Known(seq, pauses, _with(session, office, (first, last), before.legs, changed, pauses))
    else:
        pauses = history.pauses_of_days(session, office, first, last)
        now = _Known(seq, pauses, from_log(session, office, first, last))
    if before is None or before.seq <= seq:
        UNFINISHED.replace(session, key, now)
    return now.legs


def from_log(session: Session, office: Office, first: date, last: date) -> Columns:
    """The same, from the beginning."""
    return columns(history.legs_of_days(session, office, first, last))


def _new(session: Session, office: Office, known: _Known, seq: int) -> set[int]:
    """The tickets of which something was written since."""
    rows = select(Event.ticket_id).where(
        Event.office_id == office.id, Event.seq > known.seq, Event.ticket_id.is_not(None)
    )
    kept = (row.ticket_id for row in archived.numbered(session, office.id, known.seq + 1, seq))
    return {ticket_id for ticket_id in (*session.scalars(rows), *kept) if ticket_id is not None}


def _paused(session: Session, known: _Known, pauses: Pauses) -> set[int]:
    """The tickets served by officers of whose pauses something is known that wasn't, or is otherwise."""
    names = pauses.differing(known.pauses)
    if not names:
        return set()
    officers = session.scalars(select(User.id).where(User.username.in_(names))).all()
    found: list[int] = known.legs["ticket"][np.isin(known.legs["officer_id"], officers)].tolist()
    return set(found)


def _with(
    session: Session, office: Office, days: tuple[date, date], legs: Columns, changed: AbstractSet[int], pauses: Pauses
) -> Columns:
    """The legs, with those of changed tickets as they are now."""
    if not changed:
        return legs
    stay = ~np.isin(legs["ticket"], list(changed))
    found = columns(history.legs_of_some(session, office, *days, changed, pauses))
    return joined([{name: _where(column, stay) for name, column in legs.items()}, found])


def _where(column: Any, stay: Any) -> Any:
    return column.where(stay) if isinstance(column, Words) else column[stay]

"""The place of somebody who has just joined the line, told from the one who joined before.

To foretell a wait takes longer than to give a number, and when many come at once each would be foretold anew. So what
the last one of a service was told is kept by each process, with the log's number of that joining. While the log says
that since then people have only booked and joined, the next one's place is that many further back, and the wait longer
in the same proportion. After ``FRESH``, after a tenth more people, and after anything else in the log or another
setting, it is foretold anew.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Integer, Pool, bindparam, select
from sqlalchemy.orm import Session

from metrics.estimate import stretched
from queue_app import forecast
from queue_app.audit import changes
from queue_app.forecast import Place
from queue_app.lifecycle import Action, TicketState
from queue_app.models import Category, Event, Ticket

FRESH = timedelta(seconds=10)
"""As long as a forecast is kept, see ``waits.engine``."""

_FURTHER = 0.1
_ROWS_READ = 100
_SERVICES_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class _Told:
    """``place`` was foretold at ``made_at``, when the office had so many ``changes`` of its settings; ``position`` is
    that of who has joined last since, as row ``seq`` of the log."""

    place: Place
    made_at: datetime
    changes: int
    position: int
    seq: int


_told: WeakKeyDictionary[Pool, dict[tuple[int, int], _Told]] = WeakKeyDictionary()

_SINCE = (
    select(Event.seq, Event.action, Event.service_id, Event.ticket_id)
    .where(Event.office_id == bindparam("of_office", type_=Integer), Event.seq > bindparam("after", type_=BigInteger))
    .order_by(Event.seq)
    .limit(_ROWS_READ)
)
_STANDS = frozenset({Action.JOIN.value, Action.BOOK.value})
"""What leaves the wait of those in line as it was."""


def place_of(session: Session, ticket: Ticket, now: datetime) -> Place | None:
    """As ``forecast.place_of``; quicker for a ticket that has just joined. Reads the office's version anew."""
    if ticket.state is not TicketState.WAITING:
        return None
    if not _has_just_joined(ticket):
        return _foretold(session, ticket, now)
    of_database = _told.setdefault(session.get_bind().engine.pool, {})
    key = ticket.office_id, ticket.service_id
    changed = changes.count(session, ticket.office_id)
    before = of_database.get(key)
    if before is not None and before.changes == changed and timedelta(0) <= now - before.made_at < FRESH:
        told = _behind(session, ticket, before)
        if told is not None:
            of_database[key] = told
            return _of(told)
    place = _foretold(session, ticket, now)
    if place is not None and place.behind:
        if len(of_database) >= _SERVICES_KEPT:
            of_database.clear()
        of_database[key] = _Told(place, now, changed, place.position, ticket.office.version)
    return place


def _has_just_joined(ticket: Ticket) -> bool:
    """Whether it stands at the end of the line, without anything that sets it apart."""
    return ticket.version == 1 and ticket.category is Category.REGULAR and ticket.slot_start is None


def _foretold(session: Session, ticket: Ticket, now: datetime) -> Place | None:
    session.refresh(ticket.office, ["version"])
    return forecast.place_of(session, ticket, now)


def _behind(session: Session, ticket: Ticket, before: _Told) -> _Told | None:
    """The same for a ticket that has joined after ``before``; None when that says nothing of it any more."""
    rows = session.execute(_SINCE, {"of_office": ticket.office_id, "after": before.seq}).all()
    if len(rows) == _ROWS_READ or any(row.action not in _STANDS for row in rows):
        return None
    own = next((place for place, row in enumerate(rows) if row.ticket_id == ticket.id), None)
    if own is None:
        return None
    joined = [row for row in rows[: own + 1] if row.action == Action.JOIN and row.service_id in before.place.behind]
    position = before.position + len(joined)
    if position > before.place.position * (1 + _FURTHER):
        return None
    return replace(before, position=position, seq=rows[own].seq)


def _of(told: _Told) -> Place:
    estimate = told.place.estimate
    if estimate is not None:
        estimate = stretched(estimate, told.position / told.place.position)
    return replace(told.place, position=told.position, estimate=estimate)

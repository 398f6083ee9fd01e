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
from sqlalchemy.orm.attributes import set_committed_value

from metrics.estimate import stretched
from queue_app import database, forecast, kept_settings
from queue_app.forecast import Place
from queue_app.group_commit import known_in
from queue_app.lifecycle import Action, TicketState
from queue_app.models import Category, Event, Office, Ticket
from queue_app.prepared import Prepared

FRESH = timedelta(seconds=10)
"""As long as a forecast is kept, see ``waits.engine``."""

_FURTHER = 0.1
_ROWS_READ = 100
_SERVICES_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Told:
    """``foretold`` at ``made_at``, when the office's settings had this ``stamp``; ``position`` is that of who has
    joined last since, as row ``seq`` of the log."""

    foretold: Place
    made_at: datetime
    stamp: int | None
    position: int
    seq: int

    @property
    def place(self) -> Place:
        estimate = self.foretold.estimate
        if estimate is not None:
            estimate = stretched(estimate, self.position / self.foretold.position)
        return replace(self.foretold, position=self.position, estimate=estimate)


_told: WeakKeyDictionary[Pool, dict[tuple[str, int, int], Told]] = WeakKeyDictionary()

_SINCE = Prepared(
    select(Event.seq, Event.action, Event.service_id, Event.ticket_id)
    .where(Event.office_id == bindparam("of_office", type_=Integer), Event.seq > bindparam("after", type_=BigInteger))
    .order_by(Event.seq)
    .limit(_ROWS_READ)
)
_VERSION = Prepared(select(Office.version).where(Office.id == bindparam("of_office", type_=Integer)))
_STANDS = frozenset({Action.JOIN.value, Action.BOOK.value})
"""What leaves the wait of those in line as it was."""


def told_at_once(session: Session, ticket: Ticket, now: datetime) -> Told | None:
    """The place of a ticket that joins the line in this very transaction, where the row of the log before its own is
    the last one that is known of: without a question to the database. To be kept (``keep``) once it is committed."""
    seq = next((row.seq for row in database.noted(session) if isinstance(row, Event) and row.ticket_id == ticket.id), 0)
    before = _before(session, ticket, now) if _has_just_joined(ticket) else None
    if before is None or before.seq != seq - 1 or ticket.service_id not in before.foretold.behind:
        return None
    told = _further(before, before.position + 1, seq)
    if told is not None:
        known_in(session)[_key(ticket)] = told  # for who is committed together with it
    return told


def keep(session: Session, ticket: Ticket, told: Told) -> None:
    """The next one to join is told by this."""
    of_database = _told.setdefault(session.get_bind().engine.pool, {})
    if len(of_database) >= _SERVICES_KEPT:
        of_database.clear()
    before = of_database.get(_key(ticket))
    if before is None or before.made_at < told.made_at or before.seq < told.seq:
        of_database[_key(ticket)] = told


def place_of(session: Session, ticket: Ticket, now: datetime) -> Place | None:
    """As ``forecast.place_of``; quicker for a ticket that has just joined. Reads the office's version anew."""
    if ticket.state is not TicketState.WAITING:
        return None
    if not _has_just_joined(ticket):
        return _foretold(session, ticket, now)
    kept_settings.use(session, ticket.office_id)
    before = _before(session, ticket, now)
    told = _behind(session, ticket, before) if before is not None else None
    if told is None:
        place = _foretold(session, ticket, now)
        if place is None or not place.behind:
            return place
        stamp = kept_settings.stamp(session, ticket.office_id)
        told = Told(place, now, stamp, place.position, ticket.office.version)
    keep(session, ticket, told)
    return told.place


def _before(session: Session, ticket: Ticket, now: datetime) -> Told | None:
    """What is known of who joined before, if it is fresh and nothing was set otherwise since."""
    before = known_in(session).get(_key(ticket)) or _told.get(session.get_bind().engine.pool, {}).get(_key(ticket))
    if before is None or before.stamp != kept_settings.stamp(session, ticket.office_id):
        return None
    return before if timedelta(0) <= now - before.made_at < FRESH else None


def _key(ticket: Ticket) -> tuple[str, int, int]:
    return __name__, ticket.office_id, ticket.service_id


def _has_just_joined(ticket: Ticket) -> bool:
    """Whether it stands at the end of the line, without anything that sets it apart."""
    return ticket.version == 1 and ticket.category is Category.REGULAR and ticket.slot_start is None


def _foretold(session: Session, ticket: Ticket, now: datetime) -> Place | None:
    set_committed_value(ticket.office, "version", _VERSION.scalar(session, {"of_office": ticket.office_id}))
    return forecast.place_of(session, ticket, now)


def _behind(session: Session, ticket: Ticket, before: Told) -> Told | None:
    """The same for a ticket that has joined after ``before``; None when that says nothing of it any more."""
    rows = _SINCE.all(session, {"of_office": ticket.office_id, "after": before.seq})
    if len(rows) == _ROWS_READ or any(row.action not in _STANDS for row in rows):
        return None
    own = next((place for place, row in enumerate(rows) if row.ticket_id == ticket.id), None)
    if own is None:
        return None
    joined = [row for row in rows[: own + 1] if row.action == Action.JOIN and row.service_id in before.foretold.behind]
    return _further(before, before.position + len(joined), rows[own].seq)


def _further(before: Told, position: int, seq: int) -> Told | None:
    return (
        replace(before, position=position, seq=seq) if position <= before.foretold.position * (1 + _FURTHER) else None
    )

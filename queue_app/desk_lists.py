"""The lists of a desk: who waits, who is held, who was missed, whom the officer served last. Of each ticket is read
what a list says of it, by statements that are composed once. Reads only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Integer, bindparam, select
from sqlalchemy.orm import Session

from queue_app import claims
from queue_app.course import Course
from queue_app.discipline import waited_s
from queue_app.front_of_line import Front
from queue_app.lifecycle import Outcome, TicketState
from queue_app.models import Category, Office, Service, Ticket, User
from queue_app.prepared import Prepared
from queue_app.scope import ANYBODY, Kept, kept

LISTED = 200
"""How many of those who wait, and of the no-shows, a desk offers to choose from."""

RECENT = 3


class Brief(NamedTuple):
    """What a list says of a ticket. ``officer_name``: of who parked, served or missed it."""

    id: int
    public_id: str
    version: int
    label: str
    state: TicketState
    category: Category
    service: Service
    kept: Kept = ANYBODY
    officer_id: int | None = None
    officer_name: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A ticket in one of the lists. ``seconds``: of waiting, of being held, or of the finished service.

    ``reason`` is what was said at the hold, ``remind_s`` how long after it the desks are reminded. ``flagged``: its
    officer has contested the time.
    """

    ticket: Brief
    seconds: float
    reason: str | None = None
    remind_s: float | None = None
    flagged: bool = False
    outcome: Outcome = Outcome.DONE

    @property
    def is_kept(self) -> bool:
        """Whether it waits for this counter, its pool or its officer alone."""
        return self.ticket.kept != ANYBODY


_BRIEFS = select(
    Ticket.id,
    Ticket.public_id,
    Ticket.version,
    Ticket.label,
    Ticket.state,
    Ticket.category,
    Ticket.service_id,
    Ticket.for_counter_id,
    Ticket.for_officer_id,
    Ticket.for_pool_id,
    Ticket.officer_id,
    User.display_name.label("officer_name"),
).outerjoin(User, User.id == Ticket.officer_id)
_BY_ID = Prepared(_BRIEFS.where(Ticket.id == bindparam("of_ticket", type_=BigInteger)))
_IN_STATE = Prepared(
    _BRIEFS.where(
        Ticket.office_id == bindparam("of_office", type_=Integer),
        Ticket.day == bindparam("of_day"),
        Ticket.state == bindparam("in_state", type_=Ticket.state.type),
    )
    .order_by(Ticket.id.desc())
    .limit(LISTED)
)

Services = Mapping[int, Service]
"""All of the office, by their ids."""


def brief(session: Session, ticket_id: int, services: Services) -> Brief:
    """One ticket of the office."""
    return _handled(_BY_ID.one(session, {"of_ticket": ticket_id}), services)


def in_state(session: Session, office: Office, day: date, state: TicketState, services: Services) -> list[Brief]:
    """The latest of that state, the last issued first."""
    rows = _IN_STATE.all(session, {"of_office": office.id, "of_day": day, "in_state": state})
    return [_handled(row, services) for row in rows]


def waiting(front: Front, services: Services, now: datetime) -> list[Listed]:
    """The first of the line in the published order."""
    found = []
    for one in front.first:
        ticket = _brief(front.rows[one.id], services, TicketState.WAITING)
        found.append(Listed(ticket, waited_s(one.due_at, now)))
    return found


def held(parked: Sequence[Brief], known: Mapping[int, Course], now: datetime) -> list[Listed]:
    """Those on hold, the longest first."""
    return sorted((_held(ticket, known[ticket.id], now) for ticket in parked), key=lambda row: -row.seconds)


def recent(session: Session, latest: Sequence[int], known: Mapping[int, Course], services: Services) -> list[Listed]:
    """Of the tickets of these ids the first few with which it is over."""
    ended = []
    for ticket_id in latest:
        ticket = brief(session, ticket_id, services)
        if ticket.state in (TicketState.SERVED, TicketState.NO_SHOW):
            ended.append(ticket)
        if len(ended) == RECENT:
            break
    flagged = claims.flagged(session, [ticket.id for ticket in ended])
    return [
        Listed(t, known[t.id].served_s, flagged=(t.id, t.version) in flagged, outcome=known[t.id].outcome)
        for t in ended
    ]


def within_grace(gone: Sequence[Brief], known: Mapping[int, Course], office: Office, now: datetime) -> list[Listed]:
    """Those marked as not there who may still come back to their old place, the latest first."""
    rows = []
    for ticket in gone:
        since = now - (known[ticket.id].ended_at or now)
        if since <= timedelta(minutes=office.grace_minutes):
            rows.append(Listed(ticket, since.total_seconds()))
    return sorted(rows, key=lambda row: row.seconds)


def _held(ticket: Brief, course: Course, now: datetime) -> Listed:
    seconds = (now - course.held_at).total_seconds() if course.held_at else 0.0
    remind_s = (course.remind_at - course.held_at).total_seconds() if course.remind_at and course.held_at else None
    return Listed(ticket, seconds, course.hold_reason, remind_s)


def _handled(row: Any, services: Services) -> Brief:
    return _brief(row, services, row.state)._replace(officer_id=row.officer_id, officer_name=row.officer_name)


def _brief(row: Any, services: Services, state: TicketState) -> Brief:
    return Brief(
        id=row.id,
        public_id=row.public_id,
        version=row.version,
        label=row.label,
        state=state,
        category=row.category,
        service=services[row.service_id],
        kept=kept(row),
    )

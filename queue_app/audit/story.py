"""A visit as one story: its moves, what was foretold and told, and that somebody complained; nothing of who it was."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from queue_app import archived
from queue_app.archived import runs
from queue_app.audit import whole
from queue_app.audit.chain import START, digest_of
from queue_app.models import (
    Complaint,
    ComplaintEntry,
    Counter,
    Event,
    Message,
    MessageStatus,
    Office,
    Service,
    Ticket,
    User,
    WaitForecast,
)

MOST = 50
"""Visits that a search shows."""


class Kind(StrEnum):
    MOVE = "move"
    FORECAST = "forecast"
    MESSAGE = "message"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened. ``name``: the action, the message's kind or the complaint's step. ``counter``: its
    number. ``service``: of a move, where the ticket is afterwards. ``seq`` and ``fits``: of a row of the log its
    number, and whether it is as it was written.
    """

    at: datetime
    kind: Kind
    name: str
    facts: Mapping[str, Any]
    counter: int | None = None
    service: Service | None = None
    actor: User | None = None
    officer: User | None = None
    reason: str | None = None
    seq: int | None = None
    fits: bool = True


def find(session: Session, office: Office, wanted: str, day: date | None) -> Sequence[Ticket]:
    """Visits of an office by label (and day) or by public id, the latest first, at most MOST."""
    by_label = Ticket.label == wanted.strip().upper()
    chosen = by_label if day is None else by_label & (Ticket.day == day)
    return session.scalars(
        select(Ticket)
        .where(Ticket.office_id == office.id, chosen | (Ticket.public_id == wanted.strip()))
        .order_by(Ticket.day.desc(), Ticket.id)
        .limit(MOST)
    ).all()


def page(
    session: Session, office: Office, label: str | None, day: date | None, before: int | None, most: int
) -> Sequence[Ticket]:
    """Visits of an office by label, by day or by both, the last that were made first: ``most`` of those from before the
    one numbered ``before``."""
    query = select(Ticket).where(Ticket.office_id == office.id)
    if label is not None:
        query = query.where(Ticket.label == label.strip().upper())
    if day is not None:
        query = query.where(Ticket.day == day)
    if before is not None:
        query = query.where(Ticket.id < before)
    return session.scalars(query.order_by(Ticket.id.desc()).limit(most).options(joinedload(Ticket.service))).all()


def of_id(session: Session, office: Office, public_id: str) -> Ticket | None:
    return session.scalar(select(Ticket).where(Ticket.public_id == public_id, Ticket.office_id == office.id))


def of(session: Session, ticket: Ticket) -> list[Told]:
    """All that happened with a ticket, in order of time."""
    told = [
        *_moves(session, ticket),
        *_forecasts(session, ticket),
        *_messages(session, ticket),
        *_complaints(session, ticket),
    ]
    return sorted(told, key=lambda one: (one.at, one.seq or 0))


def _moves(session: Session, ticket: Ticket) -> Iterator[Told]:
    actor, officer, before = aliased(User), aliased(User), aliased(Event)
    rows = session.execute(
        select(Event, Counter.number, Service, actor, officer, before.digest)
        .outerjoin(Counter, Counter.id == Event.counter_id)
        .outerjoin(Service, Service.id == Event.service_id)
        .outerjoin(actor, actor.id == Event.actor_id)
        .outerjoin(officer, officer.id == Event.officer_id)
        .outerjoin(before, (before.office_id == Event.office_id) & (before.seq == Event.seq - 1))
        .where(Event.ticket_id == ticket.id)
        .order_by(Event.seq)
    )
    columns = Event.__table__.columns.keys()
    seen = set()
    for event, number, service, who, by, previous in rows:
        seen.add(event.seq)
        content = {name: getattr(event, name) for name in columns}
        fits = digest_of("event", previous or _before(session, event), content) == event.digest
        facts = event.data
        yield Told(event.at, Kind.MOVE, event.action, facts, number, service, who, by, event.reason, event.seq, fits)
    yield from (one for one in _archived_moves(session, ticket) if one.seq not in seen)


def _before(session: Session, event: Event) -> str:
    """The digest of the row before one that is the first, or comes after a month that was archived."""
    run = runs.around(session, event.office_id, event.seq - 1)
    return run.digest if run is not None else START


def _archived_moves(session: Session, ticket: Ticket) -> Iterator[Told]:
    """The same of archived rows; whether one fits its whole run says, row by row from the one before it."""
    rows = archived.of_tickets(session, ticket.office_id, [ticket.id])
    holds = whole.runs_that_hold(session, ticket.office_id, [row.seq for row in rows])
    for row in rows:
        yield Told(
            at=row.at,
            kind=Kind.MOVE,
            name=row.action,
            facts=row.data,
            counter=session.scalar(select(Counter.number).where(Counter.id == row.counter_id)),
            service=session.get(Service, row.service_id) if row.service_id else None,
            actor=session.get(User, row.actor_id) if row.actor_id else None,
            officer=session.get(User, row.officer_id) if row.officer_id else None,
            reason=row.reason,
            seq=row.seq,
            fits=holds[row.seq],
        )


def _forecasts(session: Session, ticket: Ticket) -> Iterator[Told]:
    for row in session.scalars(select(WaitForecast).where(WaitForecast.ticket_id == ticket.id)):
        yield Told(row.at, Kind.FORECAST, "", {"low_s": row.low_s, "high_s": row.high_s, "ahead": row.ahead})


def _messages(session: Session, ticket: Ticket) -> Iterator[Told]:
    """What was handed over, or may have been."""
    told = (MessageStatus.SENT, MessageStatus.UNKNOWN, MessageStatus.FAILED)
    for row in session.scalars(select(Message).where(Message.ticket_id == ticket.id, Message.status.in_(told))):
        facts = {"channel": row.channel, "status": row.status}
        yield Told(row.done_at or row.created_at, Kind.MESSAGE, row.kind, facts)


def _complaints(session: Session, ticket: Ticket) -> Iterator[Told]:
    rows = session.execute(
        select(ComplaintEntry, Complaint, User)
        .join(Complaint, Complaint.id == ComplaintEntry.complaint_id)
        .outerjoin(User, User.id == ComplaintEntry.actor_id)
        .where(Complaint.ticket_id == ticket.id)
    )
    for entry, complaint, who in rows:
        yield Told(entry.at, Kind.COMPLAINT, entry.step, {"number": complaint.label}, actor=who)

"""From the log to the outbox: what happened to a ticket whose holder wants to be told.

The log's numbers have no gaps and become visible in order (see docs/design.md), so "everything up to the office's
version" is exactly what has been committed. How far it was read is kept in memory, and in the database whenever
something was found. Reading a stretch again, in another process or after a crash, changes nothing, for the outbox is
unique.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session, aliased

from queue_app.database import Database, insert_or_ignore
from queue_app.lifecycle import Action
from queue_app.messages import contacts, outbox
from queue_app.messages.kinds import KINDS, LONGEST_NEWS, TOLD_OF
from queue_app.messages.outbox import Draft
from queue_app.models import (
    Contact,
    Counter,
    Event,
    LogMark,
    Message,
    MessageKind,
    MessageStatus,
    Office,
    Outcome,
    Standby,
    Ticket,
)

MARK_EVERY = 2000
"""Rows of the log after which the mark is kept though nothing was to be told, so that a start reads little."""


class _News(NamedTuple):
    contact: Contact
    kind: MessageKind
    version: int
    at: datetime
    counter: int | None


# Composed once: they are asked after every number and every call. Of the log's rows (since, version].
_READ = (Event.office_id == bindparam("of_office"), Event.seq > bindparam("since"), Event.seq <= bindparam("version"))
_OF_TICKET = (Ticket.id == Event.ticket_id) & (Ticket.version == Event.ticket_version)
_STILL_OF_USE = (Contact.ended_at.is_(None), Event.at > bindparam("no_news"))

_placed, _wrong = aliased(Standby), aliased(Message)

_PLACED = (
    select(Ticket, Standby.language)
    .join(Event, Event.ticket_id == Ticket.id)
    .join(Standby, (Standby.ticket_id == Ticket.id) & (Standby.outcome == Outcome.PLACED))
    .where(*_READ, Event.action == Action.BOOK.value, Ticket.phone_sealed.is_not(None))
)

_MOVES = (
    select(Contact, Event.action, Ticket.version, Event.at, Counter.number, _placed.id)
    .select_from(Event)
    .join(Ticket, _OF_TICKET)
    .join(Contact, Contact.ticket_id == Ticket.id)
    .outerjoin(Counter, Counter.id == Event.counter_id)
    .outerjoin(_placed, (_placed.ticket_id == Ticket.id) & (_placed.outcome == Outcome.PLACED))
    .where(
        *(*_READ, *_STILL_OF_USE, Event.action.in_([action.value for action in TOLD_OF])),
        (Contact.created_at <= Event.at) | Ticket.id.in_(bindparam("let_in", expanding=True)),
    )
    .order_by(Event.seq, Contact.id)
)

_WRONG = (
    select(Contact, Ticket.version, Event.at, Counter.number)
    .select_from(Event)
    .join(Ticket, _OF_TICKET)
    .join(Contact, Contact.ticket_id == Ticket.id)
    .join(_wrong, (_wrong.contact_id == Contact.id) & (_wrong.kind == MessageKind.MISSED))
    .outerjoin(Counter, Counter.id == Event.counter_id)
    .where(
        *(*_READ, *_STILL_OF_USE),
        *(Event.action == Action.UNDO.value, Event.data["undoes"].as_string() == Action.NO_SHOW.value),
        _wrong.params["version"].as_integer() == Event.ticket_version - 1,
        _wrong.status.not_in((MessageStatus.DROPPED, MessageStatus.FAILED)),
    )
    .order_by(Event.seq, Contact.id)
)


class LogReader:
    """Reads on from where this process stopped. ``phone_channel``: where phone numbers are told; None: nowhere."""

    def __init__(self, database: Database, phone_channel: str | None = None) -> None:
        self._database = database
        self._phone_channel = phone_channel
        self._seen: dict[int, int] = {}

    def read(self, now: datetime) -> int:
        """Queue what is to be told of the moves since the last time; how many messages are new."""
        with self._database.read() as session:
            offices = session.execute(
                select(Office.id, Office.version, func.coalesce(LogMark.seq, 0)).outerjoin(
                    LogMark, LogMark.office_id == Office.id
                )
            ).all()
        return sum(
            self._read_office(office_id, since, mark, version, now)
            for office_id, version, mark in offices
            if version > (since := max(mark, self._seen.get(office_id, 0)))
        )

    def _read_office(self, office_id: int, since: int, mark: int, version: int, now: datetime) -> int:
        with self._database.read() as session:
            placed = self._newly_placed(session, office_id, since, version)
            news = _news(session, office_id, since, version, now)
        if placed:  # their contacts are new; what is news is read again with them
            with self._database.write() as session:
                for ticket, language in placed:
                    contacts.keep_own_phone(session, ticket, str(self._phone_channel), language, now)
            with self._database.read() as session:
                news = _news(session, office_id, since, version, now, let_in=[ticket.id for ticket, _ in placed])
        queued = outbox.queue(self._database, [_draft(office_id, item) for item in news], now)
        if news or version - mark > MARK_EVERY:
            with self._database.write() as session:
                _keep_mark(session, office_id, version)
        self._seen[office_id] = version
        return queued

    def _newly_placed(self, session: Session, office_id: int, since: int, version: int) -> Sequence[tuple[Ticket, str]]:
        """Tickets that came from the waiting list by themselves, with the language they were waited for in: no page was
        there to agree on how to tell."""
        if self._phone_channel is None:
            return []
        rows = session.execute(_PLACED, {"of_office": office_id, "since": since, "version": version})
        return [(ticket, language) for ticket, language in rows]


def _news(
    session: Session, office_id: int, since: int, version: int, now: datetime, let_in: Sequence[int] = ()
) -> list[_News]:
    """The latest moves of tickets that have a contact, which was there at the time (or the ticket is in ``let_in``)."""
    asked = {**_stretch(office_id, since, version, now), "let_in": let_in}
    news = [
        _News(contact, _kind(Action(action), placed_id is not None), ticket_version, at, counter)
        for contact, action, ticket_version, at, counter, placed_id in session.execute(_MOVES, asked)
    ]
    return news + _told_wrongly(session, office_id, since, version, now)


def _told_wrongly(session: Session, office_id: int, since: int, version: int, now: datetime) -> list[_News]:
    """Who may have been told that they were missed, by a slip that has been undone since: they are called still."""
    rows = session.execute(_WRONG, _stretch(office_id, since, version, now))
    return [_News(contact, MessageKind.CALLED, moved, at, counter) for contact, moved, at, counter in rows]


def _stretch(office_id: int, since: int, version: int, now: datetime) -> dict[str, Any]:
    return {"of_office": office_id, "since": since, "version": version, "no_news": now - LONGEST_NEWS}


def _kind(action: Action, is_placed: bool) -> MessageKind:
    return MessageKind.PLACE if action is Action.BOOK and is_placed else TOLD_OF[action]


def _draft(office_id: int, item: _News) -> Draft:
    params: dict[str, Any] = {"version": item.version}
    if item.counter is not None:
        params["counter"] = item.counter
    until = item.at + KINDS[item.kind].useful_for
    return Draft(item.contact, office_id, item.kind, f"move {item.version}", params, until)


def _keep_mark(session: Session, office_id: int, seq: int) -> None:
    insert_or_ignore(session, LogMark, office_id=office_id, seq=seq)
    session.execute(
        update(LogMark)
        .where(LogMark.office_id == office_id, LogMark.seq < seq)
        .values(seq=seq)
        .execution_options(synchronize_session=False)
    )

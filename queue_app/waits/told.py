"""What people are told of their wait is written down, and what came of it: WRITE.

Whoever waits sees a forecast that moves with the line. One in ten minutes is kept of each ticket, the first within a
second of the number. It is settled when the ticket has been called, or never will be.
"""

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from queue_app.database import Database, insert_or_ignore
from queue_app.lifecycle import Action, TicketState
from queue_app.models import Event, Office, Ticket, WaitForecast
from queue_app.waits import engine
from queue_app.waits.engine import Wait

EVERY = timedelta(minutes=10)
KEPT = timedelta(days=400)

_JOINS = frozenset({Action.JOIN, Action.CHECK_IN, Action.CALL, Action.TRANSFER, Action.CONTINUE, Action.RETURN})
_MOST_SETTLED = 500


class Book:
    """Keeps what is told by one server process; several may, for a ticket's turn is written once."""

    def __init__(self, database: Database) -> None:
        self.wake = threading.Event()
        self._database = database

    def hear(self, notes: Sequence[Any]) -> None:
        """Take note of committed events: a listener of the database. Cheap, and safe in any thread."""
        if any(isinstance(note, Event) and note.action in _JOINS for note in notes):
            self.wake.set()

    def work(self, now: datetime) -> int:
        """Write down what is told now, and settle what has come; how many rows are new."""
        settle(self._database)
        return write_down(self._database, now)

    def forget(self, now: datetime) -> None:
        """Forecasts of long ago say nothing of today."""
        with self._database.write() as session:
            session.execute(delete(WaitForecast).where(WaitForecast.at < now - KEPT))


def write_down(database: Database, now: datetime) -> int:
    """Keep what each waiting ticket is told, once in ``EVERY``; how many rows are new."""
    turn = int(now.timestamp() // EVERY.total_seconds())
    with database.read() as session:
        new = _not_written(session, now, turn)
    if not new:
        return 0
    with database.write() as session:
        return sum(_write(session, office_id, ticket_id, turn, now, wait) for office_id, ticket_id, wait in new)


def settle(database: Database) -> int:
    """Say what came of forecasts whose ticket waits no longer; how many."""
    with database.read() as session:
        ended = _ended(session)
    if not ended:
        return 0
    with database.write() as session:
        for row_id, waited_s in ended:
            session.execute(
                update(WaitForecast).where(WaitForecast.id == row_id).values(waited_s=waited_s, settled=True)
            )
    return len(ended)


def _not_written(session: Session, now: datetime, turn: int) -> list[tuple[int, int, Wait]]:
    written = select(WaitForecast.id).where(WaitForecast.ticket_id == Ticket.id, WaitForecast.turn == turn)
    rows = session.execute(
        select(Ticket.office_id, Ticket.id)
        .where(Ticket.state == TicketState.WAITING, Ticket.due_at >= now - timedelta(hours=24), ~written.exists())
        .order_by(Ticket.office_id, Ticket.id)
    ).all()
    found = []
    for office in session.scalars(select(Office).where(Office.id.in_({row.office_id for row in rows}))):
        foretold = engine.foretold(session, office, now)
        waits = foretold.tickets if foretold else {}
        found += [
            (office.id, ticket_id, waits[ticket_id])
            for office_id, ticket_id in rows
            if office_id == office.id and ticket_id in waits
        ]
    return found


def _write(session: Session, office_id: int, ticket_id: int, turn: int, now: datetime, wait: Wait) -> bool:
    told, rolled, known = wait.spread, wait.rolled, wait.known
    return insert_or_ignore(
        session,
        WaitForecast,
        office_id=office_id,
        ticket_id=ticket_id,
        service_id=wait.service_id,
        turn=turn,
        at=now,
        low_s=told.low_s,
        median_s=told.median_s,
        high_s=told.high_s,
        rolled_low_s=rolled.low_s,
        rolled_median_s=rolled.median_s,
        rolled_high_s=rolled.high_s,
        head_s=known.head_s,
        last_s=known.last_s,
        own_last_s=known.own_last_s,
        recent_s=known.recent_s,
        ahead=known.ahead,
        own_ahead=known.own_ahead,
        busy=known.busy,
        settled=False,
    )


def _ended(session: Session) -> list[tuple[int, float | None]]:
    """Open forecasts of tickets that no longer wait, with the wait to the first call after each."""
    first_call = (
        select(Event.at)
        .where(
            Event.ticket_id == WaitForecast.ticket_id, Event.action == Action.CALL.value, Event.at >= WaitForecast.at
        )
        .order_by(Event.seq)
        .limit(1)
        .scalar_subquery()
    )
    rows: Iterable[Any] = session.execute(
        select(WaitForecast.id, WaitForecast.at, first_call)
        .join(Ticket, Ticket.id == WaitForecast.ticket_id)
        .where(WaitForecast.settled.is_(False), Ticket.state != TicketState.WAITING)
        .limit(_MOST_SETTLED)
    )
    return [(row_id, None if called is None else (called - at).total_seconds()) for row_id, at, called in rows]

"""The append-only log: every move of a ticket, of a shift and of the office is one row, written in the move's own
transaction. A row with neither ticket nor shift is of the office, or with a ``service_id`` of that service.

Two readers live from it: the displays (``display.push``) and the figures (``history``). A row is never changed or
removed: the guard below refuses it in code, a trigger (see the first migration) refuses it in the database. What
was wrong is put right by a further row that says who and why.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, event, exists
from sqlalchemy.orm import Mapped, Session, UOWTransaction, aliased, mapped_column

from queue_app.database import Base, UTCDateTime
from queue_app.lifecycle import Action, TicketState
from queue_app.models.columns import BigId, Json, stored_by_value


class LogIsAppendOnly(Exception):
    """Code tried to change or delete a row of the log."""


class Event(Base):
    """One move. ``seq`` counts without gaps within the office: it is the board's version.

    ``ticket_version`` is the ticket's version after the move; None for what moves no ticket (a shift's move, a claim
    about the time of a leg). ``actor_id`` None: the citizen or the system.
    ``service_id`` and ``counter_id`` are where the ticket is after the move, or was at a counter during it.
    """

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("office_id", "seq"),
        UniqueConstraint("ticket_id", "ticket_version"),
        CheckConstraint("ticket_id IS NULL OR shift_id IS NULL", name="subject"),
        Index(None, "office_id", "at"),
        Index(None, "shift_id"),
        Index(None, "service_id", "action", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    seq: Mapped[int] = mapped_column(BigId)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    action: Mapped[str] = mapped_column(String(20))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    ticket_version: Mapped[int | None]
    from_state: Mapped[TicketState | None] = mapped_column(stored_by_value(TicketState))
    to_state: Mapped[TicketState | None] = mapped_column(stored_by_value(TicketState))
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("shift.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str | None] = mapped_column(String(240))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    digest: Mapped[str] = mapped_column(String(64), server_default="")
    """Of this row and the one before it, see ``queue_app.audit.chain``."""


@cache
def stands() -> ColumnElement[bool]:
    """Whether a row of the log still counts: no undo followed it, and its ticket was not withdrawn. By index; for
    queries that pick rows by action. The same for all of them: composing it takes longer than many a query.
    """
    undo, withdrawal = aliased(Event), aliased(Event)
    undone = exists().where(
        undo.ticket_id == Event.ticket_id,
        undo.ticket_version == Event.ticket_version + 1,
        undo.action == Action.UNDO.value,
    )
    withdrawn = exists().where(
        withdrawal.ticket_id == Event.ticket_id,
        withdrawal.ticket_version > Event.ticket_version,
        withdrawal.action == Action.WITHDRAW.value,
    )
    return ~undone & ~withdrawn


@event.listens_for(Session, "before_flush")
def _refuse_changes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for row in session.deleted:
        if isinstance(row, Event):
            raise LogIsAppendOnly("a row of the log was about to be deleted")
    for row in session.dirty:
        if isinstance(row, Event) and session.is_modified(row):
            raise LogIsAppendOnly("a row of the log was about to be changed")

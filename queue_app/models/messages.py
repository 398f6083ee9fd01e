"""Telling people: how a ticket's holder wants to hear of it, and what is told, once each.

No address stands here in the clear, and no text: a message is its kind with the facts it needs, and becomes words only
when it is handed over.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import BigId, Json, stored_by_value
from queue_app.models.office import Office
from queue_app.models.ticket import Ticket

_OPEN = text("status IN ('QUEUED', 'SENDING')")


class MessageKind(StrEnum):
    """What is told."""

    BOOKED = "booked"
    MOVED = "moved"
    REMINDER = "reminder"
    NEAR = "near"
    CALLED = "called"
    MISSED = "missed"
    CLOSED_DAY = "closed_day"
    PLACE = "place"
    NOTICE = "notice"
    ANSWER = "answer"
    ALERT = "alert"


class MessageStatus(StrEnum):
    """SENDING: handed over, and what became of it is not known yet. The last four are final.

    DROPPED: it was never sent, because it was no longer true, too late or no longer wanted. UNKNOWN: it may have
    arrived, and is not repeated because that could tell somebody twice.
    """

    QUEUED = "QUEUED"
    SENDING = "SENDING"
    SENT = "SENT"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    DROPPED = "DROPPED"


class Contact(Base):
    """One way to reach a ticket's holder, as agreed by the holder. ``ended_at``: no longer wanted, or gone.

    ``fingerprint`` tells two addresses of a ticket apart without showing them. ``address_sealed`` None: the phone
    number given with the ticket (or, once ended, nothing).
    """

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("ticket_id", "channel", "fingerprint"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    channel: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    fingerprint: Mapped[str] = mapped_column(String(64))
    address_sealed: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    ticket: Mapped[Ticket] = relationship()


class Message(Base):
    """One thing told to one contact: the outbox. ``occurrence`` tells apart what may happen several times.

    ``due_at``: not before then; of a claimed or SENDING one, when its process is given up for dead. ``claim`` names
    the process's hold on it. ``expires_at``: afterwards nobody needs to hear it. ``reason``: why it was not sent.
    ``ticket_id`` None: an alert to the office's own address; its row in ``alert`` is what makes it unique.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("ticket_id", "kind", "occurrence", "contact_id"),
        # What is still to be done, however much was told before.
        Index("ix_message_open", "due_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(None, "contact_id"),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    channel: Mapped[str] = mapped_column(String(20))
    kind: Mapped[MessageKind] = mapped_column(stored_by_value(MessageKind))
    occurrence: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    status: Mapped[MessageStatus] = mapped_column(stored_by_value(MessageStatus))
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(60))

    ticket: Mapped[Ticket | None] = relationship()
    contact: Mapped[Contact | None] = relationship()
    office: Mapped[Office] = relationship()

    @property
    def about(self) -> Ticket:
        """The ticket whose holder is told. Raises LookupError for an alert to the office."""
        if self.ticket is None:
            raise LookupError(f"message {self.id} is about no ticket")
        return self.ticket


class LogMark(Base):
    """Up to which row of the log an office's events were turned into messages."""

    __tablename__ = "message_log_mark"

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigId)

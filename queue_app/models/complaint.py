"""Complaints of citizens: what each is now, what was written, and every step of its course."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.chain import Chained
from queue_app.models.columns import BigId, Json, stored_by_value
from queue_app.models.log import LogIsAppendOnly
from queue_app.models.office import Office, Service
from queue_app.models.people import User
from queue_app.models.ticket import Channel, Ticket

_WITHOUT_TICKET = text("ticket_id IS NULL")
_PERSONAL = text("name_sealed IS NOT NULL OR phone_sealed IS NOT NULL OR text_sealed IS NOT NULL")


class Subject(StrEnum):
    """What a complaint is about: its category."""

    WAIT = "wait"
    INFORMATION = "information"
    CONDUCT = "conduct"
    COST = "cost"
    FACILITIES = "facilities"
    OTHER = "other"


class Severity(StrEnum):
    """How grave a complaint is; each has a time within which it must be decided, see ``complaints.deadlines``."""

    LIGHT = "light"
    NORMATIVE = "normative"
    ORDINARY = "ordinary"
    EXAMINATION = "examination"


class ComplaintState(StrEnum):
    """Where a complaint is. ``DECIDED`` can still be appealed; ``CLOSED`` was withdrawn, or decided after an appeal."""

    RECEIVED = "RECEIVED"
    IN_PROGRESS = "IN_PROGRESS"
    DECIDED = "DECIDED"
    APPEALED = "APPEALED"
    CLOSED = "CLOSED"


class Resolution(StrEnum):
    """What came of a complaint."""

    UPHELD = "upheld"
    PARTLY = "partly"
    NOT_UPHELD = "not_upheld"
    WITHDRAWN = "withdrawn"


class ComplaintStep(StrEnum):
    """What can happen to a complaint, one row each. ``WRITE``, ``WITHDRAW`` and ``APPEAL`` are the complainant's,
    ``STATEMENT`` is the officer's."""

    FILE = "file"
    ASSIGN = "assign"
    CLASSIFY = "classify"
    SUMMARISE = "summarise"
    REPLY = "reply"
    WRITE = "write"
    STATEMENT = "statement"
    DECIDE = "decide"
    WITHDRAW = "withdraw"
    APPEAL = "appeal"
    REOPEN = "reopen"


class Complaint(Base):
    """A complaint, by number ``P-0001`` within the office; ``public_id`` is its unguessable address.

    ``ticket_id``, ``service_id`` and ``officer_id`` (whom it is about) None: not known. ``key`` makes a doubled submit
    harmless. ``version`` grows with every step. ``due_on``: the last local day for the decision. ``substance_sealed``:
    what the officer reads, without anything that names the complainant. ``resolution`` and ``finished_at`` are None
    while it is open. Name, phone and text are erased some time after the end, see ``complaints.retention``.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        UniqueConstraint("ticket_id", "key"),
        UniqueConstraint("office_id", "number"),
        Index(None, "office_id", "created_at"),
        Index(None, "office_id", "state", "due_on"),
        Index(None, "officer_id"),
        Index(
            "uq_complaint_key_without_ticket",
            *("office_id", "key"),
            unique=True,
            sqlite_where=_WITHOUT_TICKET,
            postgresql_where=_WITHOUT_TICKET,
        ),
        Index("ix_complaint_personal", "office_id", "finished_at", sqlite_where=_PERSONAL, postgresql_where=_PERSONAL),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    number: Mapped[int]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    channel: Mapped[Channel] = mapped_column(stored_by_value(Channel))
    subject: Mapped[Subject] = mapped_column(stored_by_value(Subject))
    severity: Mapped[Severity] = mapped_column(stored_by_value(Severity))
    state: Mapped[ComplaintState] = mapped_column(stored_by_value(ComplaintState))
    version: Mapped[int] = mapped_column(default=1)
    due_on: Mapped[date]
    resolution: Mapped[Resolution | None] = mapped_column(stored_by_value(Resolution))
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    text_sealed: Mapped[bytes | None]
    name_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    substance_sealed: Mapped[bytes | None]
    key: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    office: Mapped[Office] = relationship()
    ticket: Mapped[Ticket | None] = relationship()
    service: Mapped[Service | None] = relationship()
    officer: Mapped[User | None] = relationship(foreign_keys=officer_id)
    assignee: Mapped[User | None] = relationship(foreign_keys=assignee_id)
    entries: Mapped[list["ComplaintEntry"]] = relationship(order_by="ComplaintEntry.id")

    @property
    def label(self) -> str:
        return f"P-{self.number:04d}"


class ComplaintMessage(Base):
    """Words of somebody about a complaint, sealed. Apart from the log, so that they can be erased when it is time:
    ``words_sealed`` is then None."""

    __tablename__ = "complaint_message"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    words_sealed: Mapped[bytes | None]


class ComplaintEntry(Chained, Base):
    """A step: who (``actor_id`` None: the complainant), when, what, from where to where. Rows are added and never
    changed or removed. ``key`` makes a doubled submit harmless. ``data``: facts of that step, never a citizen's words.
    """

    __tablename__ = "complaint_entry"
    __table_args__ = (
        UniqueConstraint("complaint_id", "key"),
        Index(None, "complaint_id", "id"),
        Index("uq_complaint_entry_seq", "office_id", "seq", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    step: Mapped[ComplaintStep] = mapped_column(stored_by_value(ComplaintStep))
    from_state: Mapped[ComplaintState | None] = mapped_column(stored_by_value(ComplaintState))
    to_state: Mapped[ComplaintState] = mapped_column(stored_by_value(ComplaintState))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("complaint_message.id"))
    key: Mapped[str] = mapped_column(String(80))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    actor: Mapped[User | None] = relationship()
    message: Mapped[ComplaintMessage | None] = relationship()


@event.listens_for(Session, "before_flush")
def _refuse_changes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for row in session.deleted:
        if isinstance(row, ComplaintEntry):
            raise LogIsAppendOnly("a step of a complaint was about to be deleted")
    for row in session.dirty:
        if isinstance(row, ComplaintEntry) and session.is_modified(row):
            raise LogIsAppendOnly("a step of a complaint was about to be changed")

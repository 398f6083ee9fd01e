"""The waiting list of a full day or slot: first come, first placed."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import BigId, stored_by_value
from queue_app.models.office import Office, Service
from queue_app.models.ticket import Category, Relation, Ticket

_IN_LINE = text("outcome IS NULL")


class Outcome(StrEnum):
    """How an entry's waiting ended: with a place, by leaving, too late, or because its person had a place already."""

    PLACED = "placed"
    LEFT = "left"
    LAPSED = "lapsed"
    HAS_TICKET = "has_ticket"


class Standby(Base):
    """One person's place in the list of a service's day, for one arrival slot (``slot_start`` None: any time that day).

    ``outcome`` None: still in the list; the order is that of ``id``. ``holder_key`` says who it is without naming
    anybody: the NIK's keyed hash, else the phone's, else the browser's. ``form_key`` makes a doubled tap harmless.
    ``language``: that of the page it was made on, in which its person is told of a place.
    What is known of the person moves to the ticket, and is erased here, when the waiting ends.
    """

    __tablename__ = "standby"
    __table_args__ = (
        # One entry for each person and service, whatever the code does.
        Index(
            "uq_standby_holder",
            *("service_id", "holder_key"),
            unique=True,
            sqlite_where=_IN_LINE,
            postgresql_where=_IN_LINE,
        ),
        Index("ix_standby_of_office", "office_id", sqlite_where=_IN_LINE, postgresql_where=_IN_LINE),
        Index("ix_standby_line", "service_id", "day", "id", sqlite_where=_IN_LINE, postgresql_where=_IN_LINE),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    day: Mapped[date]
    slot_start: Mapped[datetime | None] = mapped_column(UTCDateTime)
    category: Mapped[Category] = mapped_column(stored_by_value(Category), default=Category.REGULAR)
    relation: Mapped[Relation] = mapped_column(stored_by_value(Relation), default=Relation.SELF)
    language: Mapped[str] = mapped_column(String(5), default="id")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[Outcome | None] = mapped_column(stored_by_value(Outcome))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), unique=True)
    form_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    holder_key: Mapped[str | None] = mapped_column(String(64))
    name_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    nik_hash: Mapped[str | None] = mapped_column(String(64))
    nik_last4: Mapped[str | None] = mapped_column(String(4))
    phone_hash: Mapped[str | None] = mapped_column(String(64))

    office: Mapped[Office] = relationship()
    service: Mapped[Service] = relationship()
    ticket: Mapped[Ticket | None] = relationship()

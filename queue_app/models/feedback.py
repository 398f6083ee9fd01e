"""What citizens answer after a visit. Tied to the visit, readable by few."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import Json
from queue_app.models.ticket import Ticket


class Question(StrEnum):
    """What is asked, each answered 1 (not good) to 4 (very good).

    The first two make the short form; the other nine are the elements of Permenpan RB 14/2017, in its order.
    """

    SATISFACTION = "satisfaction"
    INFORMATION = "information"
    REQUIREMENTS = "requirements"
    PROCEDURE = "procedure"
    TIME = "time"
    COST = "cost"
    PRODUCT = "product"
    COMPETENCE = "competence"
    CONDUCT = "conduct"
    COMPLAINTS = "complaints"
    FACILITIES = "facilities"


class Feedback(Base):
    """One visit's answers, by question; the words in the citizen's own hand are sealed."""

    __tablename__ = "feedback"
    __table_args__ = (Index(None, "office_id", "created_at"), Index(None, "officer_id", "created_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answers: Mapped[dict[str, int]] = mapped_column(Json)
    comment_sealed: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    ticket: Mapped[Ticket] = relationship()

"""The whole survey of public satisfaction: who is asked, and what was answered."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import Json
from queue_app.models.ticket import Ticket


class SurveyForm(Base):
    """One visit's questionnaire of nine elements. A draft, which may be changed and gone on with, until it is complete;
    from then on it stays as it is.

    ``answers``: 1 to 4 by question. ``about``: what the respondent said of himself, all of it voluntary. ``is_asked``:
    the visit was in the sample when it was filled in; others are kept, but are in no figure.
    """

    __tablename__ = "survey_form"
    __table_args__ = (Index(None, "office_id", "completed_at"), Index(None, "officer_id", "completed_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answers: Mapped[dict[str, int]] = mapped_column(Json)
    about: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    is_asked: Mapped[bool]
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    ticket: Mapped[Ticket] = relationship()


class SurveyShare(Base):
    """From ``from_day`` on this share of an office's visits is asked for the whole survey."""

    __tablename__ = "survey_share"
    __table_args__ = (
        UniqueConstraint("office_id", "from_day"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    from_day: Mapped[date]
    percent: Mapped[int]

"""What happened around the figures, and which of an office's indicators were unusual on which day."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import Json, stored_by_value
from queue_app.models.people import User

ANNOTATION_LENGTH = 120


class AnnotationKind(StrEnum):
    TRAINING = "training"
    CHANGE = "change"
    OUTAGE = "outage"
    HOLIDAY = "holiday"
    OTHER = "other"


class Annotation(Base):
    """Something to know when the charts are read: on all days from ``start_day`` to ``end_day``. One that was a mistake
    is ``removed_at``; who wrote and who removed it is in the log.
    """

    __tablename__ = "annotation"
    __table_args__ = (Index(None, "office_id", "start_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[AnnotationKind] = mapped_column(stored_by_value(AnnotationKind))
    start_day: Mapped[date]
    end_day: Mapped[date]
    text: Mapped[str] = mapped_column(String(ANNOTATION_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Monitored(StrEnum):
    WAIT = "wait"
    SPEED = "speed"
    ACCURACY = "accuracy"
    SATISFACTION = "satisfaction"


class SignalRule(StrEnum):
    """Which chart saw it: a day beyond the limits or a long run (XmR), or a small lasting change (EWMA)."""

    XMR = "xmr"
    EWMA = "ewma"


class IndicatorSignal(Base):
    """An episode of unusual days of an indicator, by its first ``day``: unique, so it is told once. ``facts``: the
    figure, the mean and the limits that it was seen by.
    """

    __tablename__ = "indicator_signal"
    __table_args__ = (UniqueConstraint("office_id", "indicator", "rule", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    indicator: Mapped[Monitored] = mapped_column(stored_by_value(Monitored))
    rule: Mapped[SignalRule] = mapped_column(stored_by_value(SignalRule))
    day: Mapped[date]
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    seen_by: Mapped[User | None] = relationship()


class IndicatorWatch(Base):
    """The indicators of this office were looked at up to and with this day."""

    __tablename__ = "indicator_watch"

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)

"""What a supervisor tells the people who wait, and what the office's thresholds have noticed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import Json, stored_by_value
from queue_app.models.office import Office, Service
from queue_app.models.people import User

ANNOUNCEMENT_LENGTH = 160

_OPEN = text("cleared_at IS NULL")


class Announcement(Base):
    """A message to everyone who waits at the office, or for one service of it. Who sent it and why is in the log.

    Shown until ``until`` on the ``day`` it was sent, or until it is taken back (``ended_at``). ``key`` makes sending it
    twice harmless.
    """

    __tablename__ = "announcement"
    __table_args__ = (UniqueConstraint("office_id", "key"), Index(None, "office_id", "until"))

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    day: Mapped[date]
    text: Mapped[str] = mapped_column(String(ANNOUNCEMENT_LENGTH))
    key: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    office: Mapped[Office] = relationship()
    service: Mapped[Service | None] = relationship()


class AlertKind(StrEnum):
    """What a threshold may notice. The first three are of a service or, the second, of the office; STORAGE_LOW is of
    the server's disk, COMPLAINT_OVERDUE of a complaint, whose threshold is its deadline."""

    QUEUE_LENGTH = "queue_length"
    LONGEST_WAIT = "longest_wait"
    AT_RISK = "at_risk"
    NO_COUNTER = "no_counter"
    LONG_PAUSE = "long_pause"
    LONG_SERVICE = "long_service"
    DISPLAY_SILENT = "display_silent"
    PRINTER_TROUBLE = "printer_trouble"
    INDICATOR = "indicator"
    """Not of this table but told in the same way: an ended day's figure was unusual (`IndicatorSignal`)."""
    COMPLAINT_OVERDUE = "complaint_overdue"
    STORAGE_LOW = "storage_low"
    WEBHOOK_FAILING = "webhook_failing"


class Alert(Base):
    """A threshold was crossed: one row from its crossing until it is well back below.

    ``subject_id``: the service's id, the counter's for ``long_pause`` and ``long_service``, the display's for
    ``display_silent``, the printer's for ``printer_trouble``, the complaint's for ``complaint_overdue``,
    the webhook's for ``webhook_failing``.
    ``facts``: what was measured when it was raised, for its words.
    """

    __tablename__ = "alert"
    __table_args__ = (
        # What is open is raised once, however many processes look.
        Index(
            "uq_alert_open",
            *("office_id", "kind", "subject_id"),
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[AlertKind] = mapped_column(stored_by_value(AlertKind))
    subject_id: Mapped[int]
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    cleared_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    office: Mapped[Office] = relationship()
    acknowledged_by: Mapped[User | None] = relationship()

"""How many places are taken: of a day, of an arrival slot; and the places held while a form is filled."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import BigId, stored_by_value
from queue_app.models.ticket import Channel


class DailySequence(Base):
    """The last number given for a service on a local day, and how many places of its quotas are taken.

    ``taken`` is of all channels; held places count as taken.
    """

    __tablename__ = "daily_sequence"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    taken_online: Mapped[int] = mapped_column(default=0)
    taken_kiosk: Mapped[int] = mapped_column(default=0)
    taken_reception: Mapped[int] = mapped_column(default=0)


class SlotUsage(Base):
    """How many places of an arrival slot are taken. ``start_minute`` counts from local midnight."""

    __tablename__ = "slot_usage"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    start_minute: Mapped[int] = mapped_column(primary_key=True)
    taken: Mapped[int] = mapped_column(default=0)
    taken_online: Mapped[int] = mapped_column(default=0)


class SlotHold(Base):
    """A place of a slot, and of its day, kept for somebody who fills in the form: counted as taken until
    ``expires_at``. ``browser`` names the session of a page; it has at most one. None: a program holds it."""

    __tablename__ = "slot_hold"
    __table_args__ = (Index(None, "service_id", "day", "expires_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    day: Mapped[date]
    start_minute: Mapped[int]
    channel: Mapped[Channel] = mapped_column(stored_by_value(Channel))
    browser: Mapped[str | None] = mapped_column(String(32), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)

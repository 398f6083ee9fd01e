"""The secret address under which calendars fetch an office's bookings."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from queue_app.database import Base, UTCDateTime


class BookingFeed(Base):
    """At most one an office; ``digest`` is that of the secret, which is shown once and kept nowhere."""

    __tablename__ = "booking_feed"

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)

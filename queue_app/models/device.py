"""Displays that an office has registered, and how a screen without a keyboard comes to be one of them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import BigId, Json
from queue_app.models.office import Office
from queue_app.models.people import User

DEVICE_NAME_LENGTH = 60


class Device(Base):
    """A display of an office. ``counters`` (numbers) and ``services`` (codes) choose what it shows; empty: all.

    ``speaks`` False: it never says a call, whatever the office's voice does. ``token_digest``: of the secret that only
    the paired screen has; None while no screen is paired, and ``paired_at`` tells whether one ever was. A screen shows
    its page anew when ``reloads`` rises, and its name large until ``identify_until``. ``page`` and ``resolution``: what
    the screen said of itself when it was last heard, at ``seen_at``.
    """

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("office_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str] = mapped_column(String(DEVICE_NAME_LENGTH))
    counters: Mapped[list[int]] = mapped_column(Json, default=list)
    services: Mapped[list[str]] = mapped_column(Json, default=list)
    speaks: Mapped[bool] = mapped_column(default=True)
    reloads: Mapped[int] = mapped_column(default=0)
    identify_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    paired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    page: Mapped[str | None] = mapped_column(String(20))
    resolution: Mapped[str | None] = mapped_column(String(20))

    office: Mapped[Office] = relationship()


class DevicePairing(Base):
    """A screen that shows a code and waits for somebody to type it in. Of secret and code only digests are kept.

    ``device_id``: whose screen it has become; a code is claimed once.
    """

    __tablename__ = "device_pairing"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), index=True)

    device: Mapped[Device | None] = relationship()


class PairingMiss(Base):
    """A code was typed that no screen shows: counted, so that none can be found by trying."""

    __tablename__ = "pairing_miss"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()

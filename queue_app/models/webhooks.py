"""Webhooks: addresses that are told of an office's events, and what was or is to be told to each."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import BigId, Json, stored_by_value
from queue_app.models.office import Office
from queue_app.models.people import User

URL_LENGTH = 500
_OPEN = text("status = 'QUEUED'")


class DeliveryStatus(StrEnum):
    """FAILED: given up after a day, or when its webhook was switched off; it can be sent again by hand."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    FAILED = "FAILED"


class Webhook(Base):
    """An address, and the ``kinds`` of events that it is told of.

    ``seq``: how far the office's log was read for it. ``old_secret_sealed`` signs too until ``old_secret_until``.
    ``failing_since``: nothing was taken since; ``gave_up_at``: an event was given up in that time. ``stopped_at``:
    switched off, by a person or (``stopped_by_id`` None) because nothing was taken for days. ``removed_at``: it is
    gone, and only what was told stays for a while.
    """

    __tablename__ = "webhook"
    __table_args__ = (Index(None, "office_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(URL_LENGTH))
    kinds: Mapped[list[str]] = mapped_column(Json)
    secret_sealed: Mapped[bytes]
    old_secret_sealed: Mapped[bytes | None]
    old_secret_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    seq: Mapped[int] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    failing_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    gave_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    office: Mapped[Office] = relationship()
    made_by: Mapped[User | None] = relationship(foreign_keys=[made_by_id])


class Delivery(Base):
    """One event for one webhook: the outbox. ``event`` names it for the receiver, however often it is sent.

    Those of one ``subject`` (a ticket; 0: the office itself) go one after another. ``due_at``: not before then; of one
    that is on its way, when its process is given up for dead. ``claim`` names the process's hold on it. ``tries``: what
    came of the last ones, oldest first.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event"),
        Index("ix_webhook_delivery_open", "webhook_id", "subject", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    event: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[int] = mapped_column(BigId)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    status: Mapped[DeliveryStatus] = mapped_column(stored_by_value(DeliveryStatus))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(16))
    tries: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)

    webhook: Mapped[Webhook] = relationship()

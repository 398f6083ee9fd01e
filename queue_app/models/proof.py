"""Proofs that were used, so that each is worth one place; every process of an office sees them."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from queue_app.database import Base, UTCDateTime


class UsedProof(Base):
    """A solved challenge or a form's time token. Kept until it would have expired anyway."""

    __tablename__ = "used_proof"

    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

"""WRITE: the demonstration office, and a past for it, so that every page can be tried and shows something."""

from datetime import datetime

from sqlalchemy.orm import Session

from queue_app.demo.office import SLUG, Demo, opened_by, seed
from queue_app.personal import Vault

__all__ = ["SLUG", "Demo", "invent", "opened_by", "seed"]


def invent(session: Session, vault: Vault, slug: str, days: int, now: datetime) -> int:
    """As ``past.invent``, which takes longer to load than a start may take."""
    from queue_app.demo import past  # noqa: PLC0415

    return past.invent(session, vault, slug, days, now)

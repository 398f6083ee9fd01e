"""WRITE: the demonstration office, and a past for it, so that every page can be tried and shows something.

What makes them is loaded when it is asked for: it takes longer to load than a start or a command may take.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from queue_app.personal import Vault

if TYPE_CHECKING:
    from queue_app.demo.office import Demo

SLUG = "senapelan"


def seed(session: Session, password: str | None = None) -> "Demo | None":
    """As ``office.seed``."""
    from queue_app.demo import office  # noqa: PLC0415 - as said above

    return office.seed(session, password)


def opened_by(session: Session, password: str) -> list[str]:
    """As ``office.opened_by``."""
    from queue_app.demo import office  # noqa: PLC0415 - as said above

    return office.opened_by(session, password)


def invent(session: Session, vault: Vault, slug: str, days: int, now: datetime) -> int:
    """As ``past.invent``."""
    from queue_app.demo import past  # noqa: PLC0415 - as said above

    return past.invent(session, vault, slug, days, now)

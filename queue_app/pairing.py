"""Which screens stand in an office: each carries the number of the pairing that was valid when it was paired, and
raising the office's number ends them all at once."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from queue_app.devices import register
from queue_app.models import Office, User


def number(session: Session, slug: str) -> int | None:
    """The number that a paired browser must carry; None for an office that does not exist."""
    return session.scalar(select(Office.pairing).where(Office.slug == slug))


def end_all(session: Session, who: User, now: datetime) -> None:
    """No screen or kiosk that was paired until now is one of the office any more."""
    register.revoke_all(session, who, now)
    session.execute(update(Office).where(Office.id == who.office_id).values(pairing=Office.pairing + 1))

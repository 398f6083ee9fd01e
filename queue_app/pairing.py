"""Which screens stand in an office: each carries the number of the pairing that was valid when it was paired, and
raising the office's number ends them all at once."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from queue_app.models import Office


def number(session: Session, slug: str) -> int | None:
    """The number that a paired browser must carry; None for an office that does not exist."""
    return session.scalar(select(Office.pairing).where(Office.slug == slug))


def end_all(session: Session, office: Office) -> None:
    """No screen that was paired until now is one of the office any more."""
    session.execute(update(Office).where(Office.id == office.id).values(pairing=Office.pairing + 1))

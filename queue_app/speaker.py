"""Which display speaks, where only one is to: a lease that its holder renews, with the last call it has said.

Whoever takes over goes on behind that call, so nothing is said twice, and nothing is lost but what came in the seconds
in which nobody had the lease is said late.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, or_, update
from sqlalchemy.orm import Session

from queue_app.database import insert_or_ignore
from queue_app.models import Office, Speaker

HELD_FOR = timedelta(seconds=7)
"""A display renews its turn every two seconds."""


@dataclass(frozen=True, slots=True)
class Turn:
    """``said``: the ``seq`` of the last call that was said in the office."""

    speaks: bool
    said: int


def claim(session: Session, office: Office, display: str, *, is_paired: bool, said: int, now: datetime) -> Turn:
    """Take or renew the turn for ``display``, which has said the calls up to ``said``.

    A display that stands in the office (``is_paired``) takes over from one that nobody paired.
    """
    insert_or_ignore(session, Speaker, office_id=office.id, display="", is_paired=False, said=0, until=now)
    is_free: list[ColumnElement[bool]] = [Speaker.display == display, Speaker.until <= now]
    if is_paired:
        is_free.append(Speaker.is_paired.is_(False))
    said = min(said, office.version)
    taken = session.execute(
        update(Speaker)
        .where(Speaker.office_id == office.id, or_(*is_free))
        .values(
            display=display,
            is_paired=is_paired,
            until=now + HELD_FOR,
            said=case((Speaker.said < said, said), else_=Speaker.said),
        )
        .returning(Speaker.said)
        .execution_options(synchronize_session=False)
    ).scalar()
    if taken is None:
        return Turn(speaks=False, said=0)
    return Turn(speaks=True, said=min(taken, office.version))


def leave(session: Session, office: Office, display: str, now: datetime) -> None:
    """Give the turn back, if ``display`` has it: it was muted, or its page is being closed."""
    session.execute(update(Speaker).where(Speaker.office_id == office.id, Speaker.display == display).values(until=now))

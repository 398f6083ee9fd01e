"""WRITE: that a program searched for somebody, and how often one may: it tries numbers faster than a person does."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queue_app.errors import N_, QueueError
from queue_app.models import PrivacyDeed, PrivacyDeedKind, User
from queue_app.privacy import record
from queue_app.privacy.persons import Person

MOST_IN_AN_HOUR = 30
"""Searches in one person's name, at the page and by programs."""


def note_by_program(session: Session, actor: User, person: Person, now: datetime) -> None:
    """Record a search before its answer leaves. Raises QueueError ``too_many_searches`` (429)."""
    count = len(person.tickets) + len(person.complaints)
    deed = PrivacyDeedKind.SEARCH
    record.add(session, actor.office, deed, person.by.value, count, now, actor=actor, tickets=person.numbers)
    # After the row was added, which holds the office's chain: of two at once, the second counts the first.
    lately = session.scalar(
        select(func.count()).where(
            PrivacyDeed.office_id == actor.office_id,
            PrivacyDeed.actor_id == actor.id,
            PrivacyDeed.deed == deed,
            PrivacyDeed.at > now - timedelta(hours=1),
        )
    )
    if (lately or 0) > MOST_IN_AN_HOUR:
        raise QueueError(
            "too_many_searches",
            N_("Paling banyak %(most)s pencarian data pribadi dalam satu jam. Coba lagi nanti."),
            429,
            most=MOST_IN_AN_HOUR,
        )

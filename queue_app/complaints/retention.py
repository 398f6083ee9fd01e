"""WRITE: personal data of finished complaints is erased in time. The steps, the decision, its reasons and the summary
stay; an open complaint keeps all of it, for somebody still has to answer.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from queue_app.models import Complaint, ComplaintEntry, ComplaintMessage, ComplaintStep

IDENTITY_KEPT = timedelta(days=30)
"""Name and phone, after the end: as long as those of a ticket."""

WORDS_KEPT = timedelta(days=365)
"""What the complainant wrote and what was answered: until the yearly report is made."""

_IDENTIFIED = or_(Complaint.name_sealed.is_not(None), Complaint.phone_sealed.is_not(None))


def has_work(session: Session, office_id: int, now: datetime) -> bool:
    return session.scalar(select(Complaint.id).where(_due(office_id, now)).limit(1)) is not None


def forget(session: Session, office_id: int, now: datetime) -> None:
    """Erase what is due in one office. Repeatable."""
    old = _old_words(office_id, now)
    session.execute(
        update(Complaint)
        .where(_old_identity(office_id, now))
        .values(name_sealed=None, phone_sealed=None)
        .execution_options(synchronize_session=False)
    )
    decisions = select(ComplaintEntry.message_id).where(
        ComplaintEntry.step.in_((ComplaintStep.DECIDE, ComplaintStep.SUMMARISE)), ComplaintEntry.message_id.is_not(None)
    )
    session.execute(
        update(ComplaintMessage)
        .where(
            ComplaintMessage.complaint_id.in_(select(Complaint.id).where(old)),
            ComplaintMessage.id.not_in(decisions),
        )
        .values(words_sealed=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(update(Complaint).where(old).values(text_sealed=None).execution_options(synchronize_session=False))


def _due(office_id: int, now: datetime) -> ColumnElement[bool]:
    return or_(_old_identity(office_id, now), _old_words(office_id, now))


def _old_identity(office_id: int, now: datetime) -> ColumnElement[bool]:
    return (Complaint.office_id == office_id) & (Complaint.finished_at < now - IDENTITY_KEPT) & _IDENTIFIED


def _old_words(office_id: int, now: datetime) -> ColumnElement[bool]:
    return (
        (Complaint.office_id == office_id)
        & (Complaint.finished_at < now - WORDS_KEPT)
        & Complaint.text_sealed.is_not(None)
    )

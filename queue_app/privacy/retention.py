"""WRITE: what is past its term is erased every day, in batches, and each run is recorded as its proof.

A day is due until a run has recorded that everything up to it is gone; so a machine that was off catches up by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from queue_app import idempotency, opening
from queue_app.database import Base, Database
from queue_app.models import (
    Complaint,
    ComplaintEntry,
    ComplaintMessage,
    ComplaintStep,
    Contact,
    Feedback,
    Office,
    PrivacyDeed,
    PrivacyDeedKind,
    Ticket,
)
from queue_app.privacy import record
from queue_app.privacy.terms import TERMS, Kind

AT_ONCE = 500
"""Rows of one transaction, so that nobody at a counter waits for it."""

NOBODY: dict[str, Any] = {
    "name_sealed": None,
    "phone_sealed": None,
    "nik_hash": None,
    "nik_last4": None,
    "phone_hash": None,
}
"""What a ticket knows of its person when it is erased."""

KNOWN = or_(Ticket.name_sealed.is_not(None), Ticket.phone_sealed.is_not(None), Ticket.nik_hash.is_not(None))
IDENTIFIED = or_(Complaint.name_sealed.is_not(None), Complaint.phone_sealed.is_not(None))


def kept_words() -> Select[int | None]:
    """The words of a complaint that stay: the decision with its reasons, and the summary, which names nobody."""
    return select(ComplaintEntry.message_id).where(
        ComplaintEntry.step.in_((ComplaintStep.DECIDE, ComplaintStep.SUMMARISE)), ComplaintEntry.message_id.is_not(None)
    )


def erasable_words() -> ColumnElement[bool]:
    return ComplaintMessage.words_sealed.is_not(None) & ComplaintMessage.id.not_in(kept_words())


def last_due(office: Office, kind: Kind, now: datetime) -> date:
    """The last local day whose data of this kind are past their term."""
    kept: int = getattr(office, TERMS[kind].setting)
    return opening.local_day(office, now) - timedelta(days=kept + 1)


def erase_all(database: Database, now: datetime) -> int:
    """Erase what is due in every office, a batch in each transaction; how many rows. Run often, works once a day."""
    with database.read() as session:
        due = [
            (office.id, kind)
            for office in session.scalars(select(Office).order_by(Office.id))
            for kind in Kind
            if _is_due(session, office, kind, last_due(office, kind, now))
        ]
    erased = 0
    for office_id, kind in due:
        is_more = True
        while is_more:
            with database.write() as session:
                count, is_more = _one_batch(session, office_id, kind, now)
            erased += count
    if due:
        with database.write() as session:
            idempotency.forget_old(session, now)
    return erased


def left(session: Session, office: Office, kind: Kind, up_to: date) -> int:
    """How many rows of this kind are there still of ``up_to`` and before."""
    return session.scalar(select(func.count()).select_from(_due_rows(office, kind, up_to).subquery())) or 0


def _is_due(session: Session, office: Office, kind: Kind, up_to: date) -> bool:
    done = select(PrivacyDeed.id).where(
        PrivacyDeed.office_id == office.id,
        PrivacyDeed.deed == PrivacyDeedKind.RETENTION,
        PrivacyDeed.subject == kind.value,
        PrivacyDeed.up_to >= up_to,
    )
    return session.scalar(done.limit(1)) is None


def _one_batch(session: Session, office_id: int, kind: Kind, now: datetime) -> tuple[int, bool]:
    """Erase a batch and record it: how many rows, and whether there is more to do. The last one names its day."""
    office = session.get_one(Office, office_id, with_for_update={"key_share": True})
    up_to = last_due(office, kind, now)
    if not _is_due(session, office, kind, up_to):
        return 0, False  # another process was faster
    rows = session.scalars(_due_rows(office, kind, up_to).limit(AT_ONCE)).all()
    if rows:
        _ERASE[kind](session, list(rows))
    is_more = len(rows) == AT_ONCE
    done = None if is_more else up_to
    record.add(session, office, PrivacyDeedKind.RETENTION, kind.value, len(rows), now, up_to=done)
    return len(rows), is_more


def _due_rows(office: Office, kind: Kind, up_to: date) -> Select[int]:
    """The ids of what is due."""
    after = opening.local_instant(office, up_to + timedelta(days=1), 0)
    of_complaint = (Complaint.office_id == office.id, Complaint.finished_at < after)
    match kind:
        case Kind.PEOPLE:
            return select(Ticket.id).where(Ticket.office_id == office.id, Ticket.day <= up_to, KNOWN)
        case Kind.CONTACTS:
            to_answer = exists().where(
                Complaint.ticket_id == Ticket.id, or_(Complaint.finished_at.is_(None), Complaint.finished_at >= after)
            )
            of_office = (Ticket.office_id == office.id, Ticket.day <= up_to, ~to_answer)
            # Asked of each contact, of which few are kept at any time: a join went through all tickets there ever were.
            return select(Contact.id).where(exists().where(Ticket.id == Contact.ticket_id, *of_office))
        case Kind.COMPLAINANT:
            return select(Complaint.id).where(*of_complaint, IDENTIFIED)
        case Kind.COMPLAINT:
            has_words = exists().where(ComplaintMessage.complaint_id == Complaint.id, erasable_words())
            return select(Complaint.id).where(*of_complaint, or_(Complaint.text_sealed.is_not(None), has_words))
        case Kind.COMMENT:
            of_day = (Feedback.office_id == office.id, Feedback.created_at < after)
            return select(Feedback.id).where(*of_day, Feedback.comment_sealed.is_not(None))


def _clear(session: Session, table: type[Base], condition: ColumnElement[bool], **values: Any) -> None:
    session.execute(update(table).where(condition).values(**values).execution_options(synchronize_session=False))


def forget_tickets(session: Session, ids: list[int]) -> None:
    _clear(session, Ticket, Ticket.id.in_(ids), **NOBODY)


def forget_contacts(session: Session, ids: list[int]) -> None:
    session.execute(delete(Contact).where(Contact.id.in_(ids)).execution_options(synchronize_session=False))


def forget_complainants(session: Session, ids: list[int]) -> None:
    _clear(session, Complaint, Complaint.id.in_(ids), name_sealed=None, phone_sealed=None)


def forget_complaints(session: Session, ids: list[int]) -> None:
    """What the complainant wrote and what was answered. The steps, the decision, its reasons and the summary stay."""
    _clear(session, Complaint, Complaint.id.in_(ids), text_sealed=None)
    of_them = ComplaintMessage.complaint_id.in_(ids)
    _clear(session, ComplaintMessage, of_them & erasable_words(), words_sealed=None)


def forget_comments(session: Session, ids: list[int]) -> None:
    _clear(session, Feedback, Feedback.id.in_(ids), comment_sealed=None)


_Erase = Callable[[Session, list[int]], None]
_ERASE: dict[Kind, _Erase] = {
    Kind.PEOPLE: forget_tickets,
    Kind.CONTACTS: forget_contacts,
    Kind.COMPLAINANT: forget_complainants,
    Kind.COMPLAINT: forget_complaints,
    Kind.COMMENT: forget_comments,
}


@dataclass(frozen=True, slots=True)
class Left:
    """What is past its term by more than the day that the job has for it. ``proved``: up to which day a run recorded
    that all was gone; None: none yet."""

    office: str
    kind: Kind
    rows: int
    up_to: date
    proved: date | None


def check(session: Session, office: Office, now: datetime) -> list[Left]:
    """What should be gone, counted in the tables themselves, beside what the runs recorded."""
    found = []
    for kind in Kind:
        up_to = last_due(office, kind, now) - timedelta(days=1)
        proved = session.scalar(
            select(func.max(PrivacyDeed.up_to)).where(
                PrivacyDeed.office_id == office.id,
                PrivacyDeed.deed == PrivacyDeedKind.RETENTION,
                PrivacyDeed.subject == kind.value,
            )
        )
        found.append(Left(office.slug, kind, left(session, office, kind, up_to), up_to, proved))
    return found

"""READ for the officer: the complaints about the own work as feedback, without anything that names who complained.

At once: what it is about, of which service and when. The words are the supervisor's summary, never the complainant's
own. A day on which few of that service came would tell who it was: then only the month is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from queue_app import opening
from queue_app.complaints import course, record
from queue_app.models import (
    Complaint,
    ComplaintEntry,
    ComplaintState,
    ComplaintStep,
    Resolution,
    Service,
    Subject,
    Ticket,
    User,
)
from queue_app.personal import Vault

FEWEST_ALIKE = 5
"""Served by the officer on a day for the same service: with fewer, the day is not said."""

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Heard:
    """A complaint as its officer reads it. ``day`` None: only the month (``month``, its first day) is said.
    ``substance`` None: the summary is not written yet. ``views``: what the officer said of it. ``reasons`` of the last
    decision, while it stands."""

    number: int
    subject: Subject
    service: Service | None
    day: date | None
    month: date
    substance: str | None
    views: Sequence[str]
    state: ComplaintState
    resolution: Resolution | None
    reasons: str | None

    @property
    def can_answer(self) -> bool:
        return course.may(ComplaintStep.STATEMENT, self.state)


def by(session: Session, vault: Vault, officer: User) -> list[Heard]:
    """The complaints about ``officer``, the latest first."""
    found = session.scalars(
        select(Complaint)
        .where(Complaint.officer_id == officer.id)
        .order_by(Complaint.id.desc())
        .limit(SHOWN)
        .options(
            selectinload(Complaint.service),
            selectinload(Complaint.ticket),
            selectinload(Complaint.office),
            selectinload(Complaint.entries).selectinload(ComplaintEntry.message),
        )
    ).all()
    return [_heard(session, vault, complaint) for complaint in found]


def one(session: Session, vault: Vault, officer: User, number: int) -> Heard:
    """One of them by its number. Raises NotFound ``unknown_complaint``."""
    return _heard(session, vault, record.of_office(session, officer, number))


def unanswered_count(session: Session, officer: User) -> int:
    """Open complaints about ``officer`` of which the officer has said nothing yet."""
    said = select(ComplaintEntry.complaint_id).where(ComplaintEntry.step == ComplaintStep.STATEMENT)
    return (
        session.scalar(
            select(func.count()).where(
                Complaint.officer_id == officer.id, Complaint.state.in_(course.OPEN), Complaint.id.not_in(said)
            )
        )
        or 0
    )


def _heard(session: Session, vault: Vault, complaint: Complaint) -> Heard:
    said = [entry for entry in complaint.entries if entry.message is not None]
    views = [_words(vault, entry) for entry in said if entry.step is ComplaintStep.STATEMENT]
    decisions = [_words(vault, entry) for entry in said if entry.step is ComplaintStep.DECIDE]
    day = complaint.ticket.day if complaint.ticket else opening.local_day(complaint.office, complaint.created_at)
    return Heard(
        number=complaint.number,
        subject=complaint.subject,
        service=complaint.service,
        day=day if _has_company(session, complaint, day) else None,
        month=day.replace(day=1),
        substance=vault.shown(complaint.substance_sealed),
        views=[view for view in views if view],
        state=complaint.state,
        resolution=complaint.resolution,
        reasons=decisions[-1] if decisions and complaint.resolution else None,
    )


def _words(vault: Vault, entry: ComplaintEntry) -> str | None:
    return vault.shown(entry.message.words_sealed) if entry.message is not None else None


def _has_company(session: Session, complaint: Complaint, day: date) -> bool:
    alike = select(func.count()).where(
        Ticket.office_id == complaint.office_id, Ticket.day == day, Ticket.officer_id == complaint.officer_id
    )
    if complaint.service_id is not None:
        alike = alike.where(Ticket.service_id == complaint.service_id)
    return (session.scalar(alike) or 0) >= FEWEST_ALIKE

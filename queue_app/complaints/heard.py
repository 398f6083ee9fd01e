"""READ for the officer: the complaints about the own work as feedback, without anything that names who complained.

At once: what it is about, of which service and when. The words are the supervisor's summary, never the complainant's
own. A day on which few of that service came would tell who it was: then only the month is said.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, exists, func, select
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
from queue_app.prepared import Prepared, is_any_of

FEWEST_ALIKE = 5
"""Served by the officer on a day for the same service: with fewer, the day is not said."""

SHOWN = 50

_SAID = exists().where(ComplaintEntry.complaint_id == Complaint.id, ComplaintEntry.step == ComplaintStep.STATEMENT)
_UNANSWERED = Prepared(
    select(func.count()).where(
        Complaint.officer_id == bindparam("of_officer"), is_any_of(Complaint.state, sorted(course.OPEN)), ~_SAID
    ),
    flushes=True,
)


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
    return _all_heard(session, vault, found)


def one(session: Session, vault: Vault, officer: User, number: int) -> Heard:
    """One of them by its number. Raises NotFound ``unknown_complaint``."""
    return _all_heard(session, vault, [record.of_office(session, officer, number)])[0]


def unanswered_count(session: Session, officer: User) -> int:
    """Open complaints about ``officer`` of which the officer has said nothing yet."""
    count: int = _UNANSWERED.scalar(session, {"of_officer": officer.id})
    return count


def _all_heard(session: Session, vault: Vault, complaints: Sequence[Complaint]) -> list[Heard]:
    days = {complaint.id: _day(complaint) for complaint in complaints}
    alike = _tickets_alike(session, complaints, days.values())
    return [
        _heard(vault, complaint, days[complaint.id], has_company=alike(complaint, days[complaint.id]) >= FEWEST_ALIKE)
        for complaint in complaints
    ]


def _day(complaint: Complaint) -> date:
    return complaint.ticket.day if complaint.ticket else opening.local_day(complaint.office, complaint.created_at)


def _heard(vault: Vault, complaint: Complaint, day: date, *, has_company: bool) -> Heard:
    said = [entry for entry in complaint.entries if entry.message is not None]
    views = [_words(vault, entry) for entry in said if entry.step is ComplaintStep.STATEMENT]
    decisions = [_words(vault, entry) for entry in said if entry.step is ComplaintStep.DECIDE]
    return Heard(
        number=complaint.number,
        subject=complaint.subject,
        service=complaint.service,
        day=day if has_company else None,
        month=day.replace(day=1),
        substance=vault.shown(complaint.substance_sealed),
        views=[view for view in views if view],
        state=complaint.state,
        resolution=complaint.resolution,
        reasons=decisions[-1] if decisions and complaint.resolution else None,
    )


def _words(vault: Vault, entry: ComplaintEntry) -> str | None:
    return vault.shown(entry.message.words_sealed) if entry.message is not None else None


def _tickets_alike(
    session: Session, complaints: Sequence[Complaint], days: Collection[date]
) -> Callable[[Complaint, date], int]:
    """How many tickets of a day were served by whom a complaint is about, for its service where that is known: counted
    for all of them in one question."""
    rows = session.execute(
        select(Ticket.office_id, Ticket.day, Ticket.officer_id, Ticket.service_id, func.count())
        .where(
            Ticket.office_id.in_({one.office_id for one in complaints}),
            Ticket.day.in_(set(days)),
            Ticket.officer_id.in_({one.officer_id for one in complaints}),
        )
        .group_by(Ticket.office_id, Ticket.day, Ticket.officer_id, Ticket.service_id)
    ).all()

    def alike(complaint: Complaint, day: date) -> int:
        of_officer = (complaint.office_id, day, complaint.officer_id)
        wanted = complaint.service_id
        return sum(count for *key, service, count in rows if tuple(key) == of_officer and wanted in (None, service))

    return alike

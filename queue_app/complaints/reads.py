"""READ for screens: complaints of an office with their deadlines, and the course of one, for each kind of reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, selectinload

from queue_app import opening
from queue_app.complaints import course
from queue_app.models import (
    Complaint,
    ComplaintEntry,
    ComplaintState,
    ComplaintStep,
    Office,
    Resolution,
    Role,
    Subject,
    Ticket,
    User,
)
from queue_app.personal import Vault

AT_ONCE = 500
"""Complaints that one question is about."""

PAGE = 50

_TOLD_THE_COMPLAINANT = frozenset(ComplaintStep) - {ComplaintStep.SUMMARISE, ComplaintStep.STATEMENT}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which complaints are asked for; None and False: any."""

    state: ComplaintState | None = None
    subject: Subject | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of complaints, those first whose deadline comes first and the finished last. ``count`` of all of them."""

    complaints: Sequence[Complaint]
    count: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A step as its reader may see it. ``by``: who of the office took it; None: the complainant. ``words`` None: there
    were none, or they are erased (``is_erased``)."""

    at: datetime
    step: ComplaintStep
    by: User | None
    words: str | None = None
    is_erased: bool = False
    to_state: ComplaintState = ComplaintState.RECEIVED
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def resolution(self) -> Resolution | None:
        return Resolution(self.data["resolution"]) if "resolution" in self.data else None


class Place(NamedTuple):
    """Where a complaint stands in the list: whether it is finished, its deadline, its id."""

    is_finished: bool
    due_on: date
    complaint_id: int


def place_of(complaint: Complaint) -> Place:
    return Place(complaint.state in course.FINISHED, complaint.due_on, complaint.id)


def listed(session: Session, office: Office, choice: Choice, now: datetime, page: int = 1, most: int = PAGE) -> Listed:
    count = session.scalar(_chosen(select(func.count()).select_from(Complaint), office, choice, now)) or 0
    rows = session.scalars(_in_order(office, choice, now).offset((page - 1) * most).limit(most)).all()
    return Listed(rows, count)


def listed_after(
    session: Session, office: Office, choice: Choice, now: datetime, after: Place | None, most: int
) -> Sequence[Complaint]:
    """The next of the same list: those that stand behind ``after`` (None: the first), whatever came in between."""
    found = _in_order(office, choice, now)
    if after is not None:
        is_later = (Complaint.due_on > after.due_on) | (
            (Complaint.due_on == after.due_on) & (Complaint.id > after.complaint_id)
        )
        is_finished = Complaint.state.in_(course.FINISHED)
        found = found.where(is_finished & is_later if after.is_finished else is_finished | is_later)
    return session.scalars(found.limit(most)).all()


def _in_order(office: Office, choice: Choice, now: datetime) -> Select[Complaint]:
    return (
        _chosen(select(Complaint), office, choice, now)
        .options(
            selectinload(Complaint.service),
            selectinload(Complaint.assignee),
            selectinload(Complaint.office),
            selectinload(Complaint.officer),
        )
        .order_by(Complaint.state.in_(course.FINISHED), Complaint.due_on, Complaint.id)
    )


def overdue(session: Session, office: Office, now: datetime) -> Sequence[Complaint]:
    """The open complaints whose deadline is over, the oldest deadline first."""
    return session.scalars(
        select(Complaint)
        .where(Complaint.office_id == office.id, _is_overdue(office, now))
        .order_by(Complaint.due_on, Complaint.id)
    ).all()


def is_overdue(complaint: Complaint, today: date) -> bool:
    return complaint.state in course.OPEN and complaint.due_on < today


def handlers(session: Session, office: Office) -> Sequence[User]:
    """Who can take a complaint in hand."""
    return _people(session, office, Role.SUPERVISOR, Role.ADMIN)


def officers(session: Session, office: Office) -> Sequence[User]:
    """Whom a complaint can be about."""
    return _people(session, office, Role.OFFICER)


def whole_course(session: Session, vault: Vault, complaint: Complaint) -> list[Moment]:
    """Every step with its words, oldest first: for who oversees the office."""
    return [_moment(vault, entry) for entry in _entries(session, complaint)]


def whole_courses(session: Session, vault: Vault, complaints: Sequence[Complaint]) -> Mapping[int, list[Moment]]:
    """The same of many, by their ids; their tickets are loaded with them. Some questions for each AT_ONCE of them."""
    found: dict[int, list[Moment]] = {complaint.id: [] for complaint in complaints}
    for first in range(0, len(complaints), AT_ONCE):
        part = complaints[first : first + AT_ONCE]
        session.scalars(select(Ticket).where(Ticket.id.in_({one.ticket_id for one in part}))).all()
        entries = _all_entries().where(ComplaintEntry.complaint_id.in_([one.id for one in part]))
        for entry in session.scalars(entries.order_by(ComplaintEntry.id)):
            found[entry.complaint_id].append(_moment(vault, entry))
    return found


def own_course(session: Session, vault: Vault, complaint: Complaint) -> list[Moment]:
    """The steps as the complainant may see them: without the officer's view and the officer's summary."""
    entries = [entry for entry in _entries(session, complaint) if entry.step in _TOLD_THE_COMPLAINANT]
    return [_moment(vault, entry) for entry in entries]


def _chosen(query: Select[Any], office: Office, choice: Choice, now: datetime) -> Select[Any]:
    query = query.where(Complaint.office_id == office.id)
    if choice.state is not None:
        query = query.where(Complaint.state == choice.state)
    if choice.subject is not None:
        query = query.where(Complaint.subject == choice.subject)
    if choice.overdue:
        query = query.where(_is_overdue(office, now))
    return query


def _is_overdue(office: Office, now: datetime) -> ColumnElement[bool]:
    return Complaint.state.in_(course.OPEN) & (Complaint.due_on < opening.local_day(office, now))


def _people(session: Session, office: Office, *roles: Role) -> Sequence[User]:
    return session.scalars(
        select(User)
        .where(User.office_id == office.id, User.role.in_(roles), User.active)
        .order_by(User.display_name, User.id)
    ).all()


def _entries(session: Session, complaint: Complaint) -> Sequence[ComplaintEntry]:
    entries = _all_entries().where(ComplaintEntry.complaint_id == complaint.id)
    return session.scalars(entries.order_by(ComplaintEntry.id)).all()


def _all_entries() -> Select[ComplaintEntry]:
    return select(ComplaintEntry).options(selectinload(ComplaintEntry.actor), selectinload(ComplaintEntry.message))


def _moment(vault: Vault, entry: ComplaintEntry) -> Moment:
    sealed = entry.message.words_sealed if entry.message is not None else None
    return Moment(
        at=entry.at,
        step=entry.step,
        by=entry.actor,
        words=vault.shown(sealed),
        is_erased=entry.message is not None and sealed is None,
        to_state=entry.to_state,
        data=entry.data,
    )

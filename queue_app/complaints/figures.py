"""READ for numbers: what came of complaints, by service and officer. The accuracy indicator counts those upheld."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from metrics.periods import Period, day_of
from queue_app.models import Complaint, Office, Resolution, Subject, Ticket

Of = tuple[int | None, int | None]
"""A service's id and an officer's id; None where a complaint names none."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Counts of complaints. ``open``: not decided yet (or appealed). ``late`` of all: decided after the deadline, or
    still open then.
    """

    upheld: int = 0
    partly: int = 0
    not_upheld: int = 0
    withdrawn: int = 0
    open: int = 0
    late: int = 0

    def __add__(self, other: "Outcomes") -> "Outcomes":
        return Outcomes(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Outcomes)))

    @property
    def decided(self) -> int:
        return self.upheld + self.partly + self.not_upheld

    @property
    def received(self) -> int:
        return self.decided + self.withdrawn + self.open


def outcomes(
    session: Session, office: Office, period: Period, subjects: Collection[Subject] | None = None
) -> Mapping[Of, Outcomes]:
    """What came of the complaints about each service and officer, about visits in ``period`` (without a ticket: that
    came in then). ``subjects`` None: of any category.
    """
    query = (
        select(Complaint.service_id, Complaint.officer_id, Complaint.resolution)
        .outerjoin(Ticket, Ticket.id == Complaint.ticket_id)
        .where(Complaint.office_id == office.id, _within(period))
    )
    if subjects is not None:
        query = query.where(Complaint.subject.in_(subjects))
    counts: dict[Of, Counter[Resolution | None]] = defaultdict(Counter)
    for service_id, officer_id, resolution in session.execute(query):
        counts[service_id, officer_id][resolution] += 1
    return {of: _of(counter) for of, counter in counts.items()}


def received(session: Session, office: Office, period: Period, today: date) -> Mapping[Subject, Outcomes]:
    """What came of the complaints that came in during ``period``, by what they are about; absent where none did."""
    start, end = period.bounds
    rows = session.execute(
        select(Complaint.subject, Complaint.resolution, Complaint.due_on, Complaint.finished_at).where(
            Complaint.office_id == office.id, Complaint.created_at >= start, Complaint.created_at < end
        )
    )
    found: defaultdict[Subject, Outcomes] = defaultdict(Outcomes)
    for subject, resolution, due_on, finished_at in rows:
        is_late = due_on < (day_of(finished_at, office.zone) if finished_at else today)
        found[subject] += replace(_of({resolution: 1}), late=int(is_late))
    return found


def _within(period: Period) -> ColumnElement[bool]:
    start, end = period.bounds
    return or_(
        Ticket.day.between(period.start_day, period.end_day),
        and_(Complaint.ticket_id.is_(None), Complaint.created_at >= start, Complaint.created_at < end),
    )


def _of(counter: Mapping[Resolution | None, int]) -> Outcomes:
    return Outcomes(
        upheld=counter.get(Resolution.UPHELD, 0),
        partly=counter.get(Resolution.PARTLY, 0),
        not_upheld=counter.get(Resolution.NOT_UPHELD, 0),
        withdrawn=counter.get(Resolution.WITHDRAWN, 0),
        open=counter.get(None, 0),
    )

"""READ for numbers: what came of complaints, by service and officer. The accuracy indicator counts those upheld."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from metrics.periods import Period
from queue_app.models import Complaint, Office, Resolution, Subject, Ticket

Of = tuple[int | None, int | None]
"""A service's id and an officer's id; None where a complaint names none."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Counts of complaints. ``open``: not decided yet (or appealed)."""

    upheld: int = 0
    partly: int = 0
    not_upheld: int = 0
    withdrawn: int = 0
    open: int = 0

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


def upheld_by_officer(
    session: Session, office: Office, period: Period, subjects: Collection[Subject] | None = None
) -> Mapping[int, int]:
    """How many complaints about each officer (by id) were upheld, wholly or partly. Officers without any are absent."""
    found: Counter[int] = Counter()
    for (_, officer_id), counted in outcomes(session, office, period, subjects).items():
        if officer_id is not None and counted.upheld + counted.partly:
            found[officer_id] += counted.upheld + counted.partly
    return dict(found)


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

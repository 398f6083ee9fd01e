"""The end of an office's local day: what is still open is closed honestly, never counted as served."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import line, opening, shifts, writer
from queue_app.database import Database
from queue_app.lifecycle import BY_DAY_END, Action
from queue_app.models import Office, Shift, Ticket
from queue_app.models.ticket import IS_LIVE
from queue_app.writer import Entry

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayEnd:
    """What closing did: counts of tickets expired and shifts closed."""

    expired: int
    shifts_closed: int


def close_day(session: Session, office: Office, day: date, now: datetime, entry: Entry | None = None) -> DayEnd:
    """Expire every live ticket of ``day`` and before, and close the shifts that were opened on it. Repeatable.

    ``entry``: by whom and why, when it is not the day that has ended by itself.
    """
    entry = entry or Entry(now, reason=BY_DAY_END)
    # All rows are locked before the first is written: a desk that holds one waits for nothing we hold.
    open_shifts = [
        shift
        for shift in session.scalars(
            select(Shift)
            .where(Shift.id.in_([s.id for s in shifts.live(session, office.id)]))
            .order_by(Shift.id)
            .with_for_update()
        )
        if opening.local_day(office, shift.opened_at) <= day
    ]
    line.kept(session, office.id)
    tickets = session.scalars(
        select(Ticket)
        .where(Ticket.office_id == office.id, Ticket.day <= day, IS_LIVE)
        .order_by(Ticket.id)
        .with_for_update()
    ).all()
    for ticket in tickets:
        writer.move(session, ticket, Action.EXPIRE, entry)
    for shift in open_shifts:
        shifts.end(session, shift, entry)
    return DayEnd(len(tickets), len(open_shifts))


def close_past_days(database: Database, now: datetime) -> None:
    """Close yesterday for every office where something is left to do: run often, does something once a day."""
    with database.read() as session:
        due = [office.id for office in session.scalars(select(Office)) if _is_due(session, office, now)]
    for office_id in due:
        with database.write() as session:
            office = session.get_one(Office, office_id)
            close_day(session, office, opening.local_day(office, now) - ONE_DAY, now)


def _is_due(session: Session, office: Office, now: datetime) -> bool:
    today = opening.local_day(office, now)
    of_office = select(Ticket.id).where(Ticket.office_id == office.id).limit(1)
    still_open = of_office.where(Ticket.day < today, IS_LIVE)
    return session.scalar(still_open) is not None or any(
        opening.local_day(office, shift.opened_at) < today for shift in shifts.live(session, office.id)
    )

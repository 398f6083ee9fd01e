"""How many of those who booked did not come, from the log; and what overbooking makes of it. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from metrics.proportion import wilson_low
from queue_app import opening
from queue_app.lifecycle import FINAL, Action, TicketState
from queue_app.models import Channel, Event, Office, Service, Ticket

LOOK_BACK = timedelta(days=60)
_COUNTED = FINAL - {TicketState.CANCELLED}
_KEPT_ANSWERS = 500


@dataclass(frozen=True, slots=True)
class NoShows:
    """Of ``booked`` tickets for the days ``first`` to ``last``, ``missed`` never came.

    ``low``: at least this share may be relied on (Wilson's lower bound at 95 %). ``rate``: what overbooking uses of
    it, never more than the office's cap.
    """

    first: date
    last: date
    booked: int
    missed: int
    low: float
    rate: float

    def more_for(self, capacity: int) -> int:
        """Places that a slot of ``capacity`` takes more; floor, so that a small slot takes none."""
        return int(capacity * self.rate)


def measured(session: Session, office: Office, now: datetime) -> NoShows:
    """The no-shows of the 60 days before today, whether or not the office overbooks.

    Counted are tickets that were booked and not given back (a cancelled place is free for others). Missed are those
    that were called in vain at last, and those that expired without a check-in.
    """
    today = opening.local_day(office, now)
    first, last = today - LOOK_BACK, today - timedelta(days=1)
    of_ticket = Event.ticket_id == Ticket.id
    never_came = ~exists().where(of_ticket, Event.action == Action.CHECK_IN.value)
    missed = or_(Ticket.state == TicketState.NO_SHOW, and_(Ticket.state == TicketState.EXPIRED, never_came))
    booked, missing = session.execute(
        select(func.count(), func.coalesce(func.sum(case((missed, 1), else_=0)), 0)).where(
            Ticket.office_id == office.id,
            Ticket.day.between(first, last),
            Ticket.state.in_(_COUNTED),
            Ticket.channel != Channel.IMPORTED,
            exists().where(of_ticket, Event.ticket_version == 1, Event.action == Action.BOOK.value),
        )
    ).one()
    low = wilson_low(missing, booked)
    return NoShows(first, last, booked, missing, low, min(low, office.overbooking_cap_percent / 100))


def extra_places(session: Session, service: Service, capacity: int, now: datetime) -> int:
    """How many places more than its capacity a slot of the service takes now; 0 unless the office overbooks."""
    office = service.office
    if not office.overbooking:
        return 0
    return of_today(session, office, now).more_for(capacity)


_answers: WeakKeyDictionary[Pool, dict[tuple[int, date, int], NoShows]] = WeakKeyDictionary()


def of_today(session: Session, office: Office, now: datetime) -> NoShows:
    """The same all day: the days before today have ended, so the log is asked once by each process."""
    kept = _answers.setdefault(session.get_bind().engine.pool, {})
    key = (office.id, opening.local_day(office, now), office.overbooking_cap_percent)
    if key not in kept:
        if len(kept) >= _KEPT_ANSWERS:
            kept.clear()
        kept[key] = measured(session, office, now)
    return kept[key]

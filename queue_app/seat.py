"""An officer's seat as a call needs it: who is there already, and what is taken there. In one statement."""

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from queue_app import scope
from queue_app.lifecycle import ShiftState
from queue_app.models import Counter, Shift, Ticket, counter_service
from queue_app.models.ticket import AT_ANY_COUNTER
from queue_app.prepared import Prepared
from queue_app.scope import Scope


@dataclass(frozen=True, slots=True)
class Seat:
    """``ticket_id``: who is at the counter. ``scope``: what it takes with this officer, perhaps nothing."""

    counter_id: int
    officer_id: int
    state: ShiftState
    ticket_id: int | None
    scope: Scope


_THERE = select(Ticket.id).where(Ticket.counter_id == Shift.counter_id, AT_ANY_COUNTER).correlate(Shift)
# It locks the shift, so that closing and calling take turns.
_OF_OFFICER = Prepared(
    select(
        Shift.counter_id,
        Counter.pool_id,
        Shift.state,
        _THERE.scalar_subquery().label("ticket_id"),
        counter_service.c.service_id,
        counter_service.c.preference,
    )
    .join(Counter, Counter.id == Shift.counter_id)
    .outerjoin(counter_service, and_(counter_service.c.counter_id == Shift.counter_id, scope.CAN))
    .where(Shift.officer_id == bindparam("of_officer"), Shift.state != ShiftState.CLOSED)
    .with_for_update(of=Shift)
)


def of(session: Session, officer_id: int) -> Seat | None:
    """Where the officer sits now, locked; None for one who has no counter."""
    rows = _OF_OFFICER.all(session, {"of_officer": officer_id})
    if not rows:
        return None
    counter_id, pool_id, state, ticket_id, *_ = rows[0]
    preferences = {row.service_id: row.preference for row in rows if row.service_id is not None}
    takes = Scope(counter_id, pool_id, officer_id, preferences, state is ShiftState.OPEN)
    return Seat(counter_id, officer_id, state, ticket_id, takes)

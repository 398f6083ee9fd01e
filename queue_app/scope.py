"""Who can take whom: which services a counter takes, in which order, with the officer at it. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, null, or_, select
from sqlalchemy.orm import Session

from queue_app.lifecycle import STAFFED, ShiftState
from queue_app.models import Counter, Shift, Ticket, counter_service, officer_service
from queue_app.prepared import Prepared, is_any_of


class Kept(NamedTuple):
    """For which counter, officer or pool alone a waiting ticket is; at most one of them."""

    counter_id: int | None = None
    officer_id: int | None = None
    pool_id: int | None = None


ANYBODY = Kept()


def kept(ticket: Ticket) -> Kept:
    return Kept(ticket.for_counter_id, ticket.for_officer_id, ticket.for_pool_id)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one counter takes. ``preferences``: by the id of each service that is taken, 1 the first.

    ``officer_id`` None: nobody is there, and whoever comes is thought to be able to do all.
    """

    counter_id: int
    pool_id: int | None
    officer_id: int | None
    preferences: Mapping[int, int]
    is_open: bool = True

    def preference(self, service_id: int, kept_for: Kept = ANYBODY) -> int | None:
        """In which place the counter takes such a ticket; None when it doesn't. One that is kept for it counts as of
        its first preference."""
        own = self.preferences.get(service_id)
        if own is None or kept_for == ANYBODY:
            return own
        return min(self.preferences.values()) if self._is_for(kept_for) else None

    def offered(self) -> ColumnElement[bool]:
        """The tickets that the counter may be offered, as a condition."""
        for_here = [Ticket.for_counter_id == self.counter_id]
        if self.officer_id is not None:
            for_here.append(Ticket.for_officer_id == self.officer_id)
        if self.pool_id is not None:
            for_here.append(Ticket.for_pool_id == self.pool_id)
        return and_(Ticket.service_id.in_(self.preferences), or_(is_for_anybody(), *for_here))

    @property
    def asked(self) -> dict[str, Any]:
        """The values of ``OFFERED``."""
        where = {"at_counter": self.counter_id, "with_officer": self.officer_id, "in_pool": self.pool_id}
        return {"services": list(self.preferences), **where}

    def _is_for(self, kept_for: Kept) -> bool:
        mine = Kept(self.counter_id, self.officer_id, self.pool_id)
        return any(own is not None and own == wanted for own, wanted in zip(mine, kept_for, strict=True))


def is_for_anybody() -> ColumnElement[bool]:
    return and_(Ticket.for_counter_id.is_(None), Ticket.for_officer_id.is_(None), Ticket.for_pool_id.is_(None))


OFFERED = and_(
    Ticket.service_id.in_(bindparam("services", expanding=True)),
    or_(
        is_for_anybody(),
        Ticket.for_counter_id == bindparam("at_counter", type_=Integer),
        Ticket.for_officer_id == bindparam("with_officer", type_=Integer),
        Ticket.for_pool_id == bindparam("in_pool", type_=Integer),
    ),
)
"""The same as ``Scope.offered`` for statements that are composed once; its values are ``Scope.asked``."""


# Made once: composing a statement costs as much as running one of these.
CAN = or_(
    ~exists().where(officer_service.c.officer_id == Shift.officer_id),
    exists().where(
        officer_service.c.officer_id == Shift.officer_id,
        officer_service.c.service_id == counter_service.c.service_id,
    ),
)
"""Of shifts at counters with their services: the officer can do it."""
_ATTENDED: Select[Any] = (
    select(
        Shift.counter_id,
        Counter.pool_id,
        Shift.officer_id,
        Shift.state,
        counter_service.c.service_id,
        counter_service.c.preference,
    )
    .join(Counter, Counter.id == Shift.counter_id)
    .join(counter_service, and_(counter_service.c.counter_id == Shift.counter_id, CAN))
)
_OF_SHIFT = Prepared(_ATTENDED.where(Shift.id == bindparam("of_shift", type_=Integer)))
IS_STAFFED = is_any_of(Shift.state, STAFFED)
"""Of shifts: not closed."""
_OF_OFFICE = Prepared(
    _ATTENDED.where(Shift.office_id == bindparam("of_office", type_=Integer), IS_STAFFED), flushes=True
)
_EQUIPPED = Prepared(
    select(Counter.id, Counter.pool_id, null(), null(), counter_service.c.service_id, counter_service.c.preference)
    .join(counter_service, counter_service.c.counter_id == Counter.id)
    .where(Counter.office_id == bindparam("of_office", type_=Integer)),
    flushes=True,
)


def of_shift(session: Session, shift: Shift) -> Scope:
    """What the counter takes with the officer at it; nothing when they have no service in common."""
    found = _scopes(_OF_SHIFT.all(session, {"of_shift": shift.id}))
    return found[0] if found else Scope(shift.counter_id, None, shift.officer_id, {})


def attended(session: Session, office_id: int) -> list[Scope]:
    """The counters of an office with an officer, paused ones too, as far as they take anything."""
    return _scopes(_OF_OFFICE.all(session, {"of_office": office_id}))


def equipped(session: Session, office_id: int) -> list[Scope]:
    """All counters of an office as if somebody who can do everything sat at each."""
    return _scopes(_EQUIPPED.all(session, {"of_office": office_id}))


def counters_for(session: Session, ticket: Ticket) -> list[int]:
    """The numbers of the counters at which a ticket that is kept for somebody is called; none for one that is not."""
    if kept(ticket) == ANYBODY:
        return []
    everywhere = attended(session, ticket.office_id)
    takes = [at.counter_id for at in everywhere if at.preference(ticket.service_id, kept(ticket)) is not None]
    return list(session.scalars(select(Counter.number).where(Counter.id.in_(takes)).order_by(Counter.number)))


def _scopes(rows: Iterable[Any]) -> list[Scope]:
    preferences: defaultdict[tuple[Any, ...], dict[int, int]] = defaultdict(dict)
    for *seat, service_id, preference in rows:
        preferences[tuple(seat)][service_id] = preference
    return [
        Scope(counter_id, pool_id, officer_id, takes, state is ShiftState.OPEN)
        for (counter_id, pool_id, officer_id, state), takes in preferences.items()
    ]

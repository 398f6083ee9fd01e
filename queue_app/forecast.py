"""Whose turn is when: each waiting ticket's position, and the wait it may expect."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Integer, Pool, bindparam, select
from sqlalchemy.orm import Session

from metrics.estimate import ServeTime, WaitRange, mean_of_counts, serve_times, wait_range
from metrics.plausibility import sift
from queue_app import discipline, history, line, opening
from queue_app.lifecycle import AT_COUNTER, ShiftState, TicketState
from queue_app.models import Office, Service, Shift, Ticket, counter_service

__all__ = ["TIMES_KEPT", "Place", "Places", "WaitRange", "place_of", "places"]

TIMES_KEPT = timedelta(seconds=60)
"""How long serve times are used before the log is asked again."""

_RECENT_VISITS = 50
_LOOK_BACK = timedelta(days=90)
_OFFICES_KEPT = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A waiting ticket's turn among all who wait for the same counters (1 is called next), and its wait from now."""

    position: int
    estimate: WaitRange | None


Places = Mapping[int, Place]
"""By ticket id."""


def places(session: Session, office: Office, now: datetime) -> Places:
    """The place of every ticket that waits today: six short queries, however long the line is.

    Two tickets wait for the same counters when some counter with an officer could take either (when nobody is there
    for a service: some counter of the office could). The estimate is for the counters that are open and not paused;
    None while there is none.
    """
    today = opening.local_day(office, now)
    everyone = line.everyone(session, office, today)
    if not everyone:
        return {}
    floor = _floor(session, office, set(everyone.values()))
    times = _serve_times(session, office, now)
    found: dict[int, Place] = {}
    # Whom somebody lets pass are those who want the same counters: each such line has its order.
    for rivals in {access.rivals for access in floor.values()}:
        ahead: Tally[str] = Tally()
        competing = (waiting for waiting, code in everyone.items() if code in rivals)
        for waiting in discipline.in_order(competing, office.rule, now):
            code = everyone[waiting]
            if floor[code].rivals == rivals:
                found[waiting.id] = _place(floor[code], code, ahead, times)
            ahead[code] += 1
    return found


def place_of(session: Session, ticket: Ticket, now: datetime) -> Place | None:
    """The place of one ticket, as in ``places``, without looking at everybody's; None unless it waits today."""
    if ticket.state is not TicketState.WAITING or ticket.due_at is None:
        return None
    office = ticket.office
    today = opening.local_day(office, now)
    if ticket.day != today:
        return None
    if line.has_someone_letting_pass(session, office, today):
        return places(session, office, now).get(ticket.id)
    code, ahead = ticket.service.code, line.ahead(session, ticket, now)
    return _place(_floor(session, office, {code})[code], code, ahead, _serve_times(session, office, now))


@dataclass(frozen=True, slots=True)
class _Access:
    """What a service's tickets meet.

    ``rivals`` are the services that want the same counters, itself among them; ``serving`` counts, per service, who is
    at those of its counters that are open.
    """

    rivals: frozenset[str]
    counters_open: int
    serving: Tally[str]


def _place(access: _Access, code: str, ahead: Mapping[str, int], times: Mapping[str, ServeTime]) -> Place:
    before = Tally({rival: ahead[rival] for rival in access.rivals})
    position = 1 + before.total()
    # With nobody before, no time matters; the citizen's own says at least whether one is known.
    mix = access.serving + before or Tally([code])
    estimate = wait_range(
        position=position,
        counters_open=access.counters_open,
        counters_busy=access.serving.total(),
        mean_serve_s=mean_of_counts(mix, times),
    )
    return Place(position, estimate)


def _floor(session: Session, office: Office, codes: set[str]) -> dict[str, _Access]:
    """For each of the waiting services, who else wants its counters, and how many of them are open and busy."""
    attended, is_open = _attended(session, office)
    served = _at_counters(session, office)
    # Nobody is there for a service: then all who want a counter that could be opened for it stand in the same line.
    equipped = _equipped(session, office) if codes - set().union(*attended.values()) else {}
    found = {}
    for code in codes:
        here = [counter_id for counter_id, serves in attended.items() if code in serves]
        open_here = [counter_id for counter_id in here if counter_id in is_open]
        shared = [attended[counter_id] for counter_id in here] or [s for s in equipped.values() if code in s]
        found[code] = _Access(
            rivals=frozenset({code}.union(*shared)),
            counters_open=len(open_here),
            serving=Tally(served[counter_id] for counter_id in open_here if counter_id in served),
        )
    return found


_Serves = dict[int, set[str]]
"""Codes of the services by counter id."""


# Made once: composing a statement costs as much as running one of these.
_HERE = bindparam("office_id", type_=Integer)
_ATTENDED = (
    select(Shift.counter_id, Shift.state, Service.code)
    .join(counter_service, counter_service.c.counter_id == Shift.counter_id)
    .join(Service, Service.id == counter_service.c.service_id)
    .where(Shift.office_id == _HERE, Shift.state != ShiftState.CLOSED)
)
_EQUIPPED = (
    select(counter_service.c.counter_id, Service.code)
    .join(Service, Service.id == counter_service.c.service_id)
    .where(Service.office_id == _HERE)
)
_AT_COUNTERS = (
    select(Ticket.counter_id, Service.code)
    .join(Service, Service.id == Ticket.service_id)
    .where(Ticket.office_id == _HERE, Ticket.state.in_(AT_COUNTER))
)


def _attended(session: Session, office: Office) -> tuple[_Serves, set[int]]:
    """The counters with an officer, and which of them are not paused."""
    rows = session.execute(_ATTENDED, {"office_id": office.id}).all()
    serves: defaultdict[int, set[str]] = defaultdict(set)
    for counter_id, _, code in rows:
        serves[counter_id].add(code)
    return dict(serves), {counter_id for counter_id, state, _ in rows if state is ShiftState.OPEN}


def _equipped(session: Session, office: Office) -> _Serves:
    """All counters of the office."""
    serves: defaultdict[int, set[str]] = defaultdict(set)
    for counter_id, code in session.execute(_EQUIPPED, {"office_id": office.id}):
        serves[counter_id].add(code)
    return dict(serves)


def _at_counters(session: Session, office: Office) -> dict[int, str]:
    """The service being served, or called to, by counter id."""
    rows = session.execute(_AT_COUNTERS, {"office_id": office.id})
    return {counter_id: code for counter_id, code in rows if counter_id is not None}


_Times = Mapping[str, ServeTime]
_times_read: WeakKeyDictionary[Pool, dict[int, tuple[datetime, _Times]]] = WeakKeyDictionary()
"""Per database and office. Greenlets and threads may both read anew at the same moment; the last one stays."""


def _serve_times(session: Session, office: Office, now: datetime) -> _Times:
    """Serve times per service, read from the log at most once in ``TIMES_KEPT``, so that a push costs no history."""
    of_database = _times_read.setdefault(session.get_bind().engine.pool, {})
    read_at, times = of_database.get(office.id, (None, {}))
    if read_at is None or not timedelta(0) <= now - read_at < TIMES_KEPT:
        times = _read_serve_times(session, office, now)
        if len(of_database) >= _OFFICES_KEPT:
            of_database.clear()
        of_database[office.id] = (now, times)
    return times


def _read_serve_times(session: Session, office: Office, now: datetime) -> _Times:
    recent = history.recent_visits(session, office, now - _LOOK_BACK, _RECENT_VISITS)
    kept = sift(recent, office.zone).kept
    return serve_times(kept, history.standards_s(session, office), recent=_RECENT_VISITS)

"""Whose turn is when: each waiting ticket's position, and the wait it may expect.

Waits are those of the rollout (``waits.engine``). Where it says nothing because the line is too long, the range follows
from the number ahead, the counters and the mean serve time (``metrics.estimate``).
"""

from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from metrics.estimate import ServeTime, WaitRange, mean_of_counts, told_range, wait_range
from queue_app import discipline, line, opening, scope
from queue_app.discipline import Waiting
from queue_app.lifecycle import TicketState
from queue_app.line import Lane
from queue_app.models import Office, Service, Ticket
from queue_app.models.ticket import is_at_counter
from queue_app.prepared import Prepared
from queue_app.scope import Scope
from queue_app.waits import engine, learned
from queue_app.waits.engine import Wait
from queue_app.waits.learned import KEPT as TIMES_KEPT

__all__ = ["TIMES_KEPT", "Place", "Places", "WaitRange", "newcomers", "place_of", "places"]

_SAME_PREFERENCE = 1


@dataclass(frozen=True, slots=True)
class Place:
    """A waiting ticket's turn among all who wait for the same counters (1 is called next), and its wait from now.

    ``behind``: the services whose people would go first had they joined before; empty where that isn't all there is to
    a place, because somebody waits apart.
    """

    position: int
    estimate: WaitRange | None
    behind: frozenset[int] = field(default=frozenset(), compare=False)


Places = Mapping[int, Place]
"""By ticket id."""


def places(session: Session, office: Office, now: datetime) -> Places:
    """The place of every ticket that waits today: few short queries, however long the line is.

    Two tickets wait for the same counters when some counter with an officer could take either (when nobody is there
    for one: some counter of the office could). Who is ahead follows the rule, and the preference of those counters as
    far as they agree. The estimate is for the counters that are open and not paused; None while there is none.
    """
    today = opening.local_day(office, now)
    everyone = line.everyone(session, office, today)
    if not everyone:
        return {}
    lanes = {waiting.id: lane for waiting, lane in everyone}
    codes, times = _codes(session, office), _serve_times(session, office, now)
    foretold = engine.foretold(session, office, now)
    floor = _floor(session, office, set(lanes.values()), codes)
    found: dict[int, Place] = {}
    # Whom somebody lets pass are those who want the same counters: each such line has its order.
    for rivals in {access.rivals for access in floor.values()}:
        preferences = dict(rivals)
        ahead: Tally[str] = Tally()
        competing = (_seen(w, preferences[lane]) for w, lane in everyone if lane in preferences)
        for waiting in discipline.in_order(competing, office.rule, now):
            lane = lanes[waiting.id]
            if floor[lane].rivals == rivals:
                found[waiting.id] = (
                    _place(floor[lane], codes[lane.service_id], ahead, times)
                    if foretold is None
                    else Place(1 + ahead.total(), _told(foretold.tickets.get(waiting.id)))
                )
            ahead[codes[lane.service_id]] += 1
    return found


def _seen(waiting: Waiting, preference: int) -> Waiting:
    return waiting if waiting.preference == preference else replace(waiting, preference=preference)


def place_of(session: Session, ticket: Ticket, now: datetime) -> Place | None:
    """The place of one ticket, as in ``places``, without looking at everybody's; None unless it waits today."""
    if ticket.state is not TicketState.WAITING or ticket.due_at is None:
        return None
    office = ticket.office
    today = opening.local_day(office, now)
    if ticket.day != today:
        return None
    if line.has_someone_apart(session, office, today):
        return places(session, office, now).get(ticket.id)
    codes, mine = _codes(session, office), Lane(ticket.service_id)
    lanes = {Lane(service_id) for service_id in codes}
    access = _floor(session, office, lanes, codes, {mine})[mine]
    preferences = {lane.service_id: preference for lane, preference in access.rivals}
    ahead = Tally({codes[of]: n for of, n in line.ahead(session, ticket, now, preferences).items()})
    behind = frozenset(of for of, preference in preferences.items() if preference <= _SAME_PREFERENCE)
    foretold = engine.foretold(session, office, now)
    if foretold is not None:
        return Place(1 + ahead.total(), _told(foretold.tickets.get(ticket.id)), behind)
    place = _place(access, codes[ticket.service_id], ahead, _serve_times(session, office, now))
    return replace(place, behind=behind)


def newcomers(session: Session, office: Office, now: datetime) -> dict[int, WaitRange | None]:
    """By the id of each service, the wait of whoever took a number of it now: behind all who want the same counters,
    and before those who are served there only when nobody else waits. None where nothing honest can be said."""
    foretold = engine.foretold(session, office, now)
    if foretold is not None:
        return {service_id: _told(foretold.newcomers.get(service_id)) for service_id in _codes(session, office)}
    codes, lengths = _codes(session, office), line.lengths(session, office, opening.local_day(office, now))
    mine = {Lane(service_id) for service_id in codes}
    times = _serve_times(session, office, now)
    found = {}
    for lane, access in _floor(session, office, mine | set(lengths), codes, mine).items():
        ahead: Tally[str] = Tally()
        for rival, preference in access.rivals:
            if preference <= _SAME_PREFERENCE:
                ahead[codes[rival.service_id]] += lengths[rival]
        found[lane.service_id] = _place(access, codes[lane.service_id], ahead, times).estimate
    return found


@dataclass(frozen=True, slots=True)
class _Access:
    """What the tickets of one lane meet.

    ``rivals`` are the lanes that want the same counters, itself among them, each with its preference there, seen from
    this one: 0 before it, 1 the same, 2 after it. ``serving`` counts, by service, who is at those of its counters that
    are open.
    """

    rivals: frozenset[tuple[Lane, int]]
    counters_open: int
    serving: Tally[str]


def _place(access: _Access, code: str, ahead: Tally[str], times: Mapping[str, ServeTime]) -> Place:
    position = 1 + ahead.total()
    # With nobody before, no time matters; the citizen's own says at least whether one is known.
    mix = access.serving + ahead or Tally([code])
    estimate = wait_range(
        position=position,
        counters_open=access.counters_open,
        counters_busy=access.serving.total(),
        mean_serve_s=mean_of_counts(mix, times),
    )
    return Place(position, estimate)


def _floor(
    session: Session, office: Office, lanes: set[Lane], codes: Mapping[int, str], asked: set[Lane] | None = None
) -> dict[Lane, _Access]:
    """For the ``asked`` of these lanes (None: for all), who else wants their counters, and how many of them are open
    and busy."""
    wanted = lanes if asked is None else asked
    attended = scope.attended(session, office.id)
    served = _at_counters(session, office)
    here = {lane: [at for at in attended if at.preference(*lane) is not None] for lane in wanted}
    # Nobody is there for a lane: then all who want a counter that could be opened for it stand in the same line.
    equipped = scope.equipped(session, office.id) if not all(here.values()) else []
    found = {}
    for lane, counters in here.items():
        open_here = [at.counter_id for at in counters if at.is_open]
        could = counters or [at for at in equipped if at.preference(*lane) is not None]
        found[lane] = _Access(
            rivals=_rivals(lane, lanes, could),
            counters_open=len(open_here),
            serving=Tally(codes[served[counter_id]] for counter_id in open_here if counter_id in served),
        )
    return found


def _rivals(mine: Lane, lanes: set[Lane], counters: Sequence[Scope]) -> frozenset[tuple[Lane, int]]:
    found = {mine: 1}
    for lane in lanes - {mine}:
        both = [(at.preference(*lane), at.preference(*mine)) for at in counters]
        before = {theirs - own for theirs, own in both if theirs is not None and own is not None}
        if before:
            found[lane] = 0 if max(before) < 0 else 2 if min(before) > 0 else 1
    return frozenset(found.items())


_HERE = bindparam("of_office", type_=Integer)
_CODES = Prepared(select(Service.id, Service.code).where(Service.office_id == _HERE))
_AT_COUNTERS = Prepared(select(Ticket.counter_id, Ticket.service_id).where(is_at_counter(_HERE)))


def _codes(session: Session, office: Office) -> dict[int, str]:
    """What the office's services are called, by id."""
    return dict(_CODES.all(session, {"of_office": office.id}))


def _at_counters(session: Session, office: Office) -> dict[int, int]:
    """The service being served, or called to, by counter id."""
    rows = _AT_COUNTERS.all(session, {"of_office": office.id})
    return {counter_id: service_id for counter_id, service_id in rows if counter_id is not None}


def _told(wait: Wait | None) -> WaitRange | None:
    return None if wait is None else told_range(wait.spread.low_s, wait.spread.high_s, wait.late)


def _serve_times(session: Session, office: Office, now: datetime) -> Mapping[str, ServeTime]:
    """Mean serve times per service, by code."""
    times = learned.of(session, office, now).times.services
    return {code: ServeTime(time.mean_s, time.observed) for code, time in times.items()}

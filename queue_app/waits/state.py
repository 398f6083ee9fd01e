"""The line of an office at this moment, as ``metrics.forecast`` takes it. Reads only: a few short queries."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import fmean
from typing import Any

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from metrics.forecast.line import Desk, Known, Line, Person, Rule
from metrics.forecast.times import LogNormal, ServeTimes
from queue_app import line, opening, scope
from queue_app.discipline import RuleName
from queue_app.lifecycle import Action, ShiftAction, ShiftState, TicketState
from queue_app.line import Lane
from queue_app.models import Event, Office, Service, Shift, Ticket, User
from queue_app.models.ticket import is_at_counter
from queue_app.prepared import Prepared, is_any_of
from queue_app.scope import Scope
from queue_app.waits import coming
from queue_app.waits.learned import Learned
from queue_app.waits.usual import Usually

RECENT = 8
"""So many calls say how long people have just waited; see ``metrics.forecast.replay``."""

_SOON = timedelta(hours=3)
_AHEAD = 1.5
"""Who may still come with more priority is looked at for so many times as long as the line will probably take."""

_LAST_S = 1e-3
"""Whoever comes now stands behind those who came at this very instant."""

_MOST_BOOKED = 200
_CALLS_READ = 40
_CALLED_WITHIN = timedelta(hours=6)

_HERE = bindparam("of_office", type_=Integer)
_SERVICES = Prepared(select(Service.id, Service.code, Service.calls_paused_on).where(Service.office_id == _HERE))
_BOOKED = Prepared(
    select(Ticket.id, Ticket.service_id, Ticket.category, Ticket.slot_start)
    .where(
        Ticket.office_id == _HERE,
        Ticket.day == bindparam("of_day"),
        Ticket.state == TicketState.BOOKED,
        Ticket.slot_start > bindparam("after"),
        Ticket.slot_start < bindparam("before"),
    )
    .order_by(Ticket.slot_start, Ticket.id)
    .limit(_MOST_BOOKED)
)
_OFFICERS = Prepared(
    select(User.id, User.username)
    .join(Shift, Shift.officer_id == User.id)
    .where(Shift.office_id == _HERE, Shift.state == ShiftState.OPEN)
)
_BREAKS = Prepared(
    select(Shift.counter_id, Event.at, Event.reason)
    .join(Event, Event.shift_id == Shift.id)
    .where(Shift.office_id == _HERE, Shift.state == ShiftState.PAUSED, Event.action == ShiftAction.PAUSE.value)
    .order_by(Event.seq)
)
_TAKING = Prepared(
    select(Ticket.counter_id, Ticket.service_id, Event.action, Event.at)
    .join(Event, Event.ticket_id == Ticket.id)
    .where(
        is_at_counter(_HERE),
        is_any_of(Event.action, (Action.CALL, Action.HOLD, Action.RESUME)),
    )
    .order_by(Ticket.id, Event.seq)
)
_CALLED = Prepared(
    select(Event.service_id, Event.at, Ticket.due_at)
    .join(Ticket, Ticket.id == Event.ticket_id)
    .where(
        Event.office_id == _HERE,
        Event.at > bindparam("after"),
        Event.at <= bindparam("until"),
        Event.action == Action.CALL.value,
        Ticket.due_at.is_not(None),
    )
    .order_by(Event.at.desc())
    .limit(_CALLS_READ)
)


@dataclass(frozen=True, slots=True)
class State:
    """``line``: waiting tickets by their ids, who comes now by the service's negative id. ``services``: the service of
    each of these keys. ``waiting``: since when those in line have waited, in seconds. ``codes``: of services."""

    line: Line
    services: Mapping[int, int]
    codes: Mapping[int, str]
    waiting: Mapping[int, float]
    called: Sequence[tuple[int, float]]
    lanes: "Lanes"

    def known(self, order: Iterable[int]) -> dict[int, Known]:
        """What can be seen for each of these keys, who are called in this order."""
        waits = [wait_s for _, wait_s in self.called]
        recent_s = fmean(waits[:RECENT]) if waits else 0.0
        last_s = waits[0] if waits else 0.0
        own_last = dict(reversed(self.called))
        head_s = max(self.waiting.values(), default=0.0)
        busy = sum(desk.serving is not None for desk in self.line.desks)
        ahead, own_ahead = 0, Tally[int]()
        found = {}
        for key in order:
            of = self.services[key]
            found[key] = Known(head_s, last_s, ahead, busy, own_last.get(of, last_s), own_ahead[of], recent_s)
            if key in self.waiting:
                ahead += 1
                own_ahead[of] += 1
        return found


def read(session: Session, office: Office, now: datetime, learned: Learned, usual: Usually) -> State:
    """Services that are paused for the day are left out: nobody is called for them."""
    today, hour = opening.local_day(office, now), now.astimezone(office.zone).hour
    rows = _SERVICES.all(session, {"of_office": office.id})
    codes = {row.id: row.code for row in rows}
    ids = {row.code: row.id for row in rows}
    called_for = {row.id for row in rows if row.calls_paused_on != today}
    times = {service_id: learned.times.of(code, hour) for service_id, code in codes.items()}
    rates, seen = office.rule, Lanes()
    people, services, waiting = [], {}, {}
    for one, lane in line.everyone(session, office, today):
        if lane.service_id in called_for:
            due_s = (one.due_at - now).total_seconds()
            rate, time = rates.rate(one.category), times[lane.service_id]
            no_show = learned.no_shows.get(codes[lane.service_id])
            people.append(
                Person(
                    one.id,
                    seen.number(lane),
                    time,
                    due_s,
                    rate,
                    one.lets_pass,
                    kind=lane.service_id,
                    no_show=no_show,
                )
            )
            services[one.id], waiting[one.id] = lane.service_id, max(0.0, -due_s)
    for service_id in sorted(called_for):
        lane = Lane(service_id)
        people.append(Person(-service_id, seen.number(lane), times[service_id], _LAST_S, asks=True))
        services[-service_id] = service_id
    for booked in _booked(session, office, now):
        own = booked.service_id
        if own in called_for:
            due_s, lane_number = (booked.slot_start - now).total_seconds(), seen.number(Lane(own))
            rate = rates.rate(booked.category)
            person = Person(booked.id, lane_number, times[own], due_s, rate, here=False, shows=usual.shows, kind=own)
            people.append(person)
            services[booked.id] = own
    rule = Rule(rates.name.value, rates.longest_wait.total_seconds())
    desks = _desks(session, office, now, seen.numbers, codes, learned.times)
    desks += _paused(session, office, now, seen.numbers, usual)
    mean_s = fmean(time.mean_s for time in times.values() if time is not None) if any(times.values()) else 0.0
    within_s = _AHEAD * (len(waiting) + 1) * mean_s / max(len(desks), 1)
    if rates.name is not RuleName.FIRST_COME:
        for later in coming.walking_in(office, now, usual, within_s, only_priority=True):
            own = ids.get(later.service)
            if own is not None and own in called_for:
                people.append(later.person(seen.number(Lane(own)), times[own], own))
                services[later.key] = own
    seed = office.id * 1009 + today.toordinal()
    habits = replace(learned.habits, leaving_per_s=usual.leaving_per_s)
    whole = Line(people, desks, rule, habits, seed, shut(session, office, now))
    return State(whole, services, codes, waiting, _called(session, office, now), seen)


def shut(session: Session, office: Office, now: datetime) -> tuple[float, float] | None:
    """The next stretch of today between the office's hours, in seconds from now; None when it has begun or none is."""
    today = opening.local_day(office, now)
    hours = opening.calendar(session, office, today, today).office_intervals(today)
    for (_, closes), (opens, _) in pairwise(hours):
        begins, ends = (opening.local_instant(office, today, minute) for minute in (closes, opens))
        if now < begins < ends:
            return (begins - now).total_seconds(), (ends - now).total_seconds()
    return None


class Lanes:
    """Lanes by a number each, in the order in which they are met."""

    def __init__(self) -> None:
        self.numbers: dict[Lane, int] = {}

    def number(self, lane: Lane) -> int:
        return self.numbers.setdefault(lane, len(self.numbers))


def _booked(session: Session, office: Office, now: datetime) -> Sequence[Any]:
    """Who is still to come within the next hours."""
    today = opening.local_day(office, now)
    return _BOOKED.all(session, {"of_office": office.id, "of_day": today, "after": now, "before": now + _SOON})


def _desks(
    session: Session,
    office: Office,
    now: datetime,
    lanes: Mapping[Lane, int],
    codes: Mapping[int, str],
    times: ServeTimes,
) -> list[Desk]:
    """The open counters."""
    open_now = [at for at in scope.attended(session, office.id) if at.is_open]
    served = _at_counters(session, office, now)
    names = dict(_OFFICERS.all(session, {"of_office": office.id}))
    return [_desk(at, lanes, served.get(at.counter_id), names, codes, times) for at in open_now]


def _paused(session: Session, office: Office, now: datetime, lanes: Mapping[Lane, int], usual: Usually) -> list[Desk]:
    """Counters on a break of which it is known how long such breaks take; on others nothing is counted."""
    rows = _BREAKS.all(session, {"of_office": office.id})
    if not rows:
        return []
    since = {counter_id: (at, reason) for counter_id, at, reason in rows}
    found = []
    for at in scope.attended(session, office.id):
        if not at.is_open and at.counter_id in since:
            begun, reason = since[at.counter_id]
            time = usual.break_time(reason)
            if time is not None:
                elapsed_s = max(0.0, (now - begun).total_seconds())
                found.append(Desk(preferences(at, lanes), elapsed_s=elapsed_s, key=at.counter_id, away=time))
    return found


def preferences(at: Scope, lanes: Mapping[Lane, int]) -> dict[int, int]:
    return {number: preference for lane, number in lanes.items() if (preference := at.preference(*lane)) is not None}


def _desk(
    at: Scope,
    lanes: Mapping[Lane, int],
    serving: tuple[int, float] | None,
    names: Mapping[int, str],
    codes: Mapping[int, str],
    times: ServeTimes,
) -> Desk:
    time: LogNormal | None = None
    if serving is not None:
        # Of a service that nobody knows, what is left can't be said either: as if it took a usual quarter of an hour.
        time = times.of(codes[serving[0]]) or LogNormal(6.5, 0.7, 0.35)
    pace = times.officer(names.get(at.officer_id)) if at.officer_id is not None else 0.0
    return Desk(preferences(at, lanes), pace, time, serving[1] if serving else 0.0, key=at.counter_id)


def _at_counters(session: Session, office: Office, now: datetime) -> dict[int, tuple[int, float]]:
    """By counter id: the service there, and for how many seconds the counter has been taken by it, holds left out."""
    rows = _TAKING.all(session, {"of_office": office.id})
    moves: defaultdict[tuple[int, int], list[tuple[str, datetime]]] = defaultdict(list)
    for counter_id, service_id, action, at in rows:
        if counter_id is not None:
            moves[counter_id, service_id].append((action, at))
    return {counter_id: (service_id, _taken_s(of, now)) for (counter_id, service_id), of in moves.items()}


def _taken_s(moves: Iterable[tuple[str, datetime]], now: datetime) -> float:
    taken, since = timedelta(0), now
    for action, at in moves:
        if action == Action.CALL:
            taken, since = timedelta(0), at
        elif action == Action.HOLD:
            taken += at - since
        else:
            since = at
    return max(0.0, (taken + (now - since)).total_seconds())


def _called(session: Session, office: Office, now: datetime) -> list[tuple[int, float]]:
    """Service and wait in seconds of those who were called last today, the last first."""
    rows = _CALLED.all(session, {"of_office": office.id, "after": now - _CALLED_WITHIN, "until": now})
    return [
        (service_id, max(0.0, (at - due_at).total_seconds()))
        for service_id, at, due_at in rows
        if service_id is not None and due_at is not None
    ]

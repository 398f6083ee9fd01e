"""The wait of somebody who would come at a later time: today, or on another day that can be booked. Reads only.

Today the real line is played on, with those who booked and those who usually come until then. On another day the office
begins empty, with the counters that are usually open. How many come differs from day to day, so ranges are wide.
Whoever comes without a ticket is thought to be of no priority. Nothing is said where it isn't known which counters are
usually open, or how long services take.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.estimate import WaitRange, told_range
from metrics.forecast.line import Desk, Line, Person, Rule
from queue_app import opening, scope
from queue_app.lifecycle import TicketState
from queue_app.line import Lane
from queue_app.models import Counter, Office, Service, Ticket
from queue_app.waits import coming, learned, state, usual
from queue_app.waits.learned import Learned
from queue_app.waits.usual import Usually

USUALLY = 0.5
"""A counter that is open on so many of the days at an hour is counted on."""

_ME = -1


def of_day(session: Session, service: Service, starts: Sequence[datetime], now: datetime) -> dict[datetime, WaitRange]:
    """The wait of whoever comes for a service at each of these instants of one local day; those of which nothing
    honest can be said, and past ones, are left out."""
    later = sorted(at for at in starts if at > now)
    if not later:
        return {}
    # numpy and scipy are loaded by the first forecast, not with the server.
    from metrics.forecast import rollout  # noqa: PLC0415

    office = service.office
    known, habits = learned.of(session, office, now), usual.of(session, office, now)
    is_today = opening.local_day(office, later[-1]) == opening.local_day(office, now)
    found = (
        _today(session, office, later[-1], now, known, habits)
        if is_today
        else _another_day(session, office, later[-1], known, habits)
    )
    if found is None:
        return {}
    line, lanes, begins = found
    mine = lanes.number(Lane(service.id))
    asking = [
        Person(_ME - place, mine, None, (at - begins).total_seconds(), here=False, asks=True)
        for place, at in enumerate(later)
    ]
    rolled = rollout.forecast(replace(line, people=[*line.people, *asking]))
    closes_s = _closes_s(session, service, later[-1], begins)
    told = {}
    for place, at in enumerate(later):
        spread = rolled.get(_ME - place)
        if spread is not None:
            late = 0.0 if closes_s is None else spread.share_beyond(closes_s - (at - begins).total_seconds())
            wait = told_range(spread.low_s, spread.high_s, late)
            if wait is not None:
                told[at] = wait
    return told


def _today(
    session: Session, office: Office, until: datetime, now: datetime, known: Learned, habits: Usually
) -> tuple[Line, state.Lanes, datetime] | None:
    read = state.read(session, office, now, known, habits)
    if not read.line.desks:
        return None
    lanes = read.lanes
    here = [person for person in read.line.people if person.key in read.waiting]
    people = here + _others(session, office, now, until, known, habits, lanes)
    desks = [*read.line.desks, *_usual_desks(session, office, habits, lanes, now, until, but=read.line.desks)]
    return replace(read.line, people=people, desks=desks, crowd_sigma=habits.crowd_sigma), lanes, now


def _another_day(
    session: Session, office: Office, until: datetime, known: Learned, habits: Usually
) -> tuple[Line, state.Lanes, datetime] | None:
    day = opening.local_day(office, until)
    hours = opening.calendar(session, office, day, day).office_intervals(day)
    if not hours:
        return None
    begins = opening.local_instant(office, day, hours[0][0])
    lanes = state.Lanes()
    for service_id in session.scalars(select(Service.id).where(Service.office_id == office.id).order_by(Service.id)):
        lanes.number(Lane(service_id))
    desks = _usual_desks(session, office, habits, lanes, begins, until)
    if not desks:
        return None
    people = _others(session, office, begins, until, known, habits, lanes)
    rule = Rule(office.rule.name.value, office.rule.longest_wait.total_seconds())
    citizens = replace(known.habits, leaving_per_s=habits.leaving_per_s)
    seed = office.id * 1009 + day.toordinal()
    shut = state.shut(session, office, begins)
    return Line(people, desks, rule, citizens, seed, shut, habits.crowd_sigma), lanes, begins


def _others(
    session: Session,
    office: Office,
    begins: datetime,
    until: datetime,
    known: Learned,
    habits: Usually,
    lanes: state.Lanes,
) -> list[Person]:
    """Who booked, and who usually comes without."""
    codes: dict[int, str] = dict(
        session.execute(select(Service.id, Service.code).where(Service.office_id == office.id)).all()
    )
    ids = {code: service_id for service_id, code in codes.items()}
    hour = begins.astimezone(office.zone).hour
    times = {service_id: known.times.of(code, hour) for service_id, code in codes.items()}
    people = []
    for row in _booked(session, office, begins, until):
        own, due_s = row.service_id, (row.slot_start - begins).total_seconds()
        rate = office.rule.rate(row.category)
        lane = lanes.number(Lane(own))
        people.append(Person(row.id, lane, times[own], due_s, rate, here=False, shows=habits.shows, kind=own))
    for one in coming.walking_in(office, begins, habits, (until - begins).total_seconds()):
        if (own := ids.get(one.service)) is not None:
            people.append(one.person(lanes.number(Lane(own)), times[own], own))
    return people


def _booked(session: Session, office: Office, begins: datetime, until: datetime) -> Sequence[Any]:
    day: date = opening.local_day(office, until)
    return session.execute(
        select(Ticket.id, Ticket.service_id, Ticket.category, Ticket.slot_start)
        .where(
            Ticket.office_id == office.id,
            Ticket.day == day,
            Ticket.state == TicketState.BOOKED,
            Ticket.slot_start >= begins,
            Ticket.slot_start <= until,
        )
        .order_by(Ticket.slot_start, Ticket.id)
    ).all()


def _usual_desks(
    session: Session,
    office: Office,
    habits: Usually,
    lanes: state.Lanes,
    begins: datetime,
    until: datetime,
    but: Sequence[Desk] = (),
) -> list[Desk]:
    """The counters that usually are open by ``until``, each from the hour on at which it usually is."""
    here, hours = {desk.key for desk in but}, _hours(office, begins, until)
    numbers: dict[int, int] = dict(
        session.execute(select(Counter.id, Counter.number).where(Counter.office_id == office.id)).all()
    )
    found = []
    for at in scope.equipped(session, office.id):
        shares: Mapping[int, float] = habits.counters.get(numbers[at.counter_id], {})
        opens = [begun for begun in hours if shares.get(begun.astimezone(office.zone).hour, 0.0) >= USUALLY]
        # Of a counter that should be open already, but isn't, nobody knows when it will be.
        if at.counter_id not in here and opens and not (but and opens[0] == hours[0]):
            away_s = max(0.0, (opens[0] - begins).total_seconds())
            found.append(Desk(state.preferences(at, lanes.numbers), away_s=away_s, key=at.counter_id))
    return found


def _hours(office: Office, begins: datetime, until: datetime) -> list[datetime]:
    """The hours of the clock from that of ``begins`` to that of ``until``."""
    local = begins.astimezone(office.zone).replace(minute=0, second=0, microsecond=0)
    count = int((until - local) / timedelta(hours=1)) + 1
    return [local + timedelta(hours=more) for more in range(count)]


def _closes_s(session: Session, service: Service, until: datetime, begins: datetime) -> float | None:
    day = opening.local_day(service.office, until)
    intervals = opening.calendar(session, service.office, day, day).intervals(service, day)
    if not intervals:
        return None
    return (opening.local_instant(service.office, day, intervals[-1][1]) - begins).total_seconds()

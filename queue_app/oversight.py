"""What a supervisor sees of the office at this moment, read in one consistent view. Nothing here changes anything."""

from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import Session

from queue_app import course, desk_view, discipline, handover, in_force, opening, queries, risk, scope, session_rows
from queue_app.course import Course
from queue_app.handover import Handover
from queue_app.in_force import InForce, Pulled
from queue_app.lifecycle import ShiftAction, ShiftState, TicketState
from queue_app.models import Counter, Event, Office, Service, Shift, Ticket
from queue_app.models.ticket import is_at_counter
from queue_app.prepared import Prepared
from queue_app.risk import Risk


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """How many wait for a service and for how long the first of them has; None while nobody does.

    ``counters_open``: counters that could call somebody for it now. ``risk`` is against ``target_minutes``.
    """

    service: Service
    waiting: int
    longest_s: int | None
    counters_open: int
    target_minutes: int
    risk: Risk
    paused: Pulled | None
    stopped: Pulled | None


@dataclass(frozen=True, slots=True)
class CounterLine:
    """A counter: who sits there, what it is and since when, and the ticket at it with its running time.

    ``since`` None: it has not been open today. ``seconds`` since the start of the service, or since the call.
    ``paused_s``: seconds of the pause, None unless it is paused.
    """

    counter: Counter
    shift: Shift | None
    since: datetime | None
    reason: str | None
    ticket: Ticket | None
    seconds: float | None
    standard_s: int | None
    paused_s: float | None


@dataclass(frozen=True, slots=True)
class DayTotals:
    """The local day's tickets by what they are now. ``issued`` are all of them, booked ahead or on the day."""

    issued: int
    waiting: int
    longest_s: int | None
    served: int
    no_show: int
    cancelled: int
    expired: int


@dataclass(frozen=True, slots=True)
class Oversight:
    """The office now; ``version`` as on the board. ``stopped``: no numbers for today are given at all."""

    version: int
    totals: DayTotals
    services: Sequence[ServiceLine]
    counters: Sequence[CounterLine]
    stopped: Pulled | None
    handed_over: Sequence[Handover]


_OFFICE = bindparam("of_office", type_=Integer)
_BY_STATE = Prepared(
    select(Ticket.state, func.count())
    .where(Ticket.office_id == _OFFICE, Ticket.day == bindparam("of_day"))
    .group_by(Ticket.state),
    flushes=True,
)
_AT_COUNTERS = Prepared(select(Ticket.__table__).where(is_at_counter(_OFFICE)), flushes=True)
_LATEST_MOVES = Prepared(
    select(Event.counter_id, Event.action, Event.at, Event.reason).where(
        Event.office_id == _OFFICE,
        Event.seq.in_(
            select(func.max(Event.seq))
            .where(Event.office_id == _OFFICE, Event.at >= bindparam("since"), Event.shift_id.is_not(None))
            .group_by(Event.counter_id)
        ),
    ),
    flushes=True,
)


def now_at(session: Session, office: Office, now: datetime) -> Oversight:
    """The whole office, its services and counters included."""
    pulled = in_force.now_at(session, office, now)
    services = _services(session, office, pulled, now)
    return Oversight(
        version=office.version,
        totals=_totals(session, office, services, now),
        services=services,
        counters=_counters(session, office, now),
        stopped=pulled.office,
        handed_over=handover.handed_over(session, office, now),
    )


def _services(session: Session, office: Office, pulled: InForce, now: datetime) -> list[ServiceLine]:
    counts = queries.waiting_counts(session, office, opening.local_day(office, now))
    attended = Tally(
        service_id for at in scope.attended(session, office.id) if at.is_open for service_id in at.preferences
    )
    risks = risk.by_service(session, office, now)
    return [
        ServiceLine(
            service=line.service,
            waiting=line.count,
            longest_s=None if line.first_due_at is None else discipline.waited_s(line.first_due_at, now),
            counters_open=attended[line.service.id],
            target_minutes=risk.target_minutes(line.service),
            risk=risks.get(line.service.id, Risk()),
            paused=pulled.paused.get(line.service.id),
            stopped=pulled.stopped.get(line.service.id),
        )
        for line in counts
    ]


def _totals(session: Session, office: Office, services: Sequence[ServiceLine], now: datetime) -> DayTotals:
    asked = {"of_office": office.id, "of_day": opening.local_day(office, now)}
    count: dict[TicketState, int] = dict(_BY_STATE.all(session, asked))
    return DayTotals(
        issued=sum(count.values()),
        waiting=count.get(TicketState.WAITING, 0),
        longest_s=max((line.longest_s for line in services if line.longest_s is not None), default=None),
        served=count.get(TicketState.SERVED, 0),
        no_show=count.get(TicketState.NO_SHOW, 0),
        cancelled=count.get(TicketState.CANCELLED, 0),
        expired=count.get(TicketState.EXPIRED, 0),
    )


def _counters(session: Session, office: Office, now: datetime) -> list[CounterLine]:
    services = {service.id: service for service in office.services}
    rows = _AT_COUNTERS.all(session, {"of_office": office.id})
    at_counter = [session_rows.loaded(session, Ticket, row._asdict(), service=services[row.service_id]) for row in rows]
    tickets = {ticket.counter_id: ticket for ticket in at_counter}
    courses = course.courses(session, [ticket.id for ticket in at_counter])
    since = _latest_shift_moves(session, office, now)
    return [
        _counter_line(seat, tickets.get(seat.counter.id), courses, since.get(seat.counter.id), now)
        for seat in desk_view.seats(session, office.id)
    ]


def _counter_line(
    seat: desk_view.Seat, ticket: Ticket | None, courses: Mapping[int, Course], moved: Any, now: datetime
) -> CounterLine:
    seconds = standard_s = None
    if ticket is not None:
        course = courses[ticket.id]
        serving_s = course.serving_s(now)
        seconds = (now - (course.called_at or now)).total_seconds() if serving_s is None else serving_s
        minutes = ticket.service.standard_minutes
        standard_s = minutes * 60 if minutes and serving_s is not None else None
    since = moved.at if moved is not None else (seat.shift.opened_at if seat.shift else None)
    is_paused = seat.shift is not None and seat.shift.state is ShiftState.PAUSED
    return CounterLine(
        counter=seat.counter,
        shift=seat.shift,
        since=since,
        reason=moved.reason if moved is not None and moved.action == ShiftAction.PAUSE else None,
        ticket=ticket,
        seconds=seconds,
        standard_s=standard_s,
        paused_s=(now - since).total_seconds() if is_paused and since is not None else None,
    )


def _latest_shift_moves(session: Session, office: Office, now: datetime) -> dict[int, Any]:
    """The last opening, pause, resumption or closing of each counter today, by counter id: action, time and reason."""
    midnight = opening.local_instant(office, opening.local_day(office, now), 0)
    moves = _LATEST_MOVES.all(session, {"of_office": office.id, "since": midnight})
    return {move.counter_id: move for move in moves if move.counter_id is not None}

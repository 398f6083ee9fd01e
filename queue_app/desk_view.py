"""What an officer's desk shows, read in one consistent view. Nothing here changes anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from queue_app import (
    desk_lists,
    front_of_line,
    handover,
    kept_settings,
    opening,
    own_day,
    recipients,
    scope,
    session_rows,
    shifts,
    undo,
)
from queue_app.course import Course, Note, courses
from queue_app.desk_lists import Brief, Listed
from queue_app.discipline import CallReason, waited_s
from queue_app.front_of_line import Front
from queue_app.handover import Handover, Left
from queue_app.lifecycle import UNDOABLE, Action, TicketState
from queue_app.models import Counter, Event, Service, Shift, Ticket, User
from queue_app.own_day import OwnFigures
from queue_app.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Seat:
    """A counter of the office and the shift at it, None while nobody sits there."""

    counter: Counter
    shift: Shift | None


@dataclass(frozen=True, slots=True)
class Current:
    """The ticket at the counter. ``called_s`` since the last call, ``serving_s`` None before the start.

    ``called_enough``: the no-show is what the office expects now. ``notes``: what officers have left with it so far.
    """

    ticket: Ticket
    called_s: float
    calls: int
    called_enough: bool
    waited_s: int
    serving_s: float | None
    notes: Sequence[Note]

    @property
    def standard_s(self) -> int | None:
        minutes = self.ticket.service.standard_minutes
        return minutes * 60 if minutes else None


@dataclass(frozen=True, slots=True)
class Next:
    """Who would be called now, and why."""

    row: Listed
    reason: CallReason


@dataclass(frozen=True, slots=True)
class Slip:
    """The officer's last move, while it can be undone: for so many more seconds."""

    ticket: Brief
    action: Action
    left_s: float


@dataclass(frozen=True, slots=True)
class DeskView:
    """Everything on an officer's screen. ``version`` is the office's, of the same instant as the rest."""

    version: int
    shift: Shift
    since: datetime
    pause_reason: str | None
    current: Current | None
    next: Next | None
    waiting: Sequence[Listed]
    waiting_total: int
    slip: Slip | None
    left: Left
    handed_over: Sequence[Handover]
    held: Sequence[Listed]
    recent: Sequence[Listed]
    no_shows: Sequence[Listed]
    services: Sequence[Service]
    own: OwnFigures
    seats: Sequence[recipients.Seat]

    @property
    def seat(self) -> recipients.Seat:
        """The officer's own, with what is taken there."""
        return next(seat for seat in self.seats if seat.shift.id == self.shift.id)

    @property
    def colleagues(self) -> list[recipients.Seat]:
        """To whom a citizen can be sent."""
        return [seat for seat in self.seats if seat.shift.id != self.shift.id]

    @property
    def pools(self) -> dict[str, list[recipients.Seat]]:
        return recipients.pools(self.seats)


_HERE = bindparam("of_office", type_=Integer)
_COUNTERS = Prepared(
    select(Counter.__table__).where(Counter.office_id == _HERE, Counter.active).order_by(Counter.number), flushes=True
)
_LAST_MOVE = Prepared(
    select(Event.at, Event.action, Event.ticket_id, Event.ticket_version)
    .where(
        # Whatever it was: beside "the counter pauses", undoing an earlier move would seem to mean the pause.
        *(Event.office_id == _HERE, Event.actor_id == bindparam("of_actor"), Event.at > bindparam("after")),
    )
    .order_by(Event.seq.desc())
    .limit(1)
)
_LAST_OF_SHIFT = Prepared(
    select(Event.at, Event.reason).where(Event.shift_id == bindparam("of_shift")).order_by(Event.seq.desc()).limit(1)
)


def seats(session: Session, office_id: int) -> list[Seat]:
    """Every counter of an office that is in use, by number, with who sits there now."""
    taken = {shift.counter_id: shift for shift in shifts.seated(session, office_id)}
    rows = _COUNTERS.all(session, {"of_office": office_id})
    return [Seat(session_rows.loaded(session, Counter, row._asdict()), taken.get(row.id)) for row in rows]


def desk(session: Session, officer: User, now: datetime) -> DeskView | None:
    """The officer's desk; None while no counter is open."""
    kept_settings.use(session, officer.office_id)
    kept_settings.name(session, officer)
    office, today = officer.office, opening.local_day(officer.office, now)
    there = shifts.seated(session, office.id)
    shift = next((shift for shift in there if shift.officer_id == officer.id), None)
    if shift is None:
        return None
    services = {service.id: service for service in kept_settings.services(session, office)}
    front = front_of_line.front(session, office, today, scope.of_shift(session, shift), now, desk_lists.LISTED)
    held = desk_lists.in_state(session, office, today, TicketState.ON_HOLD, services)
    gone = desk_lists.in_state(session, office, today, TicketState.NO_SHOW, services)
    current = shifts.ticket_at(session, shift)
    if current is not None:
        kept_settings.name(session, current)
    midnight = opening.local_instant(office, today, 0)
    ended = own_day.ended_by(session, officer, midnight)
    latest = list(dict.fromkeys(row.ticket_id for row in ended))[: desk_lists.RECENT * 2]
    shown = [*latest, *(ticket.id for ticket in (*held, *gone))] + ([current.id] if current else [])
    known = courses(session, shown)
    last_move = _LAST_OF_SHIFT.one_or_none(session, {"of_shift": shift.id})
    waiting = desk_lists.waiting(front, services, now)
    return DeskView(
        version=office.version,
        shift=shift,
        since=last_move.at if last_move else shift.opened_at,
        pause_reason=last_move.reason if last_move else None,
        current=_current(current, known[current.id], now) if current else None,
        next=_next(front, waiting),
        waiting=waiting,
        waiting_total=front.total,
        slip=_slip(session, officer, services, now),
        left=handover.left(session, shift, there, now),
        handed_over=handover.for_desk(session, shift, now),
        held=desk_lists.held(held, known, now),
        recent=desk_lists.recent(session, latest, known, services),
        no_shows=desk_lists.within_grace(gone, known, office, now),
        services=[service for service in services.values() if service.active],
        own=own_day.figures(session, officer, ended, midnight),
        seats=recipients.seats(session, office, there),
    )


def at_counter(session: Session, officer: User, now: datetime) -> Current | None:
    """The ticket at the officer's counter, as the desk shows it; None also while no counter is open."""
    shift = shifts.current(session, officer)
    ticket = shifts.ticket_at(session, shift) if shift is not None else None
    return _current(ticket, courses(session, [ticket.id])[ticket.id], now) if ticket is not None else None


def leaves_anybody(session: Session, officer: User, now: datetime) -> bool:
    """Whether anybody would be left behind if the officer's counter were closed now."""
    shift = shifts.current(session, officer)
    return shift is not None and handover.left(session, shift, [], now).anybody


def _next(front: Front, waiting: Sequence[Listed]) -> Next | None:
    """By the very choice that the next call would make."""
    choice = front.choice
    row = next((row for row in waiting if choice is not None and row.ticket.id == choice.ticket.id), None)
    return Next(row, choice.reason) if choice is not None and row is not None else None


def _slip(session: Session, officer: User, services: desk_lists.Services, now: datetime) -> Slip | None:
    asked = {"of_office": officer.office_id, "of_actor": officer.id, "after": now - undo.WITHIN}
    last = _LAST_MOVE.one_or_none(session, asked)
    if last is None or last.ticket_version is None or last.action not in UNDOABLE:
        return None
    ticket = desk_lists.brief(session, last.ticket_id, services)
    is_last = ticket.version == last.ticket_version
    return Slip(ticket, Action(last.action), (last.at + undo.WITHIN - now).total_seconds()) if is_last else None


def _current(ticket: Ticket, course: Course, now: datetime) -> Current:
    called_at = course.called_at or now
    return Current(
        ticket=ticket,
        called_s=(now - called_at).total_seconds(),
        calls=course.calls,
        called_enough=course.calls >= ticket.office.recall_limit,
        waited_s=waited_s(ticket.due_at, called_at) if ticket.due_at else 0,
        serving_s=course.serving_s(now),
        notes=course.notes,
    )

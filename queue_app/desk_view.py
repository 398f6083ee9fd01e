"""What an officer's desk shows, read in one consistent view. Nothing here changes anything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from metrics.plausibility import sift
from metrics.quantiles import median
from queue_app import (
    claims,
    discipline,
    front_of_line,
    handover,
    history,
    line,
    opening,
    recipients,
    scope,
    shifts,
    undo,
)
from queue_app.course import Course, Note, courses
from queue_app.discipline import CallReason
from queue_app.handover import Handover, Left
from queue_app.lifecycle import UNDOABLE, Action, Outcome, TicketState
from queue_app.models import Counter, Event, Service, Shift, Ticket, User
from queue_app.models.log import stands

LISTED = 200
"""How many of those who wait, and of the no-shows, a desk offers to choose from."""

RECENT = 3

_FINISHED = (Action.FINISH.value, Action.CONTINUE.value)


@dataclass(frozen=True, slots=True)
class Seat:
    """A counter of the office and the shift at it, None while nobody sits there."""

    counter: Counter
    shift: Shift | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A ticket in one of the lists. ``seconds``: of waiting, of being held, or of the finished service.

    ``reason`` is what was said at the hold, ``remind_s`` how long after it the desks are reminded. ``flagged``: its
    officer has contested the time.
    """

    ticket: Ticket
    seconds: float
    reason: str | None = None
    remind_s: float | None = None
    flagged: bool = False
    outcome: Outcome = Outcome.DONE

    @property
    def is_kept(self) -> bool:
        """Whether it waits for this counter, its pool or its officer alone."""
        return scope.kept(self.ticket) != scope.ANYBODY


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
class OwnFigures:
    """The officer's own day: ``served`` finished services, ``timed`` of them with a time that can be right."""

    served: int
    timed: int
    median_s: float | None


@dataclass(frozen=True, slots=True)
class Next:
    """Who would be called now, and why."""

    row: Listed
    reason: CallReason


@dataclass(frozen=True, slots=True)
class Slip:
    """The officer's last move, while it can be undone: for so many more seconds."""

    ticket: Ticket
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


def seats(session: Session, office_id: int) -> list[Seat]:
    """Every counter of an office that is in use, by number, with who sits there now."""
    taken = {shift.counter_id: shift for shift in shifts.live(session, office_id)}
    counters = session.scalars(
        select(Counter).where(Counter.office_id == office_id, Counter.active).order_by(Counter.number)
    )
    return [Seat(counter, taken.get(counter.id)) for counter in counters]


def desk(session: Session, officer: User, now: datetime) -> DeskView | None:
    """The officer's desk; None while no counter is open."""
    shift = shifts.current(session, officer)
    if shift is None:
        return None
    today = opening.local_day(officer.office, now)
    waiting, waiting_total = _waiting(session, shift, today, now)
    held = _in_state(session, shift.office_id, today, TicketState.ON_HOLD)
    gone = _in_state(session, shift.office_id, today, TicketState.NO_SHOW)
    current = shifts.ticket_at(session, shift)
    ended = _ended_by(session, officer, opening.local_instant(officer.office, today, 0))
    latest = list(dict.fromkeys(ticket_id for ticket_id, _ in ended))[: RECENT * 2]
    shown = [*latest, *(ticket.id for ticket in (*held, *gone, *([current] if current else [])))]
    known = courses(session, shown)
    last_move = _last_shift_event(session, shift)
    return DeskView(
        version=officer.office.version,
        shift=shift,
        since=last_move.at if last_move else shift.opened_at,
        pause_reason=last_move.reason if last_move else None,
        current=_current(current, known[current.id], now) if current else None,
        next=_next(session, shift, today, waiting, now),
        waiting=waiting,
        waiting_total=waiting_total,
        slip=_slip(session, officer, now),
        left=handover.left(session, shift, now),
        handed_over=handover.for_desk(session, shift, now),
        held=sorted((_held(ticket, known[ticket.id], now) for ticket in held), key=lambda row: -row.seconds),
        recent=_recent(session, latest, known),
        no_shows=_within_grace(gone, known, now),
        services=session.scalars(
            select(Service).where(Service.office_id == shift.office_id, Service.active).order_by(Service.code)
        ).all(),
        own=_own_figures(session, officer, ended),
        seats=recipients.seats(session, shift.office_id),
    )


def waited_s(due_at: datetime | None, now: datetime) -> int:
    """Whole seconds waited since the due instant; 0 before it (a slot still to come)."""
    return max(0, int((now - due_at).total_seconds())) if due_at is not None else 0


def _waiting(session: Session, shift: Shift, today: date, now: datetime) -> tuple[list[Listed], int]:
    """The first of the line in the published order, and how many stand in it."""
    here = scope.of_shift(session, shift)
    first, total = front_of_line.first(session, shift.officer.office, today, here, now, LISTED)
    rows = session.scalars(
        select(Ticket).where(Ticket.id.in_([ticket.id for ticket in first])).options(joinedload(Ticket.service))
    )
    found = {ticket.id: ticket for ticket in rows}
    return [Listed(found[ticket.id], waited_s(ticket.due_at, now)) for ticket in first], total


def _next(session: Session, shift: Shift, today: date, waiting: Sequence[Listed], now: datetime) -> Next | None:
    """By the very choice that the next call would make."""
    office = shift.officer.office
    heads = line.heads(session, office, today, scope.of_shift(session, shift))
    choice = discipline.choose(heads, office.rule, now)
    row = next((row for row in waiting if choice is not None and row.ticket.id == choice.ticket.id), None)
    return Next(row, choice.reason) if choice is not None and row is not None else None


def _slip(session: Session, officer: User, now: datetime) -> Slip | None:
    last = session.scalar(
        select(Event)
        .where(
            # Whatever it was: beside "the counter pauses", undoing an earlier move would seem to mean the pause.
            *(Event.office_id == officer.office_id, Event.actor_id == officer.id, Event.at > now - undo.WITHIN),
        )
        .order_by(Event.seq.desc())
        .limit(1)
    )
    if last is None or last.ticket_version is None or last.action not in UNDOABLE:
        return None
    ticket = session.get_one(Ticket, last.ticket_id)
    is_last = ticket.version == last.ticket_version
    return Slip(ticket, Action(last.action), (last.at + undo.WITHIN - now).total_seconds()) if is_last else None


def _in_state(session: Session, office_id: int, today: date, state: TicketState) -> Sequence[Ticket]:
    return session.scalars(
        select(Ticket)
        .where(Ticket.office_id == office_id, Ticket.day == today, Ticket.state == state)
        .order_by(Ticket.id.desc())
        .limit(LISTED)
        .options(joinedload(Ticket.service), joinedload(Ticket.officer))
    ).all()


def _ended_by(session: Session, officer: User, since: datetime) -> list[tuple[int, str]]:
    """The tickets of which the officer finished a service, or which were marked as not there, since an instant, each
    with that action, the latest first; a visit with several services may be here several times."""
    rows = session.execute(
        select(Event.ticket_id, Event.action)
        .where(
            Event.office_id == officer.office_id,
            Event.at >= since,
            Event.officer_id == officer.id,
            Event.action.in_((*_FINISHED, Action.NO_SHOW.value)),
            stands(),
        )
        .order_by(Event.seq.desc())
    )
    return [(ticket_id, action) for ticket_id, action in rows if ticket_id is not None]


def _last_shift_event(session: Session, shift: Shift) -> Event | None:
    return session.scalar(select(Event).where(Event.shift_id == shift.id).order_by(Event.seq.desc()).limit(1))


def _current(ticket: Ticket, course: Course, now: datetime) -> Current:
    called_at = course.called_at or now
    return Current(
        ticket=ticket,
        called_s=(now - called_at).total_seconds(),
        calls=course.calls,
        called_enough=course.calls >= ticket.office.recall_limit,
        waited_s=waited_s(ticket.due_at, called_at),
        serving_s=course.serving_s(now),
        notes=course.notes,
    )


def _held(ticket: Ticket, course: Course, now: datetime) -> Listed:
    seconds = (now - course.held_at).total_seconds() if course.held_at else 0.0
    remind_s = (course.remind_at - course.held_at).total_seconds() if course.remind_at and course.held_at else None
    return Listed(ticket, seconds, course.hold_reason, remind_s)


def _recent(session: Session, latest: Sequence[int], known: Mapping[int, Course]) -> list[Listed]:
    rows = session.scalars(
        select(Ticket)
        .where(Ticket.id.in_(latest), Ticket.state.in_((TicketState.SERVED, TicketState.NO_SHOW)))
        .options(joinedload(Ticket.service))
    )
    found = {ticket.id: ticket for ticket in rows}
    ordered = [found[ticket_id] for ticket_id in latest if ticket_id in found][:RECENT]
    flagged = claims.flagged(session, latest)
    return [
        Listed(t, known[t.id].served_s, flagged=(t.id, t.version) in flagged, outcome=known[t.id].outcome)
        for t in ordered
    ]


def _within_grace(gone: Sequence[Ticket], known: Mapping[int, Course], now: datetime) -> list[Listed]:
    """Those marked as not there who may still come back to their old place, the latest first."""
    rows = []
    for ticket in gone:
        since = now - (known[ticket.id].ended_at or now)
        if since <= timedelta(minutes=ticket.office.grace_minutes):
            rows.append(Listed(ticket, since.total_seconds()))
    return sorted(rows, key=lambda row: row.seconds)


def _own_figures(session: Session, officer: User, ended: Iterable[tuple[int, str]]) -> OwnFigures:
    """By the same reading of the log as the speed figures: an officer sees no other number than the supervisor does."""
    finished = [ticket_id for ticket_id, action in ended if action in _FINISHED]
    legs = history.visits_of(session, officer.office, set(finished))
    own = sift((leg for leg in legs if leg.officer == officer.username), officer.office.zone).kept
    times = [leg.serve_s for leg in own if leg.serve_s is not None]
    return OwnFigures(served=len(finished), timed=len(times), median_s=median(times))

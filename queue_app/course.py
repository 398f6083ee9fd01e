"""A ticket's latest leg as a desk shows it, from the log alone. Reads only; the figures are ``history``'s."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import lifecycle
from queue_app.lifecycle import Action, Outcome
from queue_app.models import Counter, Event
from queue_app.prepared import Prepared, has_given_id

_NOTED = (Action.START, Action.FINISH, Action.CONTINUE, Action.HOLD, Action.TRANSFER, Action.RETURN, Action.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Note:
    """Words that an officer left with a move; ``counter`` None: it was at none."""

    words: str
    at: datetime
    counter: int | None


@dataclass(slots=True)
class Course:
    """What the log says of a ticket's latest leg; the notes are those of the whole visit, oldest first.

    ``served_s`` counts to the last hold or to the end. ``remind_at``: when the desks are reminded of the hold.
    """

    called_at: datetime | None = None
    calls: int = 0
    started_at: datetime | None = None
    running_since: datetime | None = None
    served_s: float = 0.0
    held_at: datetime | None = None
    hold_reason: str | None = None
    remind_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome = Outcome.DONE
    notes: list[Note] = field(default_factory=list)

    def serving_s(self, now: datetime) -> float | None:
        """Seconds of service until ``now``, holds taken out; None before the start."""
        if self.started_at is None:
            return None
        running = (now - self.running_since).total_seconds() if self.running_since else 0.0
        return self.served_s + running


_MOVES = Prepared(
    select(Event.ticket_id, Event.action, Event.at, Event.reason, Event.data, Counter.number)
    .outerjoin(Counter, Counter.id == Event.counter_id)
    .where(has_given_id(Event.ticket_id), Event.ticket_version.is_not(None))
    .order_by(Event.ticket_id, Event.ticket_version),
    flushes=True,
)


def courses(session: Session, ticket_ids: Iterable[int]) -> Mapping[int, Course]:
    """The latest leg of each ticket, from the log alone; an empty one for a ticket without moves."""
    found: defaultdict[int, Course] = defaultdict(Course)
    moves = _MOVES.of_ids(session, ticket_ids)
    for ticket_id, of_ticket in groupby(moves, key=lambda move: move.ticket_id):
        for move in lifecycle.standing(of_ticket, lambda move: str(move.action)):
            found[ticket_id] = _after(found[ticket_id], move)
    return found


def _after(course: Course, move: Any) -> Course:
    at = move.at
    match move.action:
        case Action.CALL:
            return Course(called_at=at, calls=1, notes=course.notes)
        case Action.RECALL:
            course.called_at, course.calls = at, course.calls + 1
        case Action.START:
            course.started_at = course.running_since = at
        case Action.RESUME:
            course.running_since, course.held_at, course.remind_at = at, None, None
        case Action.HOLD:
            _stop(course, at)
            course.held_at, course.hold_reason = at, move.reason
            minutes = move.data.get("remind_minutes")
            course.remind_at = at + timedelta(minutes=minutes) if minutes else None
        case Action.FINISH | Action.TRANSFER | Action.CONTINUE | Action.NO_SHOW | Action.EXPIRE:
            _stop(course, at)
            course.ended_at = at
            if move.action in (Action.FINISH, Action.CONTINUE):
                course.outcome = Outcome(move.data.get("outcome", Outcome.DONE))
    if move.reason and move.action in _NOTED:
        course.notes.append(Note(move.reason, at, move.number))
    return course


def _stop(course: Course, at: datetime) -> None:
    if course.running_since is not None:
        course.served_s += (at - course.running_since).total_seconds()
        course.running_since = None

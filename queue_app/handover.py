"""Leaving a counter while people still count on it: who they are, who is told, and who finds it.

Whom nobody else serves now, and whom the officer parked, stands in the closing row of the log, with the colleague's
counter and the words that the officer chose. It is shown to that colleague, to whoever opens this counter next, and to
the supervisor, until everybody in it is served, called or gone. So nobody is forgotten, even when nothing was chosen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from queue_app import keeping, opening, scope, shifts, writer
from queue_app.errors import N_, Invalid
from queue_app.lifecycle import ShiftAction, TicketState
from queue_app.models import Counter, Event, Office, Service, Shift, Ticket, User
from queue_app.scope import Scope

NAMED = 8
"""How many of those who would be left are named before the rest is counted."""

_COUNTING_ON = (TicketState.WAITING, TicketState.ON_HOLD)


@dataclass(frozen=True, slots=True)
class Left:
    """Who would be left: those who wait for a service that no other open counter serves, and those whom the officer
    parked. ``first`` are the labels of those who have waited longest; ``takers`` the open counters of colleagues, and
    whether each serves all of those services.
    """

    waiting: int
    first: Sequence[str]
    held: Sequence[Ticket]
    takers: Sequence[tuple[Shift, bool]]

    @property
    def anybody(self) -> bool:
        return bool(self.waiting or self.held)


@dataclass(frozen=True, slots=True)
class Handover:
    """What an officer left behind: ``tickets`` are those that still count on somebody."""

    officer: User
    counter: Counter
    at: datetime
    to_counter: int | None
    note: str | None
    tickets: Sequence[Ticket]


def left(session: Session, shift: Shift, now: datetime) -> Left:
    """Who would be left behind if the shift were closed now."""
    others = {at.counter_id: at for at in scope.attended(session, shift.office_id) if at.counter_id != shift.counter_id}
    waiting = _waiting_alone(session, shift, others.values(), now)
    counts = dict(
        session.execute(
            select(Ticket.service_id, func.count()).where(Ticket.id.in_(waiting)).group_by(Ticket.service_id)
        ).all()
    )
    first = select(Ticket.label).where(Ticket.id.in_(waiting)).order_by(Ticket.due_at, Ticket.id).limit(NAMED)
    takers = [
        (other, other.counter_id in others and counts.keys() <= others[other.counter_id].preferences.keys())
        for other in shifts.live(session, shift.office_id)
        if other.id != shift.id
    ]
    return Left(
        waiting=sum(counts.values()),
        first=session.scalars(first).all() if counts else [],
        held=session.scalars(_held(shift, now).order_by(Ticket.id)).all(),
        takers=takers,
    )


def _waiting_alone(session: Session, shift: Shift, others: Iterable[Scope], now: datetime) -> Select[int]:
    """The ids of those who wait for a service that only this counter serves, as a query."""
    served = {service_id for at in others for service_id in at.preferences}
    alone = set(scope.of_shift(session, shift).preferences) - served
    today = opening.local_day(shift.officer.office, now)
    return select(Ticket.id).where(
        *(Ticket.office_id == shift.office_id, Ticket.day == today, Ticket.state == TicketState.WAITING),
        Ticket.service_id.in_(alone),
    )


def _held(shift: Shift, now: datetime) -> Select[Ticket]:
    return select(Ticket).where(
        *(Ticket.office_id == shift.office_id, Ticket.day == opening.local_day(shift.officer.office, now)),
        *(Ticket.state == TicketState.ON_HOLD, Ticket.officer_id == shift.officer_id),
    )


def close(
    session: Session,
    officer: User,
    counter_id: int,
    now: datetime,
    to_counter_id: int | None = None,
    note: str | None = None,
) -> Shift:
    """Leave the counter, and leave behind in the log who still counts on it, for whom, and with which words.

    Raises as ``shifts.close``, and Invalid ``nobody_there`` when the colleague's counter is not open any more.
    """
    keeping.lock_seats(session, officer.office_id)  # of the last two who leave, the second sees that the first has left
    shift = shifts.current(session, officer)
    is_here = shift is not None and shift.counter_id == counter_id
    data = _left_data(session, shift, to_counter_id, now) if shift and is_here else {}
    return shifts.close(session, officer, counter_id, now, writer.short(note), data)


def _left_data(session: Session, shift: Shift, to_counter_id: int | None, now: datetime) -> dict[str, Any]:
    """The form in which the closing row keeps it."""
    data: dict[str, Any] = {}
    if to_counter_id is not None:
        seats = {other.counter_id: other.counter.number for other in shifts.live(session, shift.office_id)}
        if to_counter_id not in seats or to_counter_id == shift.counter_id:
            words = N_("Loket itu sudah tidak dijaga. Pilih loket lain, atau tinggalkan catatan.")
            raise Invalid("nobody_there", words)
        data["to_counter"] = seats[to_counter_id]
    others = [at for at in scope.attended(session, shift.office_id) if at.counter_id != shift.counter_id]
    held = session.scalars(_held(shift, now).order_by(Ticket.id)).all()
    waiting = session.scalars(_waiting_alone(session, shift, others, now).order_by(Ticket.due_at, Ticket.id)).all()
    if held or waiting:
        data["left"] = [*(ticket.id for ticket in held), *waiting]
    return data


def handed_over(session: Session, office: Office, now: datetime) -> list[Handover]:
    """What was left behind today, the latest first: tickets until they are called, served or gone, and the note of each
    counter's latest closing.
    """
    midnight = opening.local_instant(office, opening.local_day(office, now), 0)
    rows = session.execute(
        select(Event, Counter, User)
        .join(Counter, Counter.id == Event.counter_id)
        .join(User, User.id == Event.officer_id)
        .where(
            *(Event.office_id == office.id, Event.at >= midnight, Event.action == ShiftAction.CLOSE.value),
            Event.actor_id.is_not(None),  # not by the day's end
        )
        .order_by(Event.seq.desc())
    ).all()
    ids = {ticket_id for event, _, _ in rows for ticket_id in event.data.get("left", ())}
    query = select(Ticket).join(Service, Service.id == Ticket.service_id)
    still = query.where(Ticket.id.in_(ids), Ticket.state.in_(_COUNTING_ON))
    tickets = {ticket.id: ticket for ticket in session.scalars(still)} if ids else {}
    found: list[Handover] = []
    named: set[int] = set()
    seen: set[int] = set()
    for event, counter, officer in rows:
        own = [ticket_id for ticket_id in event.data.get("left", ()) if ticket_id in tickets and ticket_id not in named]
        note = event.reason if counter.id not in seen else None
        named.update(own)  # a later closing has taken over what an earlier one left
        seen.add(counter.id)
        if own or note:
            whom = [tickets[ticket_id] for ticket_id in own]
            found.append(Handover(officer, counter, event.at, event.data.get("to_counter"), note, whom))
    return found


def for_desk(session: Session, shift: Shift, now: datetime) -> list[Handover]:
    """What was left for this desk: handed to its counter, or left at it by whoever sat there before."""
    return [
        one
        for one in handed_over(session, shift.officer.office, now)
        if one.to_counter == shift.counter.number or (one.to_counter is None and one.counter.id == shift.counter_id)
    ]

"""Leaving a counter while people still count on it: who they are, who is told, and who finds it.

Whom nobody else serves now, and whom the officer parked, stands in the closing row of the log, with the colleague's
counter and the words that the officer chose. It is shown to that colleague, to whoever opens this counter next, and to
the supervisor, until everybody in it is served, called or gone. So nobody is forgotten, even when nothing was chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import opening, scope, shifts, writer
from queue_app.errors import N_, Invalid
from queue_app.lifecycle import ShiftAction, TicketState
from queue_app.models import Counter, Event, Office, Service, Shift, Ticket, User

_COUNTING_ON = (TicketState.WAITING, TicketState.ON_HOLD)


@dataclass(frozen=True, slots=True)
class Left:
    """Who would be left: those who wait for a service that no other open counter serves, by their turn, and those whom
    the officer parked. ``takers``: the open counters, of colleagues, and whether each serves all of those services.
    """

    waiting: Sequence[Ticket]
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
    today = opening.local_day(shift.officer.office, now)
    others = {at.counter_id: at for at in scope.attended(session, shift.office_id) if at.counter_id != shift.counter_id}
    served = {service_id for at in others.values() for service_id in at.preferences}
    alone = set(scope.of_shift(session, shift).preferences) - served
    of_today = select(Ticket).where(Ticket.office_id == shift.office_id, Ticket.day == today)
    waiting = session.scalars(
        of_today.where(Ticket.state == TicketState.WAITING, Ticket.service_id.in_(alone)).order_by(
            Ticket.due_at, Ticket.id
        )
    ).all()
    held = session.scalars(
        of_today.where(Ticket.state == TicketState.ON_HOLD, Ticket.officer_id == shift.officer_id).order_by(Ticket.id)
    ).all()
    needed = {ticket.service_id for ticket in waiting}
    takers = [
        (other, other.counter_id in others and needed <= others[other.counter_id].preferences.keys())
        for other in shifts.live(session, shift.office_id)
        if other.id != shift.id
    ]
    return Left(waiting, held, takers)


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
    shift = shifts.current(session, officer)
    data: dict[str, Any] = {}
    if shift is not None and shift.counter_id == counter_id:
        found = left(session, shift, now)
        takers = {other.counter_id: other.counter.number for other, _ in found.takers}
        if to_counter_id is not None and to_counter_id not in takers:
            raise Invalid(
                "nobody_there", N_("Loket itu sudah tidak dijaga. Pilih loket lain, atau tinggalkan catatan.")
            )
        if found.anybody:
            data["left"] = [ticket.id for ticket in (*found.held, *found.waiting)]
        if to_counter_id is not None:
            data["to_counter"] = takers[to_counter_id]
    return shifts.close(session, officer, counter_id, now, writer.short(note), data)


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

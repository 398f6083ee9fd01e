"""Leaving a counter while people still count on it: who they are, who is told, and who finds it.

Whom nobody else serves now, and whom the officer parked, stands in the closing row of the log, with the colleague's
counter and the words that the officer chose. It is shown to that colleague, to whoever opens this counter next, and to
the supervisor, until everybody in it is served, called or gone. So nobody is forgotten, even when nothing was chosen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, bindparam, select
from sqlalchemy.orm import Session

from queue_app import keeping, line, opening, scope, shifts, writer
from queue_app.errors import N_, Invalid
from queue_app.lifecycle import ShiftAction, TicketState
from queue_app.models import Counter, Event, Office, Shift, Ticket, User
from queue_app.prepared import Prepared, has_given_id, is_any_of
from queue_app.scope import Scope

NAMED = 8
"""How many of those who would be left are named before the rest is counted."""

_COUNTING_ON = (TicketState.WAITING, TicketState.ON_HOLD)


class Named(NamedTuple):
    """A ticket by its label."""

    id: int
    label: str


@dataclass(frozen=True, slots=True)
class Left:
    """Who would be left: those who wait for a service that no other open counter serves, and those whom the officer
    parked. ``first`` are the labels of those who have waited longest; ``takers`` the open counters of colleagues, and
    whether each serves all of those services.
    """

    waiting: int
    first: Sequence[str]
    held: Sequence[Named]
    takers: Sequence[tuple[Shift, bool]]

    @property
    def anybody(self) -> bool:
        return bool(self.waiting or self.held)


@dataclass(frozen=True, slots=True)
class Handover:
    """What an officer left behind: ``tickets`` are those that still count on somebody. ``officer`` by the username,
    ``counter`` by its number.
    """

    officer: str
    officer_name: str
    counter: int
    at: datetime
    to_counter: int | None
    note: str | None
    tickets: Sequence[Named]


_HERE = bindparam("of_office", type_=Integer)
_TODAY = (Ticket.office_id == _HERE, Ticket.day == bindparam("of_day", type_=Date))
_HELD = Prepared(
    select(Ticket.id, Ticket.label)
    .where(*_TODAY, Ticket.state == TicketState.ON_HOLD, Ticket.officer_id == bindparam("of_officer"))
    .order_by(Ticket.id),
    flushes=True,
)
_WAITING = Prepared(
    select(Ticket.due_at, Ticket.id, Ticket.label)
    .where(*line.ON_DAY, Ticket.service_id == bindparam("of_service", type_=Integer))
    .order_by(Ticket.due_at, Ticket.id)
    .limit(bindparam("most", type_=Integer)),
    flushes=True,
)
_CLOSED = Prepared(
    select(Event.at, Event.reason, Event.data, Counter.number, User.username, User.display_name)
    .join(Counter, Counter.id == Event.counter_id)
    .join(User, User.id == Event.officer_id)
    .where(
        *(Event.office_id == _HERE, Event.at >= bindparam("since"), Event.action == ShiftAction.CLOSE.value),
        Event.actor_id.is_not(None),  # not by the day's end
    )
    .order_by(Event.seq.desc()),
    flushes=True,
)
_COUNTING = Prepared(
    select(Ticket.id, Ticket.label).where(has_given_id(Ticket.id), is_any_of(Ticket.state, _COUNTING_ON)),
    flushes=True,
)


def left(session: Session, shift: Shift, there: Sequence[Shift], now: datetime) -> Left:
    """Who would be left behind if the shift were closed now. ``there``: the office's shifts that are not closed."""
    others = _others(session, shift)
    waiting = _waiting_alone(session, shift, others, now)
    takers = [
        (other, other.counter_id in others and waiting.keys() <= others[other.counter_id].preferences.keys())
        for other in there
        if other.id != shift.id
    ]
    return Left(
        waiting=sum(waiting.values()),
        first=[row.label for row in _longest_waiting(session, shift, waiting, now, NAMED)],
        held=_held(session, shift, now),
        takers=takers,
    )


def _others(session: Session, shift: Shift) -> dict[int, Scope]:
    """What the other open counters take, by their ids."""
    return {at.counter_id: at for at in scope.attended(session, shift.office_id) if at.counter_id != shift.counter_id}


def _waiting_alone(session: Session, shift: Shift, others: Mapping[int, Scope], now: datetime) -> dict[int, int]:
    """How many wait for each service that only this counter serves, by its id."""
    served = {service_id for at in others.values() for service_id in at.preferences}
    alone = scope.of_shift(session, shift).preferences.keys() - served
    waiting = line.of_services(session, shift.office_id, _today(shift, now)) if alone else {}
    return {service_id: one.waiting for service_id, one in waiting.items() if service_id in alone}


def _longest_waiting(
    session: Session, shift: Shift, service_ids: Iterable[int], now: datetime, most: int
) -> Sequence[Any]:
    asked = {"of_office": shift.office_id, "of_day": _today(shift, now), "most": most}
    each = (_WAITING.all(session, {**asked, "of_service": service_id}) for service_id in service_ids)
    return sorted(chain.from_iterable(each))[:most]


def _held(session: Session, shift: Shift, now: datetime) -> Sequence[Named]:
    asked = {"of_office": shift.office_id, "of_day": _today(shift, now), "of_officer": shift.officer_id}
    return [Named(*row) for row in _HELD.all(session, asked)]


def _today(shift: Shift, now: datetime) -> date:
    return opening.local_day(shift.officer.office, now)


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
    waiting = _waiting_alone(session, shift, _others(session, shift), now)
    everybody = _longest_waiting(session, shift, waiting, now, sum(waiting.values()))
    left = [*_held(session, shift, now), *everybody]
    if left:
        data["left"] = [ticket.id for ticket in left]
    return data


def handed_over(session: Session, office: Office, now: datetime) -> list[Handover]:
    """What was left behind today, the latest first: tickets until they are called, served or gone, and the note of each
    counter's latest closing.
    """
    midnight = opening.local_instant(office, opening.local_day(office, now), 0)
    rows = _CLOSED.all(session, {"of_office": office.id, "since": midnight})
    ids = {ticket_id for row in rows for ticket_id in row.data.get("left", ())}
    tickets = {id_: Named(id_, label) for id_, label in _COUNTING.of_ids(session, ids)}
    found: list[Handover] = []
    named: set[int] = set()
    seen: set[int] = set()
    for row in rows:
        own = [ticket_id for ticket_id in row.data.get("left", ()) if ticket_id in tickets and ticket_id not in named]
        note = row.reason if row.number not in seen else None
        named.update(own)  # a later closing has taken over what an earlier one left
        seen.add(row.number)
        if own or note:
            whom = [tickets[ticket_id] for ticket_id in own]
            to = row.data.get("to_counter")
            found.append(Handover(row.username, row.display_name, row.number, row.at, to, note, whom))
    return found


def for_desk(session: Session, shift: Shift, now: datetime) -> list[Handover]:
    """What was left for this desk: handed to its counter, or left at it by whoever sat there before."""
    return [
        one
        for one in handed_over(session, shift.officer.office, now)
        if shift.counter.number == (one.counter if one.to_counter is None else one.to_counter)
    ]

"""The one writer of a ticket's state, and of the log.

Every change is a guarded UPDATE (the version must still be the one that was read) and one row of the log, in the
caller's transaction. The office's ``version`` row is taken last, so that it is held only until the commit.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Update, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from metrics.periods import day_of
from queue_app import database, lifecycle, session_rows
from queue_app.audit import chain
from queue_app.errors import N_, Invalid, StaleTicket
from queue_app.lifecycle import Action, ClaimAction, OfficeAction, ShiftAction
from queue_app.models import Event, Service, Shift, Ticket, User, VisitDay
from queue_app.models.ticket import UNSET
from queue_app.past_life import PastTicket, life_of
from queue_app.personal import names_somebody
from queue_app.prepared import Prepared

REASON_LENGTH = 240


def short(words: str | None) -> str | None:
    """A person's words as the log keeps them, for good: trimmed and cut; None when nothing is left.

    Raises Invalid ``note_names_somebody``: what stays for good must not hold a NIK, a phone number or a mailbox.
    """
    if words and names_somebody(words):
        raise Invalid(
            "note_names_somebody",
            N_("Catatan ini tersimpan tetap: jangan tulis NIK, nomor telepon atau alamat e-mail di dalamnya."),
        )
    return words.strip()[:REASON_LENGTH] or None if words else None


@dataclass(frozen=True, slots=True)
class Entry:
    """What the log says of a move beside where it led: who did it, why, and facts of that action."""

    now: datetime
    actor: User | None = None
    reason: str | None = None
    data: dict[str, Any] | None = None


def enter(session: Session, service: Service, columns: Mapping[str, Any], action: Action, entry: Entry) -> Ticket:
    """Add a new ticket for a service by ``action`` (book or join); ``columns`` that are not named have their default.

    The row goes in by itself, not by way of what the session still has to write: that takes three times as long.
    """
    row = {**UNSET, "legs": [], **columns, "office_id": service.office_id, "service_id": service.id, "version": 1}
    row["state"] = lifecycle.target(action, None)
    row["id"] = _ENTER.scalar(session, row)
    ticket = session_rows.loaded(session, Ticket, row, office=service.office, service=service)
    _record_move(session, ticket, action, None, entry)
    return ticket


def move(session: Session, ticket: Ticket, action: Action, entry: Entry, **changes: Any) -> Ticket:
    """Take ``action`` on a ticket and set ``changes`` (columns) with it.

    A move that may be undone keeps what the columns were in its event (``was``). Raises IllegalMove when the table has
    no such arrow, StaleTicket when another move came first.
    """
    target = lifecycle.target(action, ticket.state)
    entry = _undoable(action, entry, {name: getattr(ticket, name) for name in changes})
    return _move_to(session, ticket, target, action, entry, changes)


SEEN = ("version", "counter_id", "officer_id")
"""What ``take`` must know of a ticket beside its id and the columns that are changed."""


def take(
    session: Session, seen: Row[Any], came_from: lifecycle.TicketState, action: Action, entry: Entry, **changes: Any
) -> Ticket | None:
    """``move`` for a ticket of which only the columns ``seen`` were read, in one statement that also reads the others.

    None when another move came first. Raises IllegalMove.
    """
    target = lifecycle.target(action, came_from)
    entry = _undoable(action, entry, {name: getattr(seen, name) for name in changes})
    read = {"of_id": seen.id, "of_version": seen.version, "of_state": came_from}
    bound = read | {f"new_{name}": value for name, value in changes.items()} | {"new_state": target}
    # Over before the office's row is taken, so that nobody waits for the end of a savepoint.
    with database.guarded(session, refusable=changes.get("counter_id") is not None):
        row = _take(tuple(sorted([*changes, "state"]))).one_or_none(session, bound)
    if row is None:
        return None
    ticket = session_rows.loaded(session, Ticket, row._asdict())
    at_counter = (ticket.counter_id or seen.counter_id, ticket.officer_id or seen.officer_id)
    _record_move(session, ticket, action, came_from, entry, at_counter)
    return ticket


def _undoable(action: Action, entry: Entry, was: Mapping[str, Any]) -> Entry:
    """What the log says of a move, with what the columns were if it may be undone."""
    if action not in lifecycle.UNDOABLE or not was:
        return entry
    return replace(entry, data={**(entry.data or {}), "was": dict(was)})


def undo(session: Session, ticket: Ticket, undone: Event, entry: Entry) -> Ticket:
    """Take back the ticket's last move: state and columns are again what they were before it.

    Raises IllegalMove for a move that cannot be undone, StaleTicket when another move came first.
    """
    target = lifecycle.undone(undone.action, undone.from_state, ticket.state)
    data = {**(entry.data or {}), "undoes": undone.action, "version": undone.ticket_version}
    return _move_to(session, ticket, target, Action.UNDO, replace(entry, data=data), undone.data.get("was", {}))


def _move_to(
    session: Session,
    ticket: Ticket,
    target: lifecycle.TicketState,
    action: Action,
    entry: Entry,
    changes: Mapping[str, Any],
) -> Ticket:
    came_from = ticket.state
    computed = {name: value for name, value in changes.items() if isinstance(value, ColumnElement)}
    given = {name: value for name, value in changes.items() if name not in computed} | {"state": target}
    read = {"of_id": ticket.id, "of_version": ticket.version, "of_state": came_from}
    # The officer who served is named in the log even when the move takes the ticket away from the counter.
    counter_id, officer_id = ticket.counter_id, ticket.officer_id
    session.flush()
    bound = read | {f"new_{name}": value for name, value in given.items()}
    claim = _claim(tuple(sorted(given)), tuple(computed))
    with database.guarded(session, refusable=changes.get("counter_id") is not None):
        if computed:
            claimed = session.connection().execute(claim.statement.values(computed), bound).one_or_none()
        else:
            claimed = claim.one_or_none(session, bound)
    if claimed is None:
        session.refresh(ticket)
        raise StaleTicket(ticket.state)
    session_rows.set_written(ticket, given | claimed._asdict())
    at_counter = (ticket.counter_id or counter_id, ticket.officer_id or officer_id)
    _record_move(session, ticket, action, came_from, entry, at_counter)
    return ticket


@cache
def _claim(given: tuple[str, ...], computed: tuple[str, ...]) -> Prepared:
    """The guarded UPDATE that sets these columns, and says what the database itself made of others.

    Composed once: composing it takes longer than running it.
    """
    return Prepared(_guarded(given).returning(_TICKET.c.version, *(_TICKET.c[name] for name in computed)))


@cache
def _take(given: tuple[str, ...]) -> Prepared:
    """The same, and says all that the ticket then is."""
    return Prepared(_guarded(given).returning(*_TICKET.c))


def _guarded(given: tuple[str, ...]) -> Update:
    column = _TICKET.c
    return (
        update(_TICKET)
        .where(
            column.id == bindparam("of_id"),
            column.version == bindparam("of_version"),
            column.state == bindparam("of_state"),
        )
        .values({name: bindparam(f"new_{name}") for name in given} | {"version": column.version + 1})
    )


def record_shift(session: Session, shift: Shift, action: ShiftAction, entry: Entry) -> Event:
    """Write a shift's move to the log; ``shifts`` sets its state."""
    session.flush()
    return _append(
        session,
        shift.office_id,
        entry,
        action=action.value,
        shift_id=shift.id,
        counter_id=shift.counter_id,
        officer_id=shift.officer_id,
    )


def record_office(
    session: Session, office_id: int, action: OfficeAction, entry: Entry, service_id: int | None = None
) -> Event:
    """Write what happened to an office, or to a service of it, to the log; ``levers`` and their like do it."""
    session.flush()
    return _append(session, office_id, entry, action=action.value, service_id=service_id)


@dataclass(frozen=True, slots=True)
class LegRef:
    """A finished leg as the log names it: its ticket, the ticket's version right after the finish, and where and by
    whom it was served.
    """

    ticket_id: int
    version: int
    service_id: int
    counter_id: int | None
    officer_id: int | None


def record_claim(session: Session, office_id: int, leg: LegRef, action: ClaimAction, entry: Entry) -> Event:
    """Write to the log what somebody says of a leg's time. The ticket stays as it is, and so does its version: whoever
    serves it by now isn't disturbed.
    """
    said = _append(
        session,
        office_id,
        replace(entry, data={**(entry.data or {}), "leg": leg.version}),
        action=action.value,
        ticket_id=leg.ticket_id,
        service_id=leg.service_id,
        counter_id=leg.counter_id,
        officer_id=leg.officer_id,
    )
    _forget_days(session, office_id, select(Ticket.day).where(Ticket.id == leg.ticket_id))
    return said


def append_past(session: Session, office_id: int, past: Sequence[PastTicket]) -> int:
    """Add many past tickets with their rows of the log in a few statements; how many rows of the log.

    Listeners are not told: nothing that is shown now has changed, and the next heartbeat carries the new version.
    Raises IllegalMove, and then nothing was written.
    """
    lives = [life_of(ticket) for ticket in past]
    if not lives:
        return 0
    tickets = [
        {**ticket.columns, "office_id": office_id, "state": life[-1]["to_state"], "version": len(life)}
        for ticket, life in zip(past, lives, strict=True)
    ]
    # Without render_nulls, rows with and without an officer would go in separate statements, thousands of them.
    returning = insert(Ticket).returning(Ticket.public_id, Ticket.id).execution_options(render_nulls=True)
    ids = dict(session.execute(returning, tickets).all())
    whose = zip(tickets, lives, strict=True)
    events = [
        {**move, "ticket_id": ids[of["public_id"]], "service_id": of["service_id"]}
        for of, life in whose
        for move in life
    ]
    _append_all(session, office_id, events)
    _forget_days(session, office_id, {ticket["day"] for ticket in tickets})
    return len(events)


def withdraw_past(session: Session, office_id: int, ticket_ids: Collection[int], entry: Entry) -> int:
    """Take what was brought in out of all figures, by a further row for each; how many. It may be brought in anew."""
    columns = (Ticket.id, Ticket.version, Ticket.state, Ticket.service_id, Ticket.officer_id, Ticket.day)
    gone = lifecycle.TicketState.WITHDRAWN
    chosen = Ticket.id.in_(ticket_ids), Ticket.office_id == office_id, Ticket.import_id.is_not(None)
    found = session.execute(select(*columns).where(*chosen, Ticket.state != gone).with_for_update()).all()
    if not found:
        return 0
    change = update(Ticket).where(Ticket.id.in_([row.id for row in found])).execution_options(synchronize_session=False)
    session.execute(change.values(state=gone, version=Ticket.version + 1, import_key=None))
    rows = [
        {
            "at": entry.now,
            "action": Action.WITHDRAW.value,
            "ticket_id": row.id,
            "ticket_version": row.version + 1,
            "from_state": row.state,
            "to_state": lifecycle.target(Action.WITHDRAW, row.state),
            "service_id": row.service_id,
            "officer_id": row.officer_id,
            "actor_id": entry.actor.id if entry.actor else None,
            "data": entry.data or {},
        }
        for row in sorted(found, key=lambda row: row.id)
    ]
    _append_all(session, office_id, rows)
    _forget_days(session, office_id, {row.day for row in found})
    return len(found)


def _append_all(session: Session, office_id: int, rows: Sequence[dict[str, Any]]) -> None:
    """Write many rows of the log, in their order and with their numbers in one block."""
    first, previous = chain.take_events(session, office_id, len(rows))
    numbered = ({**row, "office_id": office_id, "seq": seq} for seq, row in enumerate(rows, start=first))
    chained = list(chain.follow(previous, numbered))
    session.execute(insert(Event).execution_options(render_nulls=True), chained)


def _record_move(
    session: Session,
    ticket: Ticket,
    action: Action,
    came_from: lifecycle.TicketState | None,
    entry: Entry,
    at_counter: tuple[int | None, int | None] = (None, None),
) -> None:
    _append(
        session,
        ticket.office_id,
        entry,
        action=action.value,
        ticket_id=ticket.id,
        ticket_version=ticket.version,
        from_state=came_from,
        to_state=ticket.state,
        service_id=ticket.service_id,
        counter_id=at_counter[0],
        officer_id=at_counter[1],
    )
    if ticket.day < day_of(entry.now, ticket.office.zone):
        _forget_days(session, ticket.office_id, (ticket.day,))


def _forget_days(session: Session, office_id: int, days: Collection[date] | Select[date]) -> None:
    """What was kept of these days beside the log is no longer what the log says. After the row of the log, which takes
    the office's row: whoever keeps a day takes that too, so nothing older is kept afterwards.
    """
    session.execute(delete(VisitDay).where(VisitDay.office_id == office_id, VisitDay.day.in_(days)))


_TICKET = Ticket.metadata.tables["ticket"]
_ENTER = Prepared(insert(_TICKET).returning(_TICKET.c.id))
_APPEND = Prepared(insert(Event.metadata.tables["event"]).returning(Event.id))


def _append(session: Session, office_id: int, entry: Entry, **subject: Any) -> Event:
    seq, previous = chain.take_events(session, office_id, 1)
    row = {
        "office_id": office_id,
        "seq": seq,
        "at": entry.now,
        "actor_id": entry.actor.id if entry.actor else None,
        "reason": entry.reason,
        "data": entry.data or {},
        **subject,
    }
    row["digest"] = chain.digest_of("event", previous, row)
    event = session_rows.unbound(Event, {**row, "id": _APPEND.scalar(session, row)})
    database.note(session, event)
    return event

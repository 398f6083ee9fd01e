"""The rows of the log of a stretch of days, in order, with what each ticket was."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from metrics.periods import Period
from queue_app.discipline import Why
from queue_app.lifecycle import Outcome
from queue_app.models import Counter, Event, Office, Service, Ticket, User
from queue_app.models.log import stands

CITIZEN, OFFICER, STAFF = "citizen", "officer", "staff"

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the log. ``case`` numbers the ticket, None for what moved none. ``undone``: an undo followed it.

    ``actor``: citizen (or the system by itself), officer or staff; ``outcome`` and ``why`` are the words that the log
    keeps of a finish and of a call. Everything about the ticket but ``service`` is as it is now.
    """

    seq: int
    at: datetime
    action: str
    case: int | None
    day: date | None
    label: str | None
    number: int | None
    channel: str | None
    category: str | None
    from_state: str | None
    to_state: str | None
    undone: bool
    service: str | None
    counter: int | None
    officer: str | None
    actor: str
    outcome: str | None
    why: str | None


def rows(session: Session, office: Office, period: Period, *, by_ticket: bool = False) -> Iterator[Row]:
    """The rows of ``period``, oldest first; ``by_ticket``: those that moved a ticket, ticket by ticket."""
    start, end = period.bounds
    picked = _selected(office).where(Event.at >= start, Event.at < end)
    if by_ticket:
        picked = picked.where(Event.ticket_version.is_not(None)).order_by(Event.ticket_id, Event.seq)
    else:
        picked = picked.order_by(Event.seq)
    for found in session.execute(picked.execution_options(yield_per=_AT_ONCE)):
        yield _as_row(found)


def after(session: Session, office: Office, seq: int, most: int) -> list[Row]:
    """The next ``most`` rows after the one numbered ``seq``, oldest first."""
    picked = _selected(office).where(Event.seq > seq).order_by(Event.seq).limit(most)
    return [_as_row(found) for found in session.execute(picked)]


def _selected(office: Office) -> Select[Any]:
    officer = aliased(User)
    return (
        select(
            *(Event.seq, Event.at, Event.action, Event.ticket_id, Event.from_state, Event.to_state, Event.data),
            *(Event.officer_id, Event.actor_id, Ticket.day, Ticket.label, Ticket.number),
            *(Ticket.channel, Ticket.category),
            Service.code.label("service"),
            Counter.number.label("counter"),
            officer.username.label("officer"),
            stands().label("stands"),
        )
        .outerjoin(Ticket, Ticket.id == Event.ticket_id)
        .outerjoin(Service, Service.id == Event.service_id)
        .outerjoin(Counter, Counter.id == Event.counter_id)
        .outerjoin(officer, officer.id == Event.officer_id)
        .where(Event.office_id == office.id)
    )


def _as_row(found: SqlRow[Any]) -> Row:
    data = found.data or {}
    return Row(
        seq=found.seq,
        at=found.at,
        action=found.action,
        case=found.ticket_id,
        day=found.day,
        label=found.label,
        number=found.number,
        channel=_value(found.channel),
        category=_value(found.category),
        from_state=_value(found.from_state),
        to_state=_value(found.to_state),
        undone=not found.stands,
        service=found.service,
        counter=found.counter,
        officer=found.officer,
        actor=_actor(found.actor_id, found.officer_id),
        outcome=_word(data.get("outcome"), Outcome),
        why=_word(data.get("why"), Why),
    )


def _actor(actor_id: int | None, officer_id: int | None) -> str:
    if actor_id is None:
        return CITIZEN
    return OFFICER if actor_id == officer_id else STAFF


def _value(of: StrEnum | None) -> str | None:
    return of.value if of is not None else None


def _word(text: object, words: type[StrEnum]) -> str | None:
    """Only a word that the program writes: whatever else stands in the log could say who somebody is."""
    return text if isinstance(text, str) and text in set(words) else None

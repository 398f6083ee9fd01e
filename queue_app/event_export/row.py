"""One row of the log as other programs get it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from queue_app.discipline import Why
from queue_app.lifecycle import Outcome

CITIZEN, OFFICER, STAFF = "citizen", "officer", "staff"


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


def as_row(found: Any) -> Row:
    """Of what ``reading`` picks of a row, its ticket and their names."""
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

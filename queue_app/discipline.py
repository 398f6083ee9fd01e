"""Who is next, and why. Pure.

The published rule, first form: first due, first called. A walk-in is due when it joins; a booked citizen is due
at the slot, or at the check-in when that came later, so coming early gains nothing and coming late loses the
place to those who were there. A transferred or returned ticket keeps the instant at which it first became due.
"""

from dataclasses import dataclass
from datetime import datetime

RULE = "first_due"
CHOSEN = "chosen"


def due_at(checked_in_at: datetime, slot_start: datetime | None) -> datetime:
    """The instant from which a ticket's wait counts for its turn."""
    return checked_in_at if slot_start is None else max(checked_in_at, slot_start)


@dataclass(frozen=True, slots=True)
class CallReason:
    """Why this ticket was called: kept in the event, shown to officer, supervisor and citizen.

    ``rule`` is ``first_due`` or ``chosen`` (out of turn, by the officer, whose words are the event's reason);
    ``waited_s`` whole seconds since the ticket was due, 0 when called ahead of its slot.
    """

    rule: str
    waited_s: int

    def as_data(self) -> dict[str, str | int]:
        return {"rule": self.rule, "waited_s": self.waited_s}


def waited_s(due: datetime, now: datetime) -> int:
    """Whole seconds waited since ``due``; never below 0."""
    return max(0, int((now - due).total_seconds()))

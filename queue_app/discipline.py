"""Who is next, and why. Pure: one published rule over the tickets that wait, the same for booked, walk-in and priority
citizens.

A ticket is *due* from the instant that counts for its turn (``due_at``), and has waited since then. Three rules are
offered; an office publishes one:

``accumulating`` (the default): each category's priority grows with waiting at its own rate; the largest
rate x time waited is called. Every category's target can be met at once and nobody is passed over for ever
(Kleinrock 1964; Stanford, Taylor and Ziedins 2014, "Waiting time distributions in the accumulating priority queue").
``first_come``: the longest waiting, whatever the category.
``strict``: categories with a higher rate first, always; within a rate the longest waiting.

A counter may prefer some of its services: then it calls from the others only when nobody waits for those. A ticket that
is kept for this very counter or officer counts as of the first preference.

Whatever the rule and the preference, who has waited ``longest_wait`` is called ahead of all others, the longest waiting
of those first: under ``strict``, and at a counter's last preference too, nobody starves.

Within one category the order is always by due instant. So only the first of each category (and service) has to be
looked at, however many wait: ``choose`` takes those *heads*.

Who asked for more time keeps the due instant, and with it the turn, but lets so many others pass: each time the turn
comes and somebody behind is ready, that one is called and one less remains. A later due instant could not promise this:
under ``strict`` no instant puts a priority citizen behind a regular one, and under ``accumulating`` the order of
categories goes on changing while they wait.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

STANDARD_RATES: Mapping[str, float] = MappingProxyType(
    {"regular": 1.0, "elderly": 2.0, "disabled": 2.0, "pregnant": 2.0, "infant": 2.0}
)
"""Who is treated with priority by law (UU 25/2009, article 29) gains it twice as fast."""


class RuleName(StrEnum):
    ACCUMULATING = "accumulating"
    FIRST_COME = "first_come"
    STRICT = "strict"


class Arrival(StrEnum):
    """When a booked citizen came, by the slot: before it, in it, within the grace time after it, or later."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    TOO_LATE = "too_late"


class Why(StrEnum):
    """What decided a call."""

    WEIGHTED_WAIT = "weighted_wait"
    LONGEST_WAIT = "longest_wait"
    CATEGORY = "category"
    WAITED_TOO_LONG = "waited_too_long"
    PREFERENCE = "preference"
    KEPT = "kept"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Rule:
    """A published rule. ``rates`` by category, at least 1; a category not named counts 1."""

    name: RuleName = RuleName.ACCUMULATING
    rates: Mapping[str, float] = field(default_factory=lambda: STANDARD_RATES)
    longest_wait: timedelta = timedelta(minutes=120)

    def __post_init__(self) -> None:
        if any(not 1 <= rate <= 10 for rate in self.rates.values()) or self.longest_wait <= timedelta(0):
            raise ValueError("rates must lie between 1 and 10, and the longest wait be positive")

    def rate(self, category: str) -> float:
        return self.rates.get(category, 1.0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting ticket, as far as its turn goes. ``id`` decides between equals: the earlier issued is first.

    ``lets_pass``: so many of those behind it are to be called before it. ``preference`` is that of its service where it
    could be called, the smallest first; ``kept``: for that very counter, pool or officer.
    """

    id: int
    label: str
    category: str
    due_at: datetime
    lets_pass: int = 0
    preference: int = 1
    kept: bool = False

    def waited_s(self, now: datetime) -> float:
        """Seconds since it was due; negative while it is not due yet."""
        return (now - self.due_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Choice:
    """The ticket that is next, why, and who would have been next without it.

    ``passed`` had the turn before it, and let it pass.
    """

    ticket: Waiting
    reason: "CallReason"
    passed: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class CallReason:
    """Why a ticket was called: kept in the event, shown to officer, supervisor and citizen.

    ``waited_s`` whole seconds since it was due, 0 when called ahead of its slot; ``rate`` what they were multiplied
    with; ``next_*`` the same of the ticket that was second, None when nobody else waited (or it was not looked at).
    ``preference`` is that of the service at the counter, when it decided.
    """

    why: Why
    rule: str
    waited_s: int
    rate: float = 1.0
    next_label: str | None = None
    next_waited_s: int | None = None
    next_rate: float | None = None
    preference: int | None = None

    def as_data(self) -> dict[str, Any]:
        """The form in which the log keeps it."""
        return {name: getattr(self, name) for name in self.__slots__ if getattr(self, name) is not None}


def due_at(checked_in_at: datetime, slot_start: datetime | None) -> datetime:
    """The instant from which a ticket's wait counts for its turn.

    A walk-in is due when it joins; a booked citizen at the slot, or at the check-in when that came later: coming
    early gains nothing, and coming late loses the place to those who were there.
    """
    return checked_in_at if slot_start is None else max(checked_in_at, slot_start)


def arrival(at: datetime, slot_start: datetime, slot_end: datetime, grace: timedelta) -> Arrival:
    """The written rule of arrivals. Early: due at the slot. On time, or late within the grace time: the booked place
    counts, due at the check-in. Later: as a walk-in of that moment. Who never comes expires with the day.
    """
    if at < slot_start:
        return Arrival.EARLY
    if at < slot_end:
        return Arrival.ON_TIME
    return Arrival.LATE if at <= slot_end + grace else Arrival.TOO_LATE


def turn(ticket: Waiting, rule: Rule, now: datetime) -> tuple[float, ...]:
    """What is compared: the smallest is called first. Ties end at the earlier due, then the earlier issued."""
    waited, rate = ticket.waited_s(now), rule.rate(ticket.category)
    last = (ticket.due_at.timestamp(), float(ticket.id))
    if waited >= rule.longest_wait.total_seconds():
        return (0.0, -waited, *last)
    tier = (1.0, float(ticket.preference))
    if rule.name is RuleName.FIRST_COME:
        return (*tier, -waited, *last)
    if rule.name is RuleName.STRICT:
        return (*tier, -rate, -waited, *last)
    # Before its slot a ticket has no wait to multiply: the nearest slot is first.
    return (*tier, -waited * rate if waited > 0 else -waited, *last)


def in_order(waiting: Iterable[Waiting], rule: Rule, now: datetime) -> list[Waiting]:
    """All who wait, in the order in which they would be called, one after the other, at this moment."""
    by_turn = _by_turn(waiting, rule, now)
    return _letting_pass(by_turn) if any(ticket.lets_pass for ticket in by_turn) else by_turn


def _by_turn(waiting: Iterable[Waiting], rule: Rule, now: datetime) -> list[Waiting]:
    return sorted(waiting, key=lambda ticket: turn(ticket, rule, now))


def _letting_pass(by_turn: Sequence[Waiting]) -> list[Waiting]:
    """As if all were called: who is called past somebody takes one from what that one lets pass."""
    order: list[Waiting] = []
    line = [(ticket, ticket.lets_pass) for ticket in by_turn]
    while line:
        place = _ready(line)
        order.append(line.pop(place)[0])
        line[:place] = [(ticket, left - 1) for ticket, left in line[:place]]
    return order


def _ready(line: Sequence[tuple[Waiting, int]]) -> int:
    """The first who lets nobody pass any more. When all do, a counter is not kept idle: who has the least left."""
    found = next((place for place, (_, left) in enumerate(line) if left <= 0), None)
    return found if found is not None else min(range(len(line)), key=lambda place: line[place][1])


def ahead_until(
    ticket: Waiting, category: str, rule: Rule, now: datetime, preference: int | None = None
) -> datetime | None:
    """The due instant before which a ticket of ``category`` stands ahead of ``ticket`` (at it, the lower id decides).

    ``preference`` is the other's; None: the same. None as the answer: every such ticket does. So a place can be counted
    from an index, without sorting the line.
    """
    waited = ticket.waited_s(now)
    too_long = now - rule.longest_wait + timedelta.resolution
    if ticket.due_at < too_long:
        return ticket.due_at
    if preference is not None and preference != ticket.preference:
        return None if preference < ticket.preference else too_long
    if rule.name is RuleName.FIRST_COME:
        return ticket.due_at
    mine, theirs = rule.rate(ticket.category), rule.rate(category)
    if rule.name is RuleName.STRICT and mine != theirs:
        return None if theirs > mine else too_long
    if rule.name is RuleName.STRICT or waited <= 0:
        return ticket.due_at
    return max(too_long, now - timedelta(seconds=waited * mine / theirs))


def choose(heads: Iterable[Waiting], rule: Rule, now: datetime) -> Choice | None:
    """Who is next and why; None when nobody waits.

    ``heads``: at least all who let others pass or are kept for somebody and, of the rest, the first two due of each
    category and preference.
    """
    by_turn = _by_turn(heads, rule, now)
    if not by_turn:
        return None
    order = _letting_pass(by_turn)
    first, second = order[0], order[1] if len(order) > 1 else None
    why = _why(first, by_turn, rule, now)
    return Choice(first, _reason(first, second, why, rule, now), tuple(by_turn[: by_turn.index(first)]))


def chosen(ticket: Waiting, rule: Rule, now: datetime) -> CallReason:
    """The reason of a call out of turn."""
    return CallReason(Why.CHOSEN, rule.name, waited_s(ticket.due_at, now), rule.rate(ticket.category))


def waited_s(due: datetime, now: datetime) -> int:
    """Whole seconds waited since ``due``; never below 0."""
    return max(0, int((now - due).total_seconds()))


def _reason(first: Waiting, second: Waiting | None, why: Why, rule: Rule, now: datetime) -> CallReason:
    return CallReason(
        why=why,
        rule=rule.name,
        waited_s=waited_s(first.due_at, now),
        rate=rule.rate(first.category),
        next_label=second.label if second else None,
        next_waited_s=waited_s(second.due_at, now) if second else None,
        next_rate=rule.rate(second.category) if second else None,
        preference=first.preference if why is Why.PREFERENCE else None,
    )


def _why(first: Waiting, everyone: Sequence[Waiting], rule: Rule, now: datetime) -> Why:
    if first.waited_s(now) >= rule.longest_wait.total_seconds():
        return Why.WAITED_TOO_LONG
    if any(ticket.preference != first.preference for ticket in everyone):
        without = in_order((replace(ticket, preference=1) for ticket in everyone), rule, now)
        if without[0].id != first.id:
            return Why.KEPT if first.kept else Why.PREFERENCE
    if rule.name is RuleName.STRICT and rule.rate(first.category) > 1:
        return Why.CATEGORY
    return Why.WEIGHTED_WAIT if rule.name is RuleName.ACCUMULATING else Why.LONGEST_WAIT

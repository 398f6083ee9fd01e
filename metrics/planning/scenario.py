"""What if: one change to a day's plan, and what it does to the same days beside the plan as it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from metrics.forecast.line import Rule, RuleName
from metrics.planning import measures
from metrics.planning.day import DayPlan, Desk, Span, days
from metrics.planning.demand import MOST_PLACES, Slot, people
from metrics.planning.measures import Change as Difference
from metrics.planning.measures import Figure


class Impossible(ValueError):
    """A change that cannot be made to this plan. ``code`` says why, for programs: ``outside_hours``,
    ``unknown_counter``, ``unknown_service``, ``no_slots``, ``too_many_places``, ``bad_number``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class OneMoreCounter:
    """From ``from_s`` to ``to_s``; it takes what counter ``like`` takes, all services where None."""

    from_s: float
    to_s: float
    like: int | None = None


@dataclass(frozen=True, slots=True)
class MoveBreak:
    """Counter ``desk`` is open from ``from_s`` to ``to_s``, and closed for as long from ``start_s`` on."""

    desk: int
    from_s: float
    to_s: float
    start_s: float


@dataclass(frozen=True, slots=True)
class ChangeQuota:
    """``quota`` None: no end."""

    service: str
    quota: int | None


@dataclass(frozen=True, slots=True)
class AddSlots:
    """``places`` more in each slot from ``from_s`` to ``to_s``. ``instead``: taken by people who otherwise walk in."""

    service: str
    from_s: float
    to_s: float
    places: int
    instead: bool = False


@dataclass(frozen=True, slots=True)
class ChangeDiscipline:
    name: RuleName


Change = OneMoreCounter | MoveBreak | ChangeQuota | AddSlots | ChangeDiscipline


@dataclass(frozen=True, slots=True)
class Outcome:
    """Figures by name of ``measures.NAMES``; ``changes`` against the plan as it is, empty for that one itself."""

    figures: dict[str, Figure]
    changes: dict[str, Difference]


def compare(plan: DayPlan, changes: Sequence[Change], count: int, seed: int = 1) -> list[Outcome]:
    """The plan as it is, then with each of the changes alone, on the same ``count`` days. Raises ``Impossible``."""
    plans = [plan, *(apply(plan, change) for change in changes)]
    come = [people(plan.demand, seed, day) for day in range(count)]
    daily = [measures.daily(one, days(one, count, seed, come if one.demand is plan.demand else None)) for one in plans]
    return [
        Outcome(
            {name: measures.figure(of[name]) for name in measures.NAMES},
            {}
            if place == 0
            else {name: measures.change(daily[0][name], of[name], measures.SMALLEST[name]) for name in measures.NAMES},
        )
        for place, of in enumerate(daily)
    ]


def apply(plan: DayPlan, change: Change) -> DayPlan:
    """The plan with one change. Raises ``Impossible``."""
    match change:
        case OneMoreCounter():
            return _one_more(plan, change)
        case MoveBreak():
            return _break_moved(plan, change)
        case ChangeQuota():
            return _quota(plan, change)
        case AddSlots():
            return _slots(plan, change)
        case ChangeDiscipline():
            return replace(plan, rule=Rule(change.name, plan.rule.longest_wait_s))
        case _ as never:
            assert_never(never)


def merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """In order, those that touch made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        elif end > start:
            found.append((start, end))
    return tuple(found)


def without(spans: Sequence[Span], gap: Span) -> tuple[Span, ...]:
    """What is left of the spans outside the gap."""
    parts = [part for start, end in spans for part in ((start, min(end, gap[0])), (max(start, gap[1]), end))]
    return tuple((start, end) for start, end in parts if start < end)


def hours(plan: DayPlan) -> Span | None:
    """From the first counter that opens to the closing time; None when none does."""
    starts = [start for desk in plan.desks for start, _ in desk.open]
    return (min(starts), plan.closes_s) if starts else None


def _within_hours(plan: DayPlan, start_s: float, end_s: float) -> None:
    day = hours(plan)
    if not start_s < end_s or day is None or start_s < day[0] or end_s > day[1]:
        raise Impossible("outside_hours")


def _one_more(plan: DayPlan, change: OneMoreCounter) -> DayPlan:
    if not 0 <= change.from_s < change.to_s <= plan.closes_s:
        raise Impossible("outside_hours")
    preferences = (
        _desk(plan, change.like).preferences
        if change.like is not None
        else {service.code: 1 for service in plan.services}
    )
    number = max((desk.number for desk in plan.desks), default=0) + 1
    return replace(plan, desks=[*plan.desks, Desk(number, preferences, ((change.from_s, change.to_s),))])


def _break_moved(plan: DayPlan, change: MoveBreak) -> DayPlan:
    desk = _desk(plan, change.desk)
    end_s = change.start_s + change.to_s - change.from_s
    _within_hours(plan, change.from_s, change.to_s)
    _within_hours(plan, change.start_s, end_s)
    opened = without(merged([*desk.open, (change.from_s, change.to_s)]), (change.start_s, end_s))
    return replace(plan, desks=[replace(one, open=opened) if one is desk else one for one in plan.desks])


def _desk(plan: DayPlan, number: int) -> Desk:
    found = next((desk for desk in plan.desks if desk.number == number), None)
    if found is None:
        raise Impossible("unknown_counter")
    return found


def _quota(plan: DayPlan, change: ChangeQuota) -> DayPlan:
    if change.quota is not None and change.quota < 0:
        raise Impossible("bad_number")
    _known(plan, change.service)
    services = [replace(one, quota=change.quota) if one.code == change.service else one for one in plan.services]
    return replace(plan, services=services)


def _slots(plan: DayPlan, change: AddSlots) -> DayPlan:
    if change.places < 1:
        raise Impossible("bad_number")
    _known(plan, change.service)
    if not any(_is_meant(slot, change) for slot in plan.demand.slots):
        raise Impossible("no_slots")
    if any(_is_meant(slot, change) and slot.places + change.places > MOST_PLACES for slot in plan.demand.slots):
        raise Impossible("too_many_places")
    slots = [
        replace(slot, places=slot.places + change.places, usual=slot.places, instead=change.instead)
        if _is_meant(slot, change)
        else slot
        for slot in plan.demand.slots
    ]
    return replace(plan, demand=replace(plan.demand, slots=slots))


def _is_meant(slot: Slot, change: AddSlots) -> bool:
    return slot.service == change.service and change.from_s <= slot.start_s < change.to_s


def _known(plan: DayPlan, code: str) -> None:
    if all(service.code != code for service in plan.services):
        raise Impossible("unknown_service")

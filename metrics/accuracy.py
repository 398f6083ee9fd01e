"""Accuracy of information: six parts that the log and the survey tell, and one figure of them by published weights.

    figure = sum of w_i p_i over the parts with data / sum of their w_i        p_i: the share that went right

The interval puts those of the parts together (Zou and Donner 2008, "MOVER"), each by Wilson:

    low = figure - sqrt(sum (w_i (p_i - low_i))^2),  high = figure + sqrt(sum (w_i (high_i - p_i))^2)

A part without enough cases is left out and the weights of the others are stretched to one; with less than half of the
weight known there is no figure.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from metrics.periods import Period
from metrics.proportion import wilson
from metrics.visit import Visit

REWORK_WITHIN = timedelta(days=14)
"""Who comes back for the same service so soon after it was done, comes back for what was wrong or unsaid."""

LEAST = 10
"""Cases under which a part says nothing."""

LEAST_WEIGHT = 0.5

_DONE = ("", "done")
_WITHOUT_SERVICE = "papers_missing"
_REDIRECTED = "redirected"
_SYSTEM_DOWN = "system_down"


class Part(StrEnum):
    """What each counts as wrong, of what, is said at ``counted``."""

    INFORMATION = "information"
    REWORK = "rework"
    PAPERS = "papers"
    WRONG_SERVICE = "wrong_service"
    CORRECTIONS = "corrections"
    COMPLAINTS = "complaints"


WEIGHTS: Mapping[Part, float] = {
    Part.INFORMATION: 0.25,
    Part.REWORK: 0.20,
    Part.PAPERS: 0.15,
    Part.WRONG_SERVICE: 0.15,
    Part.CORRECTIONS: 0.15,
    Part.COMPLAINTS: 0.10,
}

OFFICER_PARTS = (Part.INFORMATION, Part.REWORK, Part.COMPLAINTS)
"""What an officer can be asked about. Papers, wrong services and corrections tell of what people knew before they
came, or of somebody else's work, and who says so honestly must not stand worse for it."""


@dataclass(frozen=True, slots=True)
class Count:
    """``wrong`` of ``n`` cases. Raises ``ValueError`` unless ``0 <= wrong <= n``."""

    wrong: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.wrong <= self.n:
            raise ValueError("wrong must lie between 0 and n")


@dataclass(frozen=True, slots=True)
class Component:
    """A part: ``right`` is the share that went right with its 95 % interval; all None for no data. ``weight`` is its
    share of the figure, 0 where it is left out."""

    part: Part
    wrong: int
    n: int
    right: float | None
    low: float | None
    high: float | None
    weight: float


@dataclass(frozen=True, slots=True)
class Accuracy:
    """``value`` 0 to 1 with its interval; None unless half of the weight is known (``known``, 0 to 1)."""

    components: tuple[Component, ...]
    value: float | None
    low: float | None
    high: float | None
    known: float

    def of(self, part: Part) -> Component:
        return next(component for component in self.components if component.part is part)


def accuracy(counts: Mapping[Part, Count | None], parts: Sequence[Part] = tuple(Part), least: int = LEAST) -> Accuracy:
    """The figure over ``parts``, in their order. A part that is missing or None has no data."""
    given = {part: counts.get(part) or Count(0, 0) for part in parts}
    enough = [part for part in parts if given[part].n >= least]
    known = math.fsum(WEIGHTS[part] for part in enough)
    whole = math.fsum(WEIGHTS[part] for part in parts)
    components = tuple(
        _component(part, given[part], WEIGHTS[part] / known if part in enough else 0.0) for part in parts
    )
    share = known / whole if whole else 0.0
    if share < LEAST_WEIGHT:
        return Accuracy(components, None, None, None, share)
    value, below, above = 0.0, 0.0, 0.0
    for one in components:
        if one.weight and one.right is not None and one.low is not None and one.high is not None:
            value += one.weight * one.right
            below += (one.weight * (one.right - one.low)) ** 2
            above += (one.weight * (one.high - one.right)) ** 2
    return Accuracy(components, value, max(0.0, value - math.sqrt(below)), min(1.0, value + math.sqrt(above)), share)


def _component(part: Part, count: Count, weight: float) -> Component:
    ends = wilson(count.n - count.wrong, count.n)
    if ends is None:
        return Component(part, 0, 0, None, None, None, weight)
    return Component(part, count.wrong, count.n, 1 - count.wrong / count.n, *ends, weight)


def counted(
    visits: Iterable[Visit], period: Period, now: datetime, officer: str | None = None
) -> dict[Part, Count | None]:
    """What the legs tell of those services (of ``officer``, or all) that ended in ``period``. ``visits`` reach up to
    ``REWORK_WITHIN`` beyond it, so that who came back is seen; None: not one case.

    Rework: who came back for the same service within ``REWORK_WITHIN`` after it was done, of those done services whose
    citizen can be recognised and whose time for coming back is over. Papers: papers missing, of those who had
    confirmed the list of papers. Wrong service: sent on to another service, redirected, or given another one, of all
    that ended. Corrections: put right what the office had done wrong, of those that ended since officers can say so.
    System down is in none: it says nothing about information.
    """
    legs = list(visits)
    start, end = period.bounds
    ended = [
        visit
        for visit in legs
        if visit.end in ("finished", "transferred")
        and visit.finished_at is not None
        and start <= visit.finished_at < end
        and visit.outcome != _SYSTEM_DOWN
        and officer in (None, visit.officer)
    ]
    finished = [visit for visit in ended if visit.end == "finished"]
    sent_on = _sent_on(legs)
    found = {
        Part.REWORK: _rework(finished, legs, now),
        Part.PAPERS: _count(v.outcome == _WITHOUT_SERVICE for v in finished if v.checklist),
        Part.WRONG_SERVICE: _count(_is_wrong(v) or id(v) in sent_on for v in ended),
        Part.CORRECTIONS: _count(v.correction for v in finished if v.correction is not None),
    }
    return {part: count if count.n else None for part, count in found.items()}


def _rework(finished: Iterable[Visit], legs: Iterable[Visit], now: datetime) -> Count:
    came_back = {(leg.again_of, leg.service) for leg in legs if leg.again_of is not None}
    return _count(
        (visit.ticket, visit.service) in came_back
        for visit in finished
        if visit.known and visit.outcome in _DONE and visit.finished_at and visit.finished_at + REWORK_WITHIN <= now
    )


def _sent_on(legs: Iterable[Visit]) -> set[int]:
    """The legs (by identity) after whose transfer the citizen went on with another service."""
    by_ticket: defaultdict[str | int, list[Visit]] = defaultdict(list)
    for leg in legs:
        by_ticket[leg.ticket].append(leg)
    found = set()
    for of_ticket in by_ticket.values():
        for leg, following in pairwise(of_ticket):
            if leg.end == "transferred" and following.service != leg.service:
                found.add(id(leg))
    return found


def _is_wrong(visit: Visit) -> bool:
    return visit.outcome == _REDIRECTED or visit.service_given not in (None, visit.service)


def _count(wrong: Iterable[bool]) -> Count:
    cases = list(wrong)
    return Count(sum(cases), len(cases))

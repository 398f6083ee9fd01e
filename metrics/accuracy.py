"""Accuracy of information: six parts that the log and the survey tell, and one figure of them by published weights.

    figure = sum of w_i p_i over the parts with data / sum of their w_i        p_i: the share that went right

The interval puts those of the parts together (Zou and Donner 2008, "MOVER"), each by Wilson:

    low = figure - sqrt(sum (w_i (p_i - low_i))^2),  high = figure + sqrt(sum (w_i (high_i - p_i))^2)

A part without enough cases is left out and the weights of the others are stretched to one; with less than half of the
weight known there is no figure.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from metrics.local_time import micros
from metrics.periods import Period
from metrics.proportion import wilson
from metrics.visit import Visit
from metrics.visit_table import NEVER, NOBODY, Mask, VisitTable, between

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


def counted(visits: Iterable[Visit], period: Period, now: datetime) -> dict[Part, Count | None]:
    """What the legs tell of those services that ended in ``period``. ``visits`` reach up to ``REWORK_WITHIN`` beyond
    it, so that who came back is seen; None: not one case.

    Rework: who came back for the same service within ``REWORK_WITHIN`` after it was done, of those done services whose
    citizen can be recognised and whose time for coming back is over. Papers: papers missing, of those who had
    confirmed the list of papers. Wrong service: sent on to another service, redirected, or given another one, of all
    that ended. Corrections: put right what the office had done wrong, of those that ended since officers can say so.
    System down is in none: it says nothing about information.
    """
    table = VisitTable.of(visits)
    return {part: _count(wrong, cases) for part, (wrong, cases) in _judged(table, period, now).items()}


def counted_by_officer(visits: Iterable[Visit], period: Period, now: datetime) -> dict[str, dict[Part, Count | None]]:
    """As ``counted``, of each officer's own services."""
    table = VisitTable.of(visits)
    judged = _judged(table, period, now)
    return {
        name: {part: _count(wrong, cases & (table.officer.codes == code)) for part, (wrong, cases) in judged.items()}
        for code, name in enumerate(table.officer.known)
    }


def _judged(table: VisitTable, period: Period, now: datetime) -> dict[Part, tuple[Mask, Mask]]:
    """Of each part which legs are wrong, and which are cases at all."""
    is_over = table.finished_at != NEVER
    ended = (
        table.end.are("finished", "transferred")
        & is_over
        & between(table.finished_at, period)
        & ~table.outcome.are(_SYSTEM_DOWN)
    )
    finished = ended & table.end.are("finished")
    asked, given, _ = table.services
    is_other = (given != NOBODY) & (given != asked)
    in_time = is_over & (table.finished_at <= micros(now - REWORK_WITHIN))
    return {
        Part.REWORK: (_came_back(table), finished & table.known & table.outcome.are(*_DONE) & in_time),
        Part.PAPERS: (table.outcome.are(_WITHOUT_SERVICE), finished & table.checklist),
        Part.WRONG_SERVICE: (table.outcome.are(_REDIRECTED) | is_other | _sent_on(table), ended),
        Part.CORRECTIONS: (table.correction == 1, finished & (table.correction != NOBODY)),
    }


def _came_back(table: VisitTable) -> Mask:
    """The legs for whose service their citizen came again."""
    services = table.service.codes
    again = table.again_of != NEVER
    pairs = set(zip(table.again_of[again].tolist(), services[again].tolist(), strict=True))
    if not pairs:
        return np.zeros(len(table), np.bool_)
    found = [pair in pairs for pair in zip(table.ticket.tolist(), services.tolist(), strict=True)]
    return np.array(found, np.bool_)


def _sent_on(table: VisitTable) -> Mask:
    """The legs after whose transfer the citizen went on with another service."""
    order = np.argsort(table.ticket, kind="stable")
    ticket, service = table.ticket[order], table.service.codes[order]
    found = np.zeros(len(table), np.bool_)
    found[order[:-1]] = (ticket[1:] == ticket[:-1]) & (service[1:] != service[:-1])
    return found & table.end.are("transferred")


def _count(wrong: Mask, cases: Mask) -> Count | None:
    n = int(cases.sum())
    return Count(int((wrong & cases).sum()), n) if n else None

"""Patterns that good figures can be made of without serving anybody better. They are questions to talk about, never
verdicts: each has an innocent reading, and the officer's answer counts.

An officer's share is held against that of the others by Fisher's exact test, one-sided, corrected for how many officers
and patterns are looked at (Bonferroni). Nothing is said of an officer who is alone.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import numpy as np

from metrics.local_time import MICROSECOND
from metrics.plausibility import DEFAULT_LIMITS, Limits
from metrics.visit import Visit
from metrics.visit_table import NEVER, NOBODY, Mask, VisitTable

LEAST = 5
"""Cases under which nothing is asked."""

CHANCE = 0.01
"""How often chance alone may ask about anybody in an office."""

JUST_OVER = 2.0
"""Times the plausible minimum: a service up to that long is "just over" it."""

REOPEN = timedelta(minutes=10)
QUICK_CALL = timedelta(seconds=30)
"""Nobody walks to a counter, looks around and is given up in less than that."""

NEAR_STANDARD = 0.85
"""A transfer from this share of the standard time up to the standard is "just before" it."""


class Pattern(StrEnum):
    JUST_OVER_MINIMUM = "just_over_minimum"
    SERVED_AGAIN = "served_again"
    CALL_WITHOUT_PERSON = "call_without_person"
    TRANSFER_BEFORE_STANDARD = "transfer_before_standard"


@dataclass(frozen=True, slots=True)
class Question:
    """``hits`` of an officer's ``n`` cases, where the others have the share ``others``; ``tickets`` are the cases."""

    pattern: Pattern
    officer: str
    hits: int
    n: int
    others: float
    tickets: tuple[str | int, ...]


Judged = tuple[Mask, Mask]
"""Which legs are hits, and which are cases at all."""


def questions(
    visits: Iterable[Visit],
    standards_s: Mapping[str, float],
    given_up: Collection[str | int] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> list[Question]:
    """All that stands out, in the order of ``Pattern``.

    ``standards_s``: seconds by service. ``given_up``: tickets whose call ended as a no-show within ``QUICK_CALL``.
    """
    table = VisitTable.of(visits)
    legs = table.where(table.officer.codes != NOBODY)
    judged: Mapping[Pattern, Judged] = {
        Pattern.JUST_OVER_MINIMUM: _just_over(legs, limits),
        Pattern.SERVED_AGAIN: _served_again(legs),
        Pattern.CALL_WITHOUT_PERSON: _without_person(legs, given_up),
        Pattern.TRANSFER_BEFORE_STANDARD: _before_standard(legs, standards_s),
    }
    return [question for pattern, each in judged.items() for question in _standing_out(pattern, legs, *each)]


def _just_over(legs: VisitTable, limits: Limits) -> Judged:
    serve_s = legs.serve_s
    return serve_s <= JUST_OVER * limits.shortest_s, legs.end.are("finished") & (serve_s >= limits.shortest_s)


def _without_person(legs: VisitTable, given_up: Collection[str | int]) -> Judged:
    is_given_up = np.array([ticket in given_up for ticket in legs.ticket.tolist()], np.bool_)
    return legs.end.are("no_show") & is_given_up, legs.end.are("finished", "no_show") & legs.is_called


def _before_standard(legs: VisitTable, standards_s: Mapping[str, float]) -> Judged:
    standards = np.array([*(standards_s.get(code, np.nan) for code in legs.service.known), np.nan])
    standard, serve_s = standards[legs.service.codes], legs.serve_s
    hits = legs.end.are("transferred") & (serve_s >= NEAR_STANDARD * standard) & (serve_s <= standard)
    return hits, legs.end.are("finished", "transferred") & ~np.isnan(standard) & ~np.isnan(serve_s)


def _served_again(legs: VisitTable) -> Judged:
    """A finished service of a ticket that the same officer began again, for the same service, within ``REOPEN``."""
    cases = legs.end.are("finished") & (legs.started_at != NEVER)
    begun = legs.counted_at
    places = np.flatnonzero(cases)
    _, ticket = np.unique(legs.ticket, return_inverse=True)
    order = places[np.lexsort((begun[places], legs.service.codes[places], legs.officer.codes[places], ticket[places]))]
    same = np.ones(max(len(order) - 1, 0), np.bool_)
    for column in (ticket, legs.officer.codes, legs.service.codes):
        same &= column[order[1:]] == column[order[:-1]]
    first, after = order[:-1], order[1:]
    soon = begun[after] - legs.finished_at[first] <= REOPEN // MICROSECOND
    hits = np.zeros(len(legs), np.bool_)
    hits[first] = same & soon & (legs.finished_at[first] != NEVER)
    return hits, cases


def _standing_out(pattern: Pattern, legs: VisitTable, hits: Mask, cases: Mask) -> list[Question]:
    hits = hits & cases
    total, every = int(hits.sum()), int(cases.sum())
    own = {name: legs.officer.are(name) for name in sorted(legs.officer.where(cases).words())}
    found = list[Question]()
    for officer, theirs in own.items():
        n, own_hits = int((theirs & cases).sum()), int((theirs & hits).sum())
        if own_hits < LEAST or n == every:
            continue
        if at_least(own_hits, every, total, n) <= CHANCE / (len(own) * len(Pattern)):
            tickets = tuple(legs.ticket[theirs & hits].tolist())
            found.append(Question(pattern, officer, own_hits, n, (total - own_hits) / (every - n), tickets))
    return found


def at_least(hits: int, every: int, total: int, n: int) -> float:
    """How likely ``hits`` or more of the ``total`` among ``every`` case fall to ``n`` of them by chance.

    As ``scipy.stats.hypergeom.sf(hits - 1, every, total, n)``, whose library takes a second and 50 MB to load.
    """
    first, last = max(hits, 0, n + total - every), min(n, total)
    if first > last:
        return 0.0
    k = np.arange(first, last)
    steps = np.log((total - k) * (n - k)) - np.log((k + 1) * (every - total - n + k + 1))
    logs = _ways(total, first) + _ways(every - total, n - first) - _ways(every, n) + np.cumsum([0.0, *steps])
    return min(float(np.exp(logs).sum()), 1.0)


def _ways(of: int, chosen: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(chosen + 1) - math.lgamma(of - chosen + 1)

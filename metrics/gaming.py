"""Patterns that good figures can be made of without serving anybody better. They are questions to talk about, never
verdicts: each has an innocent reading, and the officer's answer counts.

An officer's share is held against that of the others by Fisher's exact test, one-sided, corrected for how many officers
and patterns are looked at (Bonferroni). Nothing is said of an officer who is alone.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from metrics.plausibility import DEFAULT_LIMITS, Limits
from metrics.visit import Visit

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


@dataclass(frozen=True, slots=True)
class _Case:
    officer: str
    ticket: str | int
    is_hit: bool


def questions(
    visits: Iterable[Visit],
    standards_s: Mapping[str, float],
    given_up: Collection[str | int] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> list[Question]:
    """All that stands out, in the order of ``Pattern``.

    ``standards_s``: seconds by service. ``given_up``: tickets whose call ended as a no-show within ``QUICK_CALL``.
    """
    legs = [visit for visit in visits if visit.officer is not None]
    kinds: Sequence[tuple[Pattern, Iterable[_Case]]] = (
        (Pattern.JUST_OVER_MINIMUM, _cases(legs, lambda leg: _just_over(leg, limits))),
        (Pattern.SERVED_AGAIN, _served_again(legs)),
        (Pattern.CALL_WITHOUT_PERSON, _cases(legs, lambda leg: _without_person(leg, given_up))),
        (Pattern.TRANSFER_BEFORE_STANDARD, _cases(legs, lambda leg: _before_standard(leg, standards_s))),
    )
    return [question for pattern, cases in kinds for question in _standing_out(pattern, list(cases))]


def _cases(legs: Iterable[Visit], judge: Callable[[Visit], bool | None]) -> Iterable[_Case]:
    for leg in legs:
        is_hit = judge(leg)
        if is_hit is not None:
            yield _Case(str(leg.officer), leg.ticket, is_hit)


def _just_over(leg: Visit, limits: Limits) -> bool | None:
    if leg.end != "finished" or leg.serve_s is None or leg.serve_s < limits.shortest_s:
        return None
    return leg.serve_s <= JUST_OVER * limits.shortest_s


def _without_person(leg: Visit, given_up: Collection[str | int]) -> bool | None:
    if leg.called_at is None or leg.end not in ("finished", "no_show"):
        return None
    return leg.end == "no_show" and leg.ticket in given_up


def _before_standard(leg: Visit, standards_s: Mapping[str, float]) -> bool | None:
    standard, seconds = standards_s.get(leg.service), leg.serve_s
    if leg.end not in ("finished", "transferred") or standard is None or seconds is None:
        return None
    return leg.end == "transferred" and NEAR_STANDARD * standard <= seconds <= standard


def _served_again(legs: Iterable[Visit]) -> Iterable[_Case]:
    """A finished service of a ticket that the same officer began again, for the same service, within ``REOPEN``."""
    finished = (leg for leg in legs if leg.end == "finished" and leg.started_at is not None)
    groups: defaultdict[tuple[str | int, str | None, str], list[Visit]] = defaultdict(list)
    for leg in finished:
        groups[leg.ticket, leg.officer, leg.service].append(leg)
    for (ticket, officer, _), same in groups.items():
        same.sort(key=lambda leg: leg.counted_at)
        for n, leg in enumerate(same):
            after = same[n + 1] if n + 1 < len(same) else None
            yield _Case(str(officer), ticket, after is not None and _soon_after(leg, after))


def _soon_after(leg: Visit, after: Visit) -> bool:
    return leg.finished_at is not None and after.counted_at - leg.finished_at <= REOPEN


def _standing_out(pattern: Pattern, cases: Sequence[_Case]) -> list[Question]:
    from scipy.stats import hypergeom  # noqa: PLC0415 - a second of loading that only this needs

    by_officer: defaultdict[str, list[_Case]] = defaultdict(list)
    for case in cases:
        by_officer[case.officer].append(case)
    total, found = sum(case.is_hit for case in cases), list[Question]()
    for officer, own in sorted(by_officer.items()):
        hits, rest = sum(case.is_hit for case in own), len(cases) - len(own)
        if hits < LEAST or not rest:
            continue
        by_chance = float(hypergeom.sf(hits - 1, len(cases), total, len(own)))
        if by_chance <= CHANCE / (len(by_officer) * len(Pattern)):
            tickets = tuple(case.ticket for case in own if case.is_hit)
            found.append(Question(pattern, officer, hits, len(own), (total - hits) / rest, tickets))
    return found

"""Which legs may enter the speed figures. Every one that may not gets exactly one reason and is counted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from metrics.local_time import LocalDays
from metrics.periods import day_of
from metrics.visit import Visit
from metrics.visit_table import NEVER, NOBODY, VisitTable

SYSTEM_DOWN = "system_down"
"""The outcome of a visit that ended because the system was down."""


class Reason(StrEnum):
    """Why a leg is left out, in the order in which reasons are looked for; the first that holds is given."""

    NOT_STARTED = "not_started"
    """No service began: abandoned, cancelled, no-show, expired or still waiting."""
    NO_OFFICER = "no_officer"
    """Somebody served, but the record does not say who."""
    NOT_FINISHED = "not_finished"
    """Transferred, expired, left or still going on: a leg cut off from outside is not slow (or quick) serving."""
    FLAGGED = "flagged"
    """Its officer said that the recorded time is wrong, and a supervisor agreed."""
    SYSTEM_DOWN = "system_down"
    """The officer said that the system was down: how long that took says nothing of anybody's serving."""
    NEGATIVE = "negative"
    """Finished before it started, a negative hold, or more hold than time: a clock was set or a record is broken."""
    CROSSED_MIDNIGHT = "crossed_midnight"
    """Started on one local day and finished on another: most likely nobody pressed "finish"."""
    TOO_SHORT = "too_short"
    """Under the plausible minimum: a slip of the hand, or a citizen who did not come."""
    TOO_LONG = "too_long"
    """Over the plausible maximum: most likely nobody pressed "finish"."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Shortest and longest plausible serve time in seconds, both still plausible themselves.

    The defaults, 10 seconds and 4 hours, are conventions and not findings: nobody is served at a counter in under
    10 seconds, and nothing at one takes half a working day. Raises ``ValueError`` unless ``0 < shortest < longest``
    (the logarithm of a serve time must exist).
    """

    shortest_s: float = 10.0
    longest_s: float = 4 * 3600.0

    def __post_init__(self) -> None:
        if not 0 < self.shortest_s < self.longest_s:
            raise ValueError("limits must satisfy 0 < shortest_s < longest_s")


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Sifted:
    """The legs kept, in their given order, and how many were left out and why: in all and per officer.

    ``len(kept) + sum(excluded.values())`` is the number of legs given. Legs without an officer are in ``excluded``
    only.
    """

    kept: Sequence[Visit]
    excluded: Mapping[Reason, int]
    excluded_by_officer: Mapping[str, Mapping[Reason, int]]


def reason_to_exclude(visit: Visit, zone: ZoneInfo, limits: Limits = DEFAULT_LIMITS) -> Reason | None:
    """The first reason that keeps a leg out of the speed figures, or ``None`` when it may enter.

    ``zone`` is the office's: midnight is local midnight.
    """
    if visit.started_at is None:
        return Reason.NOT_STARTED
    if visit.officer is None:
        return Reason.NO_OFFICER
    if visit.end != "finished" or visit.finished_at is None:
        return Reason.NOT_FINISHED
    if visit.flagged:
        return Reason.FLAGGED
    if visit.outcome == SYSTEM_DOWN:
        return Reason.SYSTEM_DOWN
    return _implausible_times(visit.started_at, visit.finished_at, visit.hold, zone, limits)


def _implausible_times(
    started_at: datetime, finished_at: datetime, hold: timedelta, zone: ZoneInfo, limits: Limits
) -> Reason | None:
    serve_s = (finished_at - started_at - hold).total_seconds()
    if serve_s < 0 or hold < timedelta(0):
        return Reason.NEGATIVE
    if day_of(started_at, zone) != day_of(finished_at, zone):
        return Reason.CROSSED_MIDNIGHT
    if serve_s < limits.shortest_s:
        return Reason.TOO_SHORT
    return Reason.TOO_LONG if serve_s > limits.longest_s else None


def sift(visits: Iterable[Visit], zone: ZoneInfo, limits: Limits = DEFAULT_LIMITS) -> Sifted:
    """Part the legs that may enter the speed figures from those that may not; ``kept`` of a table is a table."""
    if isinstance(visits, VisitTable):
        return _sift_table(visits, zone, limits)
    kept: list[Visit] = []
    excluded: Counter[Reason] = Counter()
    by_officer: defaultdict[str, Counter[Reason]] = defaultdict(Counter)
    for visit in visits:
        reason = reason_to_exclude(visit, zone, limits)
        if reason is None:
            kept.append(visit)
            continue
        excluded[reason] += 1
        if visit.officer is not None:
            by_officer[visit.officer][reason] += 1
    return Sifted(tuple(kept), dict(excluded), {officer: dict(counts) for officer, counts in by_officer.items()})


KEPT = -1
"""Instead of a reason's place: none."""

REASONS = tuple(Reason)


def reasons_to_exclude(table: VisitTable, zone: ZoneInfo, limits: Limits = DEFAULT_LIMITS) -> NDArray[np.int64]:
    """``reason_to_exclude`` of each row, as its place in ``REASONS``, or ``KEPT``."""
    serve_s = table.serve_s
    started = table.started_at
    days = LocalDays(np.where(started == NEVER, table.arrived_at, started), zone)
    holds = {
        Reason.NOT_STARTED: started == NEVER,
        Reason.NO_OFFICER: table.officer.codes == NOBODY,
        Reason.NOT_FINISHED: ~table.end.are("finished") | (table.finished_at == NEVER),
        Reason.FLAGGED: table.flagged,
        Reason.SYSTEM_DOWN: table.outcome.are(SYSTEM_DOWN),
        Reason.NEGATIVE: (serve_s < 0) | (table.hold < 0),
        Reason.CROSSED_MIDNIGHT: table.finished_at >= days.next_start,
        Reason.TOO_SHORT: serve_s < limits.shortest_s,
        Reason.TOO_LONG: serve_s > limits.longest_s,
    }
    return np.select([holds[reason] for reason in REASONS], list(range(len(REASONS))), KEPT)


def _sift_table(table: VisitTable, zone: ZoneInfo, limits: Limits) -> Sifted:
    reasons = reasons_to_exclude(table, zone, limits)
    by_officer = {
        name: counts
        for code, name in enumerate(table.officer.known)
        if (counts := _counted(reasons[table.officer.codes == code]))
    }
    return Sifted(table.where(reasons == KEPT), _counted(reasons), by_officer)


def _counted(reasons: NDArray[np.int64]) -> dict[Reason, int]:
    counts = np.bincount(reasons + 1, minlength=len(REASONS) + 1)[1:]
    return {reason: int(count) for reason, count in zip(REASONS, counts, strict=True) if count}

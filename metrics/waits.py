"""Waits per service: of those called how long, of those still waiting how long already, and who left.

The median and 90th percentile are those of completed waits, check-in to call, a later no-show's included: the wait up
to the call was real. People who still wait have waited *at least* their time so far; mixing such lower bounds into the
percentiles would flatter a queue that is getting worse, so they stand beside them, as a count and the longest.

The share within the target is of people whose target time is over (``in_time``): otherwise whoever came last and was
called at once would count at once, and whoever came with them and still waits would not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from metrics.local_time import micros
from metrics.periods import day_of, day_start
from metrics.proportion import wilson
from metrics.quantiles import median, p90
from metrics.visit import Visit, as_utc
from metrics.visit_table import Mask, VisitTable


@dataclass(frozen=True, slots=True)
class Targets:
    """How many seconds nobody should wait longer than, by service; ``zone`` says when a day is over."""

    seconds: Mapping[str, float]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class WaitSummary:
    """One service. Every leg is in exactly one of ``called``, ``still_waiting``, ``left`` and ``excluded``.

    ``left`` counts, by how it ended, the legs that were never called (``abandoned``, ``cancelled``, ``expired``, ...).
    ``no_show`` is the part of ``called`` that did not come. ``excluded``: ``negative``
    (called, or seen waiting, before the arrival). A contested serve time changes nothing here: the citizen did wait.
    ``judged`` are the legs of ``in_time``, ``within_target`` those of them that were called in time.
    """

    service: str
    called: int
    median_s: float | None
    p90_s: float | None
    no_show: int
    still_waiting: int
    longest_waiting_s: float | None
    left: Mapping[str, int]
    excluded: Mapping[str, int]
    target_s: float | None = None
    judged: int = 0
    within_target: int = 0
    includes: tuple[str, ...] = ()

    @property
    def abandoned(self) -> int:
        """Legs that gave up before the call."""
        return self.left.get("abandoned", 0)

    @property
    def within_target_share(self) -> float | None:
        """0 to 1; None for no data."""
        return self.within_target / self.judged if self.judged else None

    @property
    def within_target_low(self) -> float | None:
        """The lower end of Wilson's 95 % interval of the share."""
        ends = wilson(self.within_target, self.judged)
        return ends and ends[0]

    @property
    def within_target_high(self) -> float | None:
        """Its upper end."""
        ends = wilson(self.within_target, self.judged)
        return ends and ends[1]


def in_time(visits: VisitTable, targets: Targets, now: datetime) -> tuple[Mask, Mask]:
    """Which legs were called within the target of their service (exactly on it is within), and which of all can be
    judged by now.

    Judged is who came on a day that is over, or a whole target ago, and was called or still waits. Who still waits
    after the target was not called in time. Of who left before the call nobody knows: they are counted apart.
    """
    at = micros(as_utc(now, "now"))
    today = micros(day_start(day_of(now, targets.zone), targets.zone))
    of_service = [targets.seconds.get(code, np.nan) for code in visits.service.known]
    target_s = np.array([*of_service, np.nan])[visits.service.codes]
    is_due = (visits.arrived_at < today) | ((at - visits.arrived_at) / 1e6 >= target_s)
    wait_s, waits_on = visits.wait_s, visits.end.are("open") & ~visits.is_called
    judged = is_due & ~np.isnan(target_s) & ((wait_s >= 0) | waits_on)
    return judged & (wait_s <= target_s), judged


def wait_summaries(
    visits: Iterable[Visit], now: datetime, targets: Targets | None = None, under: Mapping[str, str] | None = None
) -> tuple[WaitSummary, ...]:
    """A row per service, by code. ``now`` (aware) ends the waits of those who still wait. Nothing is judged
    without ``targets``. ``under``: codes that are reported under others, which then name them in ``includes``; each
    service is held to its own target all the same.

    Raises ``ValueError`` for a ``now`` without a zone.
    """
    table, at = VisitTable.of(visits), micros(as_utc(now, "now"))
    under = under or {}
    names = table.service.renamed(under)
    of_service = {name: table.where(names.are(name)) for name in names.words()}
    summaries = (_summary(service, rows, at) for service, rows in sorted(of_service.items()))
    found = [
        replace(row, includes=tuple(sorted(code for code in under if under[code] == row.service))) for row in summaries
    ]
    if targets is None:
        return tuple(found)
    return tuple(_judged(row, of_service[row.service], targets, now) for row in found)


def _judged(row: WaitSummary, rows: VisitTable, targets: Targets, now: datetime) -> WaitSummary:
    hits, judged = in_time(rows, targets, now)
    target_s = targets.seconds.get(row.service)
    return replace(row, target_s=target_s, judged=int(judged.sum()), within_target=int(hits.sum()))


def _summary(service: str, rows: VisitTable, now: int) -> WaitSummary:
    waits_on = rows.end.are("open") & ~rows.is_called
    wait_s = np.where(waits_on, (now - rows.arrived_at) / 1e6, rows.wait_s)
    negative = wait_s < 0
    waited = (wait_s >= 0) & ~waits_on
    waiting = wait_s[waits_on & ~negative]
    left = np.bincount(rows.end.codes[np.isnan(wait_s)], minlength=len(rows.end.known))
    return WaitSummary(
        service=service,
        called=int(waited.sum()),
        median_s=median(wait_s[waited]),
        p90_s=p90(wait_s[waited]),
        no_show=int((waited & rows.end.are("no_show")).sum()),
        still_waiting=len(waiting),
        longest_waiting_s=float(waiting.max()) if waiting.size else None,
        left={end: int(count) for end, count in zip(rows.end.known, left, strict=True) if count},
        excluded={"negative": int(negative.sum())} if negative.any() else {},
    )

"""Waits per service: of those called how long, of those still waiting how long already, and who left.

The median and 90th percentile are those of completed waits, check-in to call, a later no-show's included: the wait up
to the call was real. People who still wait have waited *at least* their time so far; mixing such lower bounds into the
percentiles would flatter a queue that is getting worse, so they stand beside them, as a count and the longest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from metrics.quantiles import median, p90
from metrics.visit import Visit, as_utc


@dataclass(frozen=True, slots=True)
class WaitSummary:
    """One service. Every leg is in exactly one of ``called``, ``still_waiting``, ``left`` and ``excluded``.

    ``left`` counts, by how it ended, the legs that were never called (``abandoned``, ``cancelled``, ``expired``, ...).
    ``no_show`` is the part of ``called`` that did not come. ``excluded``: ``negative``
    (called, or seen waiting, before the arrival). A contested serve time changes nothing here: the citizen did wait.
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

    @property
    def abandoned(self) -> int:
        """Legs that gave up before the call."""
        return self.left.get("abandoned", 0)


def wait_summaries(visits: Iterable[Visit], now: datetime) -> tuple[WaitSummary, ...]:
    """A row per service, by code. ``now`` (aware) ends the waits of those who still wait.

    Raises ``ValueError`` for a ``now`` without a zone.
    """
    now = as_utc(now, "now")
    by_service: defaultdict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_service[visit.service].append(visit)
    return tuple(_summary(service, by_service[service], now) for service in sorted(by_service))


def _summary(service: str, visits: list[Visit], now: datetime) -> WaitSummary:
    waits: list[float] = []
    waiting: list[float] = []
    no_show = 0
    left: defaultdict[str, int] = defaultdict(int)
    excluded: defaultdict[str, int] = defaultdict(int)
    for visit in visits:
        waits_on = visit.end == "open" and visit.called_at is None
        wait_s = (now - visit.arrived_at).total_seconds() if waits_on else visit.wait_s
        if wait_s is None:
            left[visit.end] += 1
        elif wait_s < 0:
            excluded["negative"] += 1
        elif waits_on:
            waiting.append(wait_s)
        else:
            waits.append(wait_s)
            no_show += visit.end == "no_show"
    return WaitSummary(
        service=service,
        called=len(waits),
        median_s=median(waits),
        p90_s=p90(waits),
        no_show=no_show,
        still_waiting=len(waiting),
        longest_waiting_s=max(waiting, default=None),
        left=dict(left),
        excluded=dict(excluded),
    )

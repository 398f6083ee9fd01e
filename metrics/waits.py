"""Waits per service: of those called how long, of those still waiting how long already, and who left.

The median and 90th percentile are those of completed waits, check-in to call, a later no-show's included: the wait up
to the call was real. People who still wait have waited *at least* their time so far; mixing such lower bounds into the
percentiles would flatter a queue that is getting worse, so they stand beside them, as a count and the longest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from metrics.local_time import micros
from metrics.quantiles import median, p90
from metrics.visit import Visit, as_utc
from metrics.visit_table import VisitTable


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
    table, at = VisitTable.of(visits), micros(as_utc(now, "now"))
    of_service = {name: table.where(table.service.codes == code) for code, name in enumerate(table.service.known)}
    return tuple(_summary(service, rows, at) for service, rows in sorted(of_service.items()) if len(rows))


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

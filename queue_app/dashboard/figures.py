"""What the dashboard shows, and how its shares are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from metrics.occupancy import Occupancy
from metrics.periods import Period
from metrics.proportion import wilson_low
from metrics.quantiles import Sample
from metrics.speed import OfficeSpeed
from metrics.visit_table import NOBODY, Mask, VisitTable
from queue_app.lifecycle import Outcome

LEAST = 10
"""Answers or services under which a share of an officer's is not shown: too few to say anything, or to stay unknown."""


@dataclass(frozen=True, slots=True)
class Filters:
    """A service's code, a counter's number, an officer's user name, a category; empty: all. ``also``: codes of services
    that are reported under the chosen one.
    """

    service: str = ""
    counter: int | None = None
    officer: str = ""
    category: str = ""
    also: tuple[str, ...] = ()

    def matching(self, visits: VisitTable) -> Mask:
        """Which visits are chosen."""
        found = np.ones(len(visits), np.bool_)
        for wanted, column in (
            ((self.service, *self.also), visits.service),
            ((self.officer,), visits.officer),
            ((self.category,), visits.category),
        ):
            if wanted[0]:
                found &= column.are(*wanted)
        return found if self.counter is None else found & (visits.counter == self.counter)

    def includes(self, officer: str, counter: int) -> bool:
        """Whether this officer at this counter is chosen."""
        return self.officer in ("", officer) and self.counter in (None, counter)


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``n``, with Wilson's 95 % interval; all None for no data."""

    hits: int
    n: int

    def __add__(self, other: "Share") -> "Share":
        return Share(self.hits + other.hits, self.n + other.n)

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def low(self) -> float | None:
        return wilson_low(self.hits, self.n) if self.n else None

    @property
    def high(self) -> float | None:
        return 1 - wilson_low(self.n - self.hits, self.n) if self.n else None


@dataclass(frozen=True, slots=True)
class Indicators:
    """The figures of one period. Times in seconds, None for no data. ``left``: went, or had not come when called.
    ``in_time``: called within the target of the service, of those who can be judged (``metrics.waits.in_time``).
    """

    speed: Share
    accuracy: Share
    satisfaction: Share
    served: int
    serve_median_s: float | None
    waited: int
    wait_median_s: float | None
    wait_p90_s: float | None
    left: int
    in_time: Share


@dataclass(frozen=True, slots=True)
class Waits:
    """Of one service: how long those who were called waited, and how many of those who can be judged not too long."""

    wait_s: Sample
    in_time: Share
    target_s: float | None


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """An officer's accuracy and satisfaction, to stand beside the speed."""

    accuracy: Share
    satisfaction: Share

    @property
    def are_known(self) -> bool:
        """Whether both rest on enough: a place by speed is not said without them."""
        return min(self.accuracy.n, self.satisfaction.n) >= LEAST


@dataclass(frozen=True, slots=True)
class DayFigures:
    day: date
    waited: int
    wait_median_s: float | None
    speed: Share
    accuracy: Share
    satisfaction: Share
    in_time: Share


@dataclass(frozen=True, slots=True)
class Dashboard:
    """``ended``: the part of the period whose days are over, which officers' figures and serve times are of (None: none
    is). ``serve_s`` and ``waits`` by service's code; ``heat``: waits by weekday (0 Monday) and hour.
    """

    period: Period
    before: Period
    ended: Period | None
    filters: Filters
    now: Indicators
    earlier: Indicators
    speed: OfficeSpeed | None
    officers: Mapping[str, OfficerRow]
    days: Sequence[DayFigures]
    heat: Mapping[tuple[int, int], Sample]
    serve_s: Mapping[str, Sample]
    standards_s: Mapping[str, float]
    waits: Mapping[str, Waits]


@dataclass(frozen=True, slots=True)
class Occupied:
    """What shifts went to, by officer and by counter; a service or category narrows nothing there."""

    officers: Mapping[str, Occupancy]
    counters: Mapping[int, Occupancy]


def counted(hits: Mask, of: Mask | None = None) -> Share:
    """How many of all, or of some, are hits."""
    return Share(int(hits.sum()), len(hits)) if of is None else Share(int((hits & of).sum()), int(of.sum()))


def is_right(served: VisitTable) -> Mask:
    """Which services ended done, for the service that was asked for."""
    asked, given, _ = served.services
    found: Mask = served.outcome.are("", Outcome.DONE) & ((given == NOBODY) | (given == asked))
    return found


def within_standard(served: VisitTable, standards_s: Mapping[str, float]) -> tuple[Mask, Mask]:
    """Which services were within their standard time, and which have one."""
    standards = [standards_s.get(code, np.nan) for code in served.service.known]
    standard = np.array([*standards, np.nan])[served.service.codes]
    return served.serve_s <= standard, ~np.isnan(standard)

"""What the dashboard's figures are made of, over some legs; that over others can be added. So what past days give is
computed once, and each answer adds today's legs to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from metrics.local_time import LocalDays
from metrics.periods import Period
from metrics.plausibility import KEPT, reasons_to_exclude
from metrics.quantiles import NO_VALUES, Sample
from metrics.speed import DEFAULT_RULES
from metrics.visit_table import VisitTable, added, grouped
from queue_app.dashboard.figures import Filters, Share, counted, is_right, within_standard
from queue_app.visit_days import LegTable

_NO_CASES = Share(0, 0)
_AWAY = ("abandoned", "cancelled", "no_show", "expired")


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one period. ``left``: went, or had not come when called."""

    speed: Share = _NO_CASES
    accuracy: Share = _NO_CASES
    serve_s: Sample = NO_VALUES
    wait_s: Sample = NO_VALUES
    left: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.speed + other.speed,
            self.accuracy + other.accuracy,
            self.serve_s + other.serve_s,
            self.wait_s + other.wait_s,
            self.left + other.left,
        )


@dataclass(frozen=True, slots=True)
class Whole:
    """Of the dashboard: of the period and the one before, of each day (its number), by weekday and hour (0 to 167), by
    service, and each officer's accuracy.
    """

    now: Sums
    earlier: Sums
    days: Mapping[int, Sums]
    heat: Mapping[int, Sample]
    serve_s: Mapping[str, Sample]
    officers: Mapping[str, Share]

    def __add__(self, other: "Whole") -> "Whole":
        return Whole(
            self.now + other.now,
            self.earlier + other.earlier,
            added(self.days, other.days),
            added(self.heat, other.heat),
            added(self.serve_s, other.serve_s),
            added(self.officers, other.officers),
        )


def whole(
    legs: LegTable,
    filters: Filters,
    period: Period,
    before: Period,
    ended: Period | None,
    standards_s: Mapping[str, float],
) -> Whole:
    """Over these legs, as far as they match: waits of all of the period, services of the part that is over."""
    visits = legs.visits.where(filters.matching(legs.visits))
    of_now = visits.where(visits.in_period(period))
    of_before = visits.where(visits.in_period(before))
    is_over = of_now.in_period(ended) if ended else np.zeros(len(of_now), np.bool_)
    served = _served(of_now.where(is_over), period.zone)
    waited = of_now.where(of_now.wait_s >= 0)
    hours = LocalDays(waited.arrived_at, period.zone).weekday_hours()
    return Whole(
        now=_sums(of_now, served, standards_s),
        earlier=_sums(of_before, _served(of_before, period.zone), standards_s),
        days=_days(waited, served, period, standards_s),
        heat=_samples(grouped(hours, waited.wait_s)),
        serve_s=_samples(served.service.grouped(served.serve_s)),
        officers=right_by_officer(served),
    )


def right_by_officer(served: VisitTable) -> dict[str, Share]:
    return {name: counted(right) for name, right in served.officer.grouped(is_right(served)).items()}


def of_officers(legs: LegTable, period: Period) -> "Accurate":
    """Each officer's accuracy alone."""
    return Accurate(right_by_officer(_served(legs.visits.where(legs.visits.in_period(period)), period.zone)))


@dataclass(frozen=True, slots=True)
class Accurate:
    """Accuracy by officer."""

    officers: Mapping[str, Share]

    def __add__(self, other: "Accurate") -> "Accurate":
        return Accurate(added(self.officers, other.officers))


def _served(visits: VisitTable, zone: ZoneInfo) -> VisitTable:
    """The plausible services; whose they are matters only where officers are told apart."""
    reasons = reasons_to_exclude(visits.with_somebody(), zone, DEFAULT_RULES.limits)
    return visits.where(reasons == KEPT)


def _sums(visits: VisitTable, served: VisitTable, standards_s: Mapping[str, float]) -> Sums:
    return Sums(
        speed=counted(*within_standard(served, standards_s)),
        accuracy=counted(is_right(served)),
        serve_s=Sample.of(served.serve_s),
        wait_s=Sample.of(visits.wait_s[visits.wait_s >= 0]),
        left=int(visits.end.are(*_AWAY).sum()),
    )


def _days(waited: VisitTable, served: VisitTable, period: Period, standards_s: Mapping[str, float]) -> dict[int, Sums]:
    waits = grouped(LocalDays(waited.counted_at, period.zone).ordinal, waited.wait_s)
    each = np.stack([*within_standard(served, standards_s), is_right(served)], axis=1)
    services = grouped(LocalDays(served.counted_at, period.zone).ordinal, each)
    nothing = np.zeros((0, 3), np.bool_)
    found = {}
    for day in waits.keys() | services.keys():
        of_day = services.get(day, nothing)
        found[day] = Sums(
            speed=counted(of_day[:, 0], of_day[:, 1]),
            accuracy=counted(of_day[:, 2]),
            wait_s=Sample.of(waits.get(day, np.empty(0))),
        )
    return found


def _samples(groups: Mapping[Any, NDArray[np.float64]]) -> dict[Any, Sample]:
    return {key: Sample.of(values) for key, values in groups.items()}

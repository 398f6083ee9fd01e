"""What the dashboard's figures are made of, over some legs; that over others can be added. So what past days give is
computed once, and each answer adds today's legs to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from metrics.local_time import LocalDays
from metrics.periods import Period
from metrics.plausibility import KEPT, reasons_to_exclude
from metrics.quantiles import NO_VALUES, Sample
from metrics.speed import DEFAULT_RULES
from metrics.visit_table import Mask, VisitTable, added, grouped
from metrics.waits import Targets, in_time
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
    in_time: Share = _NO_CASES

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.speed + other.speed,
            self.accuracy + other.accuracy,
            self.serve_s + other.serve_s,
            self.wait_s + other.wait_s,
            self.left + other.left,
            self.in_time + other.in_time,
        )


@dataclass(frozen=True, slots=True)
class Whole:
    """Of the dashboard: of the period and the one before, of each day (its number), by weekday and hour (0 to 167), by
    service (``waits``: waits alone), and each officer's accuracy.
    """

    now: Sums
    earlier: Sums
    days: Mapping[int, Sums]
    heat: Mapping[int, Sample]
    serve_s: Mapping[str, Sample]
    officers: Mapping[str, Share]
    waits: Mapping[str, Sums]

    def __add__(self, other: "Whole") -> "Whole":
        return Whole(
            self.now + other.now,
            self.earlier + other.earlier,
            added(self.days, other.days),
            added(self.heat, other.heat),
            added(self.serve_s, other.serve_s),
            added(self.officers, other.officers),
            added(self.waits, other.waits),
        )


def whole(
    legs: LegTable,
    filters: Filters,
    period: Period,
    before: Period,
    ended: Period | None,
    standards_s: Mapping[str, float],
    targets: Targets,
    under: Mapping[str, str],
    now: datetime,
) -> Whole:
    """Over these legs, as far as they match: waits of all of the period, services of the part that is over. ``under``:
    services that are reported under others. ``now`` changes nothing about days that are over.
    """
    visits = legs.visits.where(filters.matching(legs.visits))
    of_now = visits.where(visits.in_period(period))
    of_before = visits.where(visits.in_period(before))
    is_over = of_now.in_period(ended) if ended else np.zeros(len(of_now), np.bool_)
    served = _served(of_now.where(is_over), period.zone)
    waited = of_now.where(of_now.wait_s >= 0)
    timely = in_time(of_now, targets, now)
    hours = LocalDays(waited.arrived_at, period.zone).weekday_hours()
    return Whole(
        now=_sums(of_now, served, standards_s, timely),
        earlier=_sums(of_before, _served(of_before, period.zone), standards_s, in_time(of_before, targets, now)),
        days=_days(of_now, served, standards_s, timely, period.zone),
        heat=_samples(grouped(hours, waited.wait_s)),
        serve_s=_samples(served.service.renamed(under).grouped(served.serve_s)),
        officers=right_by_officer(served),
        waits=_waits(of_now, timely, under),
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


def _sums(visits: VisitTable, served: VisitTable, standards_s: Mapping[str, float], timely: tuple[Mask, Mask]) -> Sums:
    return Sums(
        speed=counted(*within_standard(served, standards_s)),
        accuracy=counted(is_right(served)),
        serve_s=Sample.of(served.serve_s),
        wait_s=Sample.of(visits.wait_s[visits.wait_s >= 0]),
        left=int(visits.end.are(*_AWAY).sum()),
        in_time=counted(*timely),
    )


def _days(
    visits: VisitTable,
    served: VisitTable,
    standards_s: Mapping[str, float],
    timely: tuple[Mask, Mask],
    zone: ZoneInfo,
) -> dict[int, Sums]:
    waits = _waits_by(LocalDays(visits.counted_at, zone).ordinal, visits, timely)
    each = np.stack([*within_standard(served, standards_s), is_right(served)], axis=1)
    services = grouped(LocalDays(served.counted_at, zone).ordinal, each)
    of_services = {
        day: Sums(speed=counted(rows[:, 0], rows[:, 1]), accuracy=counted(rows[:, 2])) for day, rows in services.items()
    }
    return added(waits, of_services)


def _waits(visits: VisitTable, timely: tuple[Mask, Mask], under: Mapping[str, str]) -> dict[str, Sums]:
    services = visits.service.renamed(under)
    found = _waits_by(services.codes, visits, timely)
    return {services.known[code]: sums for code, sums in found.items()}


def _waits_by(keys: NDArray[Any], visits: VisitTable, timely: tuple[Mask, Mask]) -> dict[int, Sums]:
    """The waits of each key, and how many were in time."""
    each = np.stack([visits.wait_s, *timely], axis=1)
    return {
        key: Sums(
            wait_s=Sample.of(rows[rows[:, 0] >= 0, 0]), in_time=Share(int(rows[:, 1].sum()), int(rows[:, 2].sum()))
        )
        for key, rows in grouped(keys, each).items()
    }


def _samples(groups: Mapping[Any, NDArray[np.float64]]) -> dict[Any, Sample]:
    return {key: Sample.of(values) for key, values in groups.items()}

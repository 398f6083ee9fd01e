"""Which visits are alike: those that an officer's serve times are compared with."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from metrics.local_time import LocalDays, micros
from metrics.visit import Visit
from metrics.visit_table import NOBODY, VisitTable

Stratum = tuple[str, ...]
"""A group of like visits. Its first part is the service, whose standard time applies when that is the only part."""

StratumOf = Callable[[Visit], Stratum]

SENT_AWAY = frozenset({"papers_missing", "redirected", "not_eligible"})
"""Outcomes of a visit that ended without the service."""

PART_ENDS = (11, 14)
"""The local hours at which the parts of a day end."""

PARTS = ("morning", "midday", "afternoon")


def by_service(visit: Visit) -> Stratum:
    """Visits in which one service was really given are alike; so are those of citizens who had to be sent away.

    Sending somebody away takes less time than serving, so it is compared with sending away: it makes nobody fast.
    """
    service = visit.service_given or visit.service
    return (service, "sent_away") if visit.outcome in SENT_AWAY else (service,)


@dataclass(frozen=True, slots=True)
class ByMix:
    """``by_service``, and within it by priority group and part of the day: ``(service, "served" | "sent_away",
    category, part)``, by the clock of ``zone``. ``metrics.mix`` says what the last two do to serve times.
    """

    zone: ZoneInfo

    def __call__(self, visit: Visit) -> Stratum:
        part = int(self._parts(np.array([micros(visit.counted_at)], np.int64))[0])
        kind = "sent_away" if visit.outcome in SENT_AWAY else "served"
        return (visit.service_given or visit.service, kind, visit.category, PARTS[part])

    def of_table(self, table: VisitTable) -> tuple[NDArray[np.int64], list[Stratum]]:
        """Of each row the place of its stratum in the list; no row is looked at by itself."""
        service, services = _services(table)
        categories = (*table.category.known, "")
        category = np.where(table.category.codes == NOBODY, len(categories) - 1, table.category.codes)
        kind = service * 2 + table.outcome.are(*SENT_AWAY)
        codes = (kind * len(categories) + category) * len(PARTS) + self._parts(table.counted_at)
        return codes, list(product(services, ("served", "sent_away"), categories, PARTS))

    def _parts(self, instants: NDArray[np.int64]) -> NDArray[np.int64]:
        hours = LocalDays(instants, self.zone).weekday_hours() % 24
        return np.searchsorted(PART_ENDS, hours, side="right").astype(np.int64)


def table_strata(table: VisitTable, stratum_of: StratumOf) -> tuple[NDArray[np.int64], list[Stratum]]:
    """Of each row the place of its stratum in the list. For the usual strata no row is looked at by itself."""
    if isinstance(stratum_of, ByMix):
        return stratum_of.of_table(table)
    if stratum_of is by_service:
        service, services = _services(table)
        strata: list[Stratum] = [stratum for code in services for stratum in ((code,), (code, "sent_away"))]
        return service * 2 + table.outcome.are(*SENT_AWAY), strata
    places: dict[Stratum, int] = {}
    each = [places.setdefault(stratum_of(visit), len(places)) for visit in table]
    return np.array(each, np.int64), list(places)


def _services(table: VisitTable) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    asked, given, services = table.services
    return np.where(given == NOBODY, asked, given).astype(np.int64), services

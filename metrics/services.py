"""Serve times per service: how many, how long, and how often within the standard time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from metrics.quantiles import median, p80, p90
from metrics.visit import Visit
from metrics.visit_table import Floats, VisitTable


@dataclass(frozen=True, slots=True)
class ServiceSummary:
    """One service. ``within_standard_share`` (0 to 1, a time equal to the standard is within) needs a standard."""

    service: str
    served: int
    median_s: float | None
    p80_s: float | None
    p90_s: float | None
    standard_s: float | None
    within_standard_share: float | None


def service_summaries(kept: Iterable[Visit], standards_s: Mapping[str, float]) -> tuple[ServiceSummary, ...]:
    """A row per service, by code, from legs that passed ``plausibility.sift`` (their officer does not matter here).

    Services of ``standards_s`` without a visit have a row too, with 0 served and no figures.
    """
    table = VisitTable.of(kept)
    timed = table.where(table.is_timed)
    serve_s = timed.serve_s
    all_times = {name: serve_s[timed.service.codes == code] for code, name in enumerate(timed.service.known)}
    times = {name: found for name, found in all_times.items() if found.size}
    return tuple(
        _summary(service, times.get(service, np.empty(0)), standards_s.get(service))
        for service in sorted({*times, *standards_s})
    )


def _summary(service: str, times: Floats, standard_s: float | None) -> ServiceSummary:
    within = None
    if times.size and standard_s is not None:
        within = int((times <= standard_s).sum()) / len(times)
    return ServiceSummary(service, len(times), median(times), p80(times), p90(times), standard_s, within)

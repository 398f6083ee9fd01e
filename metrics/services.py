"""Serve times per service: how many, how long, and how often within the standard time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from metrics.quantiles import median, p90
from metrics.visit import Visit


@dataclass(frozen=True, slots=True)
class ServiceSummary:
    """One service. ``within_standard_share`` (0 to 1, a time equal to the standard is within) needs a standard."""

    service: str
    served: int
    median_s: float | None
    p90_s: float | None
    standard_s: float | None
    within_standard_share: float | None


def service_summaries(kept: Iterable[Visit], standards_s: Mapping[str, float]) -> tuple[ServiceSummary, ...]:
    """A row per service, by code, from legs that passed ``plausibility.sift`` (their officer does not matter here).

    Services of ``standards_s`` without a visit have a row too, with 0 served and no figures.
    """
    times: defaultdict[str, list[float]] = defaultdict(list)
    for visit in kept:
        if visit.serve_s is not None:
            times[visit.service].append(visit.serve_s)
    return tuple(
        _summary(service, times.get(service, []), standards_s.get(service))
        for service in sorted({*times, *standards_s})
    )


def _summary(service: str, times: list[float], standard_s: float | None) -> ServiceSummary:
    within = None
    if times and standard_s is not None:
        within = sum(serve_s <= standard_s for serve_s in times) / len(times)
    return ServiceSummary(service, len(times), median(times), p90(times), standard_s, within)

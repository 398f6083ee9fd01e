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
    includes: tuple[str, ...] = ()


def service_summaries(
    kept: Iterable[Visit], standards_s: Mapping[str, float], under: Mapping[str, str] | None = None
) -> tuple[ServiceSummary, ...]:
    """A row per service, by code, from legs that passed ``plausibility.sift`` (their officer does not matter here).

    Services of ``standards_s`` without a visit have a row too, with 0 served and no figures. ``under``: codes that are
    reported under others, which then name them in ``includes``; each service is held to its own standard all the same.
    """
    under = under or {}
    table = VisitTable.of(kept)
    timed = table.where(table.is_timed)
    serve_s = timed.serve_s
    standards = np.array([*(standards_s.get(code, np.nan) for code in timed.service.known), np.nan])
    standard_s = standards[timed.service.codes]
    names = timed.service.renamed(under)
    rows = {name: names.are(name) for name in names.words()}
    own = {name for name in standards_s if name not in under}
    includes = {into: tuple(sorted(code for code in under if under[code] == into)) for into in under.values()}
    return tuple(
        _summary(service, serve_s[chosen], standard_s[chosen], standards_s.get(service), includes.get(service, ()))
        for service in sorted({*rows, *own})
        for chosen in (rows.get(service, np.zeros(len(timed), np.bool_)),)
    )


def _summary(
    service: str, times: Floats, standards: Floats, standard_s: float | None, includes: tuple[str, ...]
) -> ServiceSummary:
    judged = ~np.isnan(standards)
    within = int((times <= standards).sum()) / int(judged.sum()) if judged.any() else None
    return ServiceSummary(
        service, len(times), median(times), p80(times), p90(times), standard_s, within, includes=includes
    )

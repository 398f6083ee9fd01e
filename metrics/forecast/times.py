"""How long a counter is taken: log-normal times per service, with what officer and hour change, learned from the past.

Serve times are close to log-normal (the logarithm of 25,294 real services lay within 0.014 of the normal in
Kolmogorov's distance). Each mean of logarithms is shrunk by empirical Bayes: a service's toward its standard time, an
officer's and an hour's toward no difference, each by how much groups really differ (between-variance by the method of
moments). Before averaging, logarithms are pulled in to three robust deviations around the median, so that one record of
nine hours moves nothing.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import TypeVar

Name = TypeVar("Name", str, int)

FIRST_SIGMA = 0.7
"""Spread of the logarithm before anything was seen: between that of short uniform and of long mixed services."""

FIRST_UNSURE = 0.35
"""How far off, in logarithms, a standard time may be as a mean: a factor of about 1.4 either way."""

PRIOR_SERVICES = 20.0
"""The standard time counts as much as so many observed services."""

_SMALLEST_SIGMA = 0.15
_CLIP = 3.0
_MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True)
class Served:
    """One finished service: how long it took its counter, by whom, and in which hour of the local day it began."""

    service: str
    seconds: float
    officer: str | None = None
    hour: int | None = None


@dataclass(frozen=True, slots=True)
class LogNormal:
    """``mu`` and ``sigma`` of the natural logarithm of seconds; ``unsure``: standard error of ``mu``."""

    mu: float
    sigma: float
    unsure: float = 0.0
    observed: int = 0

    @property
    def mean_s(self) -> float:
        return math.exp(self.mu + self.sigma**2 / 2)


@dataclass(frozen=True, slots=True)
class ServeTimes:
    """``officers`` and ``hours`` are added to ``mu`` of the service; 0 where nothing is known. ``unknown``: what may be
    thought of a service that was never used, from the others; None when there are none."""

    services: Mapping[str, LogNormal]
    officers: Mapping[str, float] = field(default_factory=dict)
    hours: Mapping[int, float] = field(default_factory=dict)
    unknown: LogNormal | None = None

    def of(self, service: str, hour: int | None = None) -> LogNormal | None:
        """The time of a service in an hour of the day; None when nothing is known of any."""
        own = self.services.get(service, self.unknown)
        if own is None or hour is None:
            return own
        return LogNormal(own.mu + self.hours.get(hour, 0.0), own.sigma, own.unsure, own.observed)

    def officer(self, officer: str | None) -> float:
        return 0.0 if officer is None else self.officers.get(officer, 0.0)


def learn(served: Iterable[Served], standards_s: Mapping[str, float]) -> ServeTimes:
    """Learn from finished services; ``standards_s`` are mean times that are promised, by service.

    A service with neither a standard nor a record is thought to be one of the others, nobody knows which. Raises
    ``ValueError`` for a standard that is not positive. Records that are not positive, or not finite, are left out.
    """
    if any(not standard_s > 0 for standard_s in standards_s.values()):
        raise ValueError("standards must be positive")
    rows = [one for one in served if one.seconds > 0 and math.isfinite(one.seconds)]
    logs: defaultdict[str, list[float]] = defaultdict(list)
    for row in rows:
        logs[row.service].append(math.log(row.seconds))
    clipped = {service: _clipped(values) for service, values in logs.items()}
    services = _services(clipped, standards_s)
    residuals = _residuals(rows, clipped)
    officers = _effects((row.officer, rest) for row, rest in residuals)
    by_hour = _effects((row.hour, rest - officers.get(row.officer or "", 0.0)) for row, rest in residuals)
    return ServeTimes(services, officers, by_hour, _any_of(services))


def _clipped(values: Sequence[float]) -> list[float]:
    """Pulled in to three robust deviations around the median (Huber's winsorising); a handful are too few to judge."""
    centre = median(values)
    spread = _MAD_TO_SD * median(abs(value - centre) for value in values)
    # Few values, or many equal ones, say little of their spread: then it is no smaller than what is usual.
    reach = _CLIP * max(spread, FIRST_SIGMA if len(values) < 2 * PRIOR_SERVICES else _SMALLEST_SIGMA)
    return [min(max(value, centre - reach), centre + reach) for value in values]


def _services(clipped: Mapping[str, Sequence[float]], standards_s: Mapping[str, float]) -> dict[str, LogNormal]:
    found = {}
    for service in sorted({*clipped, *standards_s}):
        values, standard_s = clipped.get(service, ()), standards_s.get(service)
        n, mean = len(values), fmean(values) if values else 0.0
        weight = 0.0 if standard_s is None else PRIOR_SERVICES
        squares = sum((value - mean) ** 2 for value in values)
        sigma = math.sqrt((PRIOR_SERVICES * FIRST_SIGMA**2 + squares) / (PRIOR_SERVICES + n))
        sigma = max(sigma, _SMALLEST_SIGMA)
        # A standard time is a mean; that of a log-normal lies sigma^2 / 2 above mu.
        prior = 0.0 if standard_s is None else math.log(standard_s) - sigma**2 / 2
        mu = (weight * prior + n * mean) / (weight + n)
        unsure = math.sqrt(1 / (1 / FIRST_UNSURE**2 + n / sigma**2))
        found[service] = LogNormal(mu, sigma, unsure, n)
    return found


def _any_of(services: Mapping[str, LogNormal]) -> LogNormal | None:
    """A service that could be any of these: as far off as they differ, and no less than services usually do."""
    if not services:
        return None
    weights = [time.observed + 1 for time in services.values()]
    total = sum(weights)
    mu = sum(w * time.mu for w, time in zip(weights, services.values(), strict=True)) / total
    apart = sum(w * (time.mu - mu) ** 2 for w, time in zip(weights, services.values(), strict=True)) / total
    sigma = sum(w * time.sigma for w, time in zip(weights, services.values(), strict=True)) / total
    return LogNormal(mu, sigma, max(math.sqrt(apart), FIRST_SIGMA))


def _residuals(rows: Sequence[Served], clipped: Mapping[str, Sequence[float]]) -> list[tuple[Served, float]]:
    """What is left of each (pulled in) logarithm without its service's mean."""
    means = {service: fmean(values) for service, values in clipped.items()}
    left = {service: iter(values) for service, values in clipped.items()}
    return [(row, next(left[row.service]) - means[row.service]) for row in rows]


def _effects(rests: Iterable[tuple[Name | None, float]]) -> dict[Name, float]:
    """Mean rest of each group, shrunk by n / (n + within / between); empty while groups don't differ beyond chance."""
    groups: defaultdict[Name, list[float]] = defaultdict(list)
    for name, rest in rests:
        if name is not None:
            groups[name].append(rest)
    n = sum(map(len, groups.values()))
    if len(groups) < 2 or n <= len(groups):
        return {}
    means = {name: fmean(values) for name, values in groups.items()}
    within = sum((value - means[name]) ** 2 for name, values in groups.items() for value in values) / (n - len(groups))
    grand = sum(map(sum, groups.values())) / n
    spread = sum(len(values) * (means[name] - grand) ** 2 for name, values in groups.items())
    size = n - sum(len(values) ** 2 for values in groups.values()) / n
    between = (spread - (len(groups) - 1) * within) / size if size > 0 else 0.0
    if between <= 0:
        return {}
    return {
        name: (means[name] - grand) * len(values) / (len(values) + within / between) for name, values in groups.items()
    }

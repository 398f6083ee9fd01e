"""What is expected of anybody: mean and spread of log serve time per stratum, from all officers but the one measured.

Leaving an officer out costs one subtraction of sums, so the work grows with the visits and not with visits times
officers.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from metrics.strata import Stratum, StratumOf, by_service, table_strata
from metrics.visit import Visit
from metrics.visit_table import NOBODY, Floats, VisitTable

Source = Literal["history", "standard"]


@dataclass(slots=True)
class Moments:
    """Count, sum and sum of squares of log seconds."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, x: float) -> None:
        self.n += 1
        self.total += x
        self.squares += x * x

    def without(self, part: "Moments") -> "Moments":
        return Moments(self.n - part.n, self.total - part.total, self.squares - part.squares)

    def less(self, shift: float) -> "Moments":
        """The moments with ``shift`` taken from each value."""
        return Moments(
            self.n, self.total - self.n * shift, self.squares - 2 * shift * self.total + self.n * shift * shift
        )

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def deviations(self) -> float:
        """Sum of squared deviations from the mean; rounding must not make it negative."""
        return max(0.0, self.squares - self.total * self.total / self.n)


_NOTHING = Moments()


class LogTimes:
    """Moments of log serve time per stratum, in all and per officer, from legs that passed ``plausibility.sift``."""

    def __init__(self, visits: Iterable[Visit], stratum_of: StratumOf) -> None:
        self.in_all: defaultdict[Stratum, Moments] = defaultdict(Moments)
        self.by_officer: defaultdict[str, defaultdict[Stratum, Moments]] = defaultdict(lambda: defaultdict(Moments))
        self._officers: defaultdict[Stratum, set[str]] = defaultdict(set)
        table = VisitTable.of(visits)
        serve_s = table.serve_s
        wrong = np.flatnonzero(~(serve_s > 0) | (table.officer.codes == NOBODY))
        if wrong.size:
            raise ValueError(f"visit of ticket {table[wrong[0]].ticket!r} has no officer or no positive serve time")
        codes, strata = table_strata(table, stratum_of)
        log_s = np.log(serve_s)
        for place, moments in _moments(codes, log_s, len(strata)).items():
            self.in_all[strata[place]] = moments
        both = table.officer.codes.astype(np.int64) * len(strata) + codes
        for place, moments in _moments(both, log_s, len(strata) * len(table.officer.known)).items():
            officer, stratum = table.officer.known[place // len(strata)], strata[place % len(strata)]
            self.by_officer[officer][stratum] = moments
            self._officers[stratum].add(officer)

    def __add__(self, other: "LogTimes") -> "LogTimes":
        """The moments over the visits of both."""
        both = LogTimes((), by_service)
        both._take(self)
        both._take(other)
        return both

    def changed(self, change: Callable[[Stratum, Moments], tuple[Stratum, Moments]]) -> "LogTimes":
        """The moments of each stratum as ``change`` makes them, together where it gives them one stratum."""
        found = LogTimes((), by_service)
        found._take(self, change)
        return found

    def _take(
        self, other: "LogTimes", change: Callable[[Stratum, Moments], tuple[Stratum, Moments]] = lambda *same: same
    ) -> None:
        for stratum, moments in other.in_all.items():
            into, values = change(stratum, moments)
            self.in_all[into] += values
        for officer, strata in other.by_officer.items():
            for stratum, moments in strata.items():
                into, values = change(stratum, moments)
                self.by_officer[officer][into] += values
                self._officers[into].add(officer)

    def all_but(self, officer: str, stratum: Stratum) -> Moments:
        """Moments of a stratum over every officer but one."""
        everyone = self.in_all.get(stratum, _NOTHING)
        own = self.by_officer.get(officer)
        return everyone if own is None else everyone.without(own.get(stratum, _NOTHING))

    def officers(self, stratum: Stratum) -> int:
        """How many officers have visits in a stratum."""
        return len(self._officers.get(stratum, ()))

    def pooled_sigma(self, least: int) -> float | None:
        """Standard deviation within strata, all strata together; ``None`` with under ``least`` degrees of freedom."""
        freedom = sum(moments.n - 1 for moments in self.in_all.values())
        if freedom < least or freedom == 0:
            return None
        return math.sqrt(math.fsum(moments.deviations for moments in self.in_all.values()) / freedom)


def _moments(places: NDArray[np.int64], values: Floats, count: int) -> dict[int, Moments]:
    n = np.bincount(places, minlength=count)
    total = np.bincount(places, values, minlength=count)
    squares = np.bincount(places, values * values, minlength=count)
    return {int(p): Moments(int(n[p]), float(total[p]), float(squares[p])) for p in np.flatnonzero(n)}


@dataclass(frozen=True, slots=True)
class ReferenceRules:
    """When history is enough, and what stands in for it.

    ``min_reference``: fewest visits of the stratum by *other* officers before history is used (30: the standard
    error of their mean is then about a fifth of the spread of single visits). ``default_sigma``: spread of log
    serve time assumed beside a standard time while there is too little history to measure any (0.6, that is nine
    visits in ten between 0.37 and 2.7 times the median; a convention). ``least_sigma``: no spread is believed to be
    smaller (0.05), so that records with equal times do not get endless weight.

    Raises ``ValueError`` for ``min_reference`` under 2 or a spread that is not positive.
    """

    min_reference: int = 30
    default_sigma: float = 0.6
    least_sigma: float = 0.05

    def __post_init__(self) -> None:
        if self.min_reference < 2:
            raise ValueError("min_reference must be at least 2")
        if self.default_sigma <= 0 or self.least_sigma <= 0:
            raise ValueError("default_sigma and least_sigma must be positive")


@dataclass(frozen=True, slots=True)
class Expectation:
    """Expected log serve time ``mu`` with spread ``sigma``; ``n`` reference visits behind it (0 for a standard)."""

    mu: float
    sigma: float
    n: int
    source: Source

    @property
    def mu_variance(self) -> float:
        """How uncertain ``mu`` itself is: sigma^2 / n. A standard time is a fixed yardstick and has no error."""
        return self.sigma**2 / self.n if self.source == "history" else 0.0


class Reference:
    """Expectations per officer and stratum, from history where there is enough of it, else from standard times.

    A standard time (``standards_s``, seconds per service) is read as the *median* expected: mu = log(standard). If
    an office publishes a promise that most visits easily meet, everybody's figure against it lies above 100; that
    is why results say which share was measured that way. sigma beside a standard is the spread found within strata
    over the whole reference (a spread needs no yardstick), or ``default_sigma`` while that is unknown.

    Raises ``ValueError`` for a standard time that is not positive.
    """

    def __init__(self, history: LogTimes, standards_s: Mapping[str, float], rules: ReferenceRules) -> None:
        for service, standard_s in standards_s.items():
            if standard_s <= 0:
                raise ValueError(f"the standard time of service {service!r} must be positive")
        self.history = history
        self._standards_s = standards_s
        self._rules = rules
        found = history.pooled_sigma(rules.min_reference)
        self._sigma_beside_standard = rules.default_sigma if found is None else self._at_least(found)

    def _at_least(self, sigma: float) -> float:
        return max(sigma, self._rules.least_sigma)

    def expect(self, officer: str, stratum: Stratum) -> Expectation | None:
        """What to expect of this officer in this stratum; ``None`` with neither enough history nor a standard."""
        return self._from(self.history.all_but(officer, stratum), stratum)

    def of_all(self, stratum: Stratum) -> Expectation | None:
        """The same with nobody left out, to be shown; nobody is measured against it."""
        return self._from(self.history.in_all.get(stratum, _NOTHING), stratum)

    def _from(self, others: Moments, stratum: Stratum) -> Expectation | None:
        if others.n >= self._rules.min_reference:
            sigma = self._at_least(math.sqrt(others.deviations / (others.n - 1)))
            return Expectation(others.mean, sigma, others.n, "history")
        standard_s = self._standards_s.get(stratum[0]) if len(stratum) == 1 else None
        if standard_s is None:
            return None
        return Expectation(math.log(standard_s), self._sigma_beside_standard, 0, "standard")

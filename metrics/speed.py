"""The speed-of-service indicator, first form: an officer's serve times against those expected for the same visits.

Indirect standardisation on log serve times with shrinkage. For officer o, visit i in stratum k, serve time s_i:

    d_o     = sum w_k (log s_i - mu_k) / sum w_k            w_k = 1 / sigma_k^2
    v_o     = 1 / sum w_k + sum_k (W_ok / W_o)^2 sigma_k^2 / n_k
    theta_o = d_o tau^2 / (tau^2 + v_o)
    index   = 100 exp(-theta_o), interval 100 exp(-(theta_o +- 1.96 sqrt(tau^2 v_o / (tau^2 + v_o))))

mu_k and sigma_k come from all officers but o (``metrics.reference``), tau^2 from all officers together
(``metrics.shrinkage``). 100 is as expected, above is faster. Because each visit is compared with visits of its own
stratum, an officer who takes the long cases is not slow for it.

The second term of v_o (W_ok the weights of o's visits in k, n_k the reference visits) is the error of the reference
itself. The textbook formula leaves it out, which is harmless against a large reference and claims far too much when
one officer's many visits meet few by others: without it, intervals in offices of two or three held the truth in 75 %
to 92 % of simulated cases instead of 93 % to 98 %.

Approximations, stated: references that leave one officer out overlap, so the d_o are not independent (their true
values sum to about 0), and tau^2 treats them as if they were; sigma_k includes the differences between officers and
is slightly large, so intervals are slightly wide when officers differ much; visits of one officer are taken as
independent of each other. The interval holds the truth 95 times in 100 over officers as they come, not for each
possible officer: a truly extreme one is pulled towards 100 while visits are few.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from metrics.day_spread import DaySpread, day_spread
from metrics.explained import StratumUsed, strata_used
from metrics.local_time import LocalDays
from metrics.mix import Mix, mix_of
from metrics.periods import Period
from metrics.plausibility import DEFAULT_LIMITS, Limits, Reason, Sifted, sift
from metrics.quantiles import NO_VALUES, Sample
from metrics.ranking import Standing, standings
from metrics.reference import LogTimes, Moments, Reference, ReferenceRules
from metrics.shrinkage import between_officer_variance, index_of, shrink
from metrics.strata import Stratum, StratumOf, by_service, table_strata
from metrics.visit import Visit
from metrics.visit_table import VisitTable, added


@dataclass(frozen=True, slots=True)
class SpeedRules:
    """All choices behind the indicator, carried in its result.

    ``min_visits``: fewest visits in the index before it is shown (30: with a spread of 0.6, an officer's own mean is
    then known to about 22 % either way). Raises ``ValueError`` when it is under 1.
    """

    min_visits: int = 30
    reference: ReferenceRules = field(default_factory=ReferenceRules)
    limits: Limits = DEFAULT_LIMITS

    def __post_init__(self) -> None:
        if self.min_visits < 1:
            raise ValueError("min_visits must be at least 1")


DEFAULT_RULES = SpeedRules()


@dataclass(frozen=True, slots=True)
class Effect:
    """An officer's mean log difference ``d`` from what was expected, before shrinkage, and its variance ``v``.

    ``visits`` of them were compared, ``against_standard`` of those with a standard time rather than with history.
    """

    d: float
    v: float
    visits: int
    against_standard: int


@dataclass(frozen=True, slots=True)
class Variant:
    """The same figures over another choice of legs; the index under the same condition of enough visits."""

    served: int
    median_s: float | None
    index: float | None
    index_low: float | None
    index_high: float | None


@dataclass(frozen=True, slots=True)
class Contested:
    """How many of an officer's legs were contested, by what became of it, and the figures if nobody had
    (``with_all``) and if all had been accepted (``without_any``). See ``metrics.contest``.
    """

    open: int
    accepted: int
    declined: int
    with_all: Variant
    without_any: Variant


@dataclass(frozen=True, slots=True)
class OfficerSpeed:
    """One officer's row.

    ``served`` counts the legs behind ``median_s``, ``p80_s`` and ``p90_s``: finished, plausible, this officer's.
    ``indexed`` of them could be compared; the other ``without_expectation`` had neither history nor a standard time.
    ``index`` and its interval are ``None`` unless ``enough``. ``excluded`` counts the officer's other legs by reason.
    ``contested`` is None where nothing was. ``standing``: the places among all officers with an index; never shown
    without accuracy and satisfaction.
    """

    officer: str
    served: int
    median_s: float | None
    p80_s: float | None
    p90_s: float | None
    index: float | None
    index_low: float | None
    index_high: float | None
    enough: bool
    against_standard_share: float | None
    excluded: Mapping[Reason, int]
    indexed: int
    without_expectation: int
    effect: Effect | None
    contested: Contested | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class OfficeSpeed:
    """All officers with legs in ``period``, by key, and everything needed to explain their figures.

    ``mix`` was taken out of all times. ``tau2`` is ``None`` with fewer than three officers compared: nothing was
    shrunk then. ``excluded`` covers all legs of the period, those without an officer too. Days from
    ``provisional_from`` on can still be contested (None: the question was not asked, or none can).
    """

    period: Period
    reference_period: Period
    rules: SpeedRules
    officers: tuple[OfficerSpeed, ...]
    strata: tuple[StratumUsed, ...]
    mix: Mix
    tau2: float | None
    served: int
    excluded: Mapping[Reason, int]
    provisional_from: date | None = None


def office_speed(
    visits: Iterable[Visit],
    *,
    period: Period,
    reference_period: Period,
    standards_s: Mapping[str, float],
    rules: SpeedRules = DEFAULT_RULES,
    stratum_of: StratumOf = by_service,
) -> OfficeSpeed:
    """The speed of every officer in ``period``, expected times taken from ``reference_period``.

    ``visits`` are the office's legs, in any order, holds and pauses already taken out (``metrics.holds``). A leg
    belongs to the day it started on (``Visit.counted_at``); legs outside both periods are ignored. ``standards_s``
    gives the standard time of each service that has one, in seconds.

    Raises ``ValueError`` for a standard time that is not positive.
    """
    observed = observe(visits, period=period, reference_period=reference_period, rules=rules, stratum_of=stratum_of)
    return speed_of(observed, period=period, reference_period=reference_period, standards_s=standards_s, rules=rules)


@dataclass(frozen=True, slots=True)
class Observed:
    """All that the indicator needs to know of some legs; what it needs of others can be added. ``history`` is of the
    reference period, all else of the period; ``serve_s`` by officer.
    """

    history: LogTimes
    times: LogTimes
    serve_s: Mapping[str, Sample]
    excluded: Mapping[Reason, int]
    excluded_by_officer: Mapping[str, Mapping[Reason, int]]
    day_spread: DaySpread

    def __add__(self, other: "Observed") -> "Observed":
        return Observed(
            self.history + other.history,
            self.times + other.times,
            added(self.serve_s, other.serve_s),
            added(self.excluded, other.excluded),
            {
                officer: added(self.excluded_by_officer.get(officer, {}), other.excluded_by_officer.get(officer, {}))
                for officer in self.excluded_by_officer.keys() | other.excluded_by_officer.keys()
            },
            self.day_spread + other.day_spread,
        )


def observe(
    visits: Iterable[Visit],
    *,
    period: Period,
    reference_period: Period,
    rules: SpeedRules = DEFAULT_RULES,
    stratum_of: StratumOf = by_service,
) -> Observed:
    """The first half of ``office_speed``."""
    at_hand = VisitTable.of(visits)
    measured = _within(at_hand, period, rules.limits)
    kept = VisitTable.of(measured.kept)
    times = LogTimes(kept, stratum_of)
    is_own = period == reference_period
    return Observed(
        history=times if is_own else LogTimes(_within(at_hand, reference_period, rules.limits).kept, stratum_of),
        times=times,
        serve_s={name: Sample.of(times) for name, times in kept.officer.grouped(kept.serve_s).items()},
        excluded=measured.excluded,
        excluded_by_officer=measured.excluded_by_officer,
        day_spread=_day_spread(kept, period),
    )


def _day_spread(kept: VisitTable, period: Period) -> DaySpread:
    days = LocalDays(kept.counted_at, period.zone).ordinal
    return day_spread(kept.officer.codes, table_strata(kept, by_service)[0], days, np.log(kept.serve_s))


def speed_of(
    observed: Observed,
    *,
    period: Period,
    reference_period: Period,
    standards_s: Mapping[str, float],
    rules: SpeedRules = DEFAULT_RULES,
) -> OfficeSpeed:
    """The second half of ``office_speed``, of what was observed with the same periods and rules."""
    mix = mix_of(observed.history)
    times = mix.taken_out(observed.times)
    reference = Reference(mix.taken_out(observed.history), standards_s, rules.reference)
    by_officer = times.by_officer
    effects = {officer: officer_effect(officer, strata, reference) for officer, strata in by_officer.items()}
    tau2 = between_officer_variance([(effect.d, effect.v) for effect in effects.values() if effect is not None])
    officers = tuple(
        _officer_speed(
            officer,
            serve_s=observed.serve_s.get(officer, NO_VALUES),
            effect=effects.get(officer),
            tau2=tau2,
            excluded=observed.excluded_by_officer.get(officer, {}),
            min_visits=rules.min_visits,
        )
        for officer in sorted(observed.serve_s.keys() | observed.excluded_by_officer.keys())
    )
    standing = standings(
        times, {row.officer: row.index for row in officers if row.index is not None}, observed.day_spread.factor
    )
    return OfficeSpeed(
        period=period,
        reference_period=reference_period,
        rules=rules,
        officers=tuple(replace(row, standing=standing.get(row.officer)) for row in officers),
        strata=strata_used(times, reference),
        mix=mix,
        tau2=tau2,
        served=sum(len(times) for times in observed.serve_s.values()),
        excluded=observed.excluded,
    )


def _within(visits: VisitTable, period: Period, limits: Limits) -> Sifted:
    return sift(visits.where(visits.in_period(period)), period.zone, limits)


def officer_effect(officer: str, strata: Mapping[Stratum, Moments], reference: Reference) -> Effect | None:
    """d_o and v_o over the strata with an expectation; ``None`` when there is none."""
    weight = weighted = mu_error = 0.0
    visits = against_standard = 0
    for stratum, own in sorted(strata.items()):
        expected = reference.expect(officer, stratum)
        if expected is None:
            continue
        w = 1 / expected.sigma**2
        weight += w * own.n
        weighted += w * (own.total - own.n * expected.mu)
        mu_error += (w * own.n) ** 2 * expected.mu_variance
        visits += own.n
        against_standard += own.n if expected.source == "standard" else 0
    if visits == 0:
        return None
    return Effect(weighted / weight, 1 / weight + mu_error / weight**2, visits, against_standard)


def _officer_speed(
    officer: str,
    *,
    serve_s: Sample,
    effect: Effect | None,
    tau2: float | None,
    excluded: Mapping[Reason, int],
    min_visits: int,
) -> OfficerSpeed:
    indexed = 0 if effect is None else effect.visits
    index = None if effect is None or indexed < min_visits else index_of(shrink(effect.d, effect.v, tau2))
    return OfficerSpeed(
        officer=officer,
        served=len(serve_s),
        median_s=serve_s.median,
        p80_s=serve_s.p80,
        p90_s=serve_s.p90,
        index=None if index is None else index.value,
        index_low=None if index is None else index.low,
        index_high=None if index is None else index.high,
        enough=index is not None,
        against_standard_share=None if effect is None else effect.against_standard / effect.visits,
        excluded=excluded,
        indexed=indexed,
        without_expectation=len(serve_s) - indexed,
        effect=effect,
    )

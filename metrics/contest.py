"""The speed indicator with and without the times that officers contested.

An officer may say that the recorded time of a leg is not a fair measure (the system was down, the case was unusual, a
button was pressed late); a supervisor accepts or declines. What counts:

* the indicator leaves out what was accepted, and keeps what is open or was declined;
* beside it stand the same figures *with all* legs, as if nobody had contested anything, and *without any* that was
  contested, as if everything had been accepted.

So an officer who contests the slow half shows it in the distance to "with all", and a supervisor who declines
everything shows it in the distance to "without any". Everybody's claims are treated alike in each of the three, in the
reference too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from metrics.periods import Period
from metrics.speed import (
    DEFAULT_RULES,
    Contested,
    Observed,
    OfficerSpeed,
    OfficeSpeed,
    SpeedRules,
    Variant,
    observe,
    speed_of,
)
from metrics.strata import StratumOf, by_service
from metrics.visit import Claim, Visit
from metrics.visit_table import VisitTable, added


@dataclass(frozen=True, slots=True)
class _Claims:
    open: int = 0
    accepted: int = 0
    declined: int = 0

    def __add__(self, other: "_Claims") -> "_Claims":
        return _Claims(self.open + other.open, self.accepted + other.accepted, self.declined + other.declined)


_ONE: Mapping[Claim, _Claims] = {
    "open": _Claims(open=1),
    "accepted": _Claims(accepted=1),
    "declined": _Claims(declined=1),
}


def contested_speed(
    visits: Iterable[Visit],
    *,
    period: Period,
    reference_period: Period,
    standards_s: Mapping[str, float],
    rules: SpeedRules = DEFAULT_RULES,
    stratum_of: StratumOf = by_service,
) -> OfficeSpeed:
    """``metrics.speed.office_speed``, where each officer with a contested leg in ``period`` also has the figures with
    all and without any contested legs (``OfficerSpeed.contested``).

    Raises ``ValueError`` for a standard time that is not positive.
    """
    observed = observe_contested(
        visits, period=period, reference_period=reference_period, rules=rules, stratum_of=stratum_of
    )
    return contested_speed_of(
        observed, period=period, reference_period=reference_period, standards_s=standards_s, rules=rules
    )


@dataclass(frozen=True, slots=True)
class ObservedContested:
    """As ``metrics.speed.Observed``; ``with_all`` and ``without_any`` are None where nothing was contested."""

    official: Observed
    with_all: Observed | None
    without_any: Observed | None
    claims: Mapping[str, _Claims]

    def __add__(self, other: "ObservedContested") -> "ObservedContested":
        is_contested = self.with_all is not None or other.with_all is not None
        return ObservedContested(
            self.official + other.official,
            (self.with_all or self.official) + (other.with_all or other.official) if is_contested else None,
            (self.without_any or self.official) + (other.without_any or other.official) if is_contested else None,
            added(self.claims, other.claims),
        )


def observe_contested(
    visits: Iterable[Visit],
    *,
    period: Period,
    reference_period: Period,
    rules: SpeedRules = DEFAULT_RULES,
    stratum_of: StratumOf = by_service,
) -> ObservedContested:
    """The first half of ``contested_speed``."""
    at_hand = VisitTable.of(visits)

    def of(legs: VisitTable) -> Observed:
        return observe(legs, period=period, reference_period=reference_period, rules=rules, stratum_of=stratum_of)

    unclaimed = at_hand.claim.are("")
    # Few legs are contested: all others are looked at once, and these are added in each of the three ways.
    most, claimed = of(at_hand.where(unclaimed)), at_hand.where(~unclaimed)
    if not len(claimed):
        return ObservedContested(most, None, None, {})
    nobody, everybody = np.zeros(len(claimed), np.bool_), np.ones(len(claimed), np.bool_)
    return ObservedContested(
        most + of(claimed),
        most + of(claimed.with_flagged(nobody)),
        most + of(claimed.with_flagged(everybody)),
        _claims(claimed.where(claimed.in_period(period))),
    )


def contested_speed_of(
    observed: ObservedContested,
    *,
    period: Period,
    reference_period: Period,
    standards_s: Mapping[str, float],
    rules: SpeedRules = DEFAULT_RULES,
) -> OfficeSpeed:
    """The second half of ``contested_speed``, of what was observed with the same periods and rules."""

    def speed(one: Observed | None) -> OfficeSpeed:
        return speed_of(
            one or observed.official,
            period=period,
            reference_period=reference_period,
            standards_s=standards_s,
            rules=rules,
        )

    official, claims = speed(observed.official), observed.claims
    if not claims:
        return official
    with_all, without_any = _by_officer(speed(observed.with_all)), _by_officer(speed(observed.without_any))
    officers = tuple(
        replace(
            officer,
            contested=Contested(
                open=claims[officer.officer].open,
                accepted=claims[officer.officer].accepted,
                declined=claims[officer.officer].declined,
                with_all=_variant(with_all.get(officer.officer)),
                without_any=_variant(without_any.get(officer.officer)),
            ),
        )
        if officer.officer in claims
        else officer
        for officer in official.officers
    )
    return replace(official, officers=officers)


def _claims(visits: VisitTable) -> dict[str, _Claims]:
    """Of contested legs."""
    found: dict[str, _Claims] = {}
    for visit in visits:
        if visit.officer is not None:
            found[visit.officer] = found.get(visit.officer, _Claims()) + _ONE[visit.claim]
    return found


def _by_officer(speed: OfficeSpeed) -> dict[str, OfficerSpeed]:
    return {officer.officer: officer for officer in speed.officers}


def _variant(row: OfficerSpeed | None) -> Variant:
    if row is None:
        return Variant(0, None, None, None, None)
    return Variant(row.served, row.median_s, row.index, row.index_low, row.index_high)

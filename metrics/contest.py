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

from metrics.periods import Period
from metrics.speed import DEFAULT_RULES, Contested, OfficerSpeed, OfficeSpeed, SpeedRules, Variant, office_speed
from metrics.visit import Claim, Visit
from metrics.visit_table import VisitTable


@dataclass(frozen=True, slots=True)
class _Claims:
    open: int = 0
    accepted: int = 0
    declined: int = 0


def contested_speed(
    visits: Iterable[Visit],
    *,
    period: Period,
    reference_period: Period,
    standards_s: Mapping[str, float],
    rules: SpeedRules = DEFAULT_RULES,
) -> OfficeSpeed:
    """``metrics.speed.office_speed``, where each officer with a contested leg in ``period`` also has the figures with
    all and without any contested legs (``OfficerSpeed.contested``).

    Raises ``ValueError`` for a standard time that is not positive.
    """
    at_hand = VisitTable.of(visits)

    def speed_of(legs: Iterable[Visit]) -> OfficeSpeed:
        return office_speed(
            legs, period=period, reference_period=reference_period, standards_s=standards_s, rules=rules
        )

    official = speed_of(at_hand)
    claims = _claims(at_hand, period)
    if not claims:
        return official
    unclaimed = at_hand.claim.are("")
    with_all = _by_officer(speed_of(at_hand.with_flagged(at_hand.flagged & unclaimed)))
    without_any = _by_officer(speed_of(at_hand.with_flagged(at_hand.flagged | ~unclaimed)))
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


def _claims(visits: VisitTable, period: Period) -> dict[str, _Claims]:
    found: dict[str, _Claims] = {}
    for visit in visits.where(visits.in_period(period) & ~visits.claim.are("")):
        if visit.officer is not None:
            found[visit.officer] = _one_more(found.get(visit.officer, _Claims()), visit.claim)
    return found


def _one_more(claims: _Claims, claim: Claim) -> _Claims:
    match claim:
        case "open":
            return replace(claims, open=claims.open + 1)
        case "accepted":
            return replace(claims, accepted=claims.accepted + 1)
        case _:
            return replace(claims, declined=claims.declined + 1)


def _by_officer(speed: OfficeSpeed) -> dict[str, OfficerSpeed]:
    return {officer.officer: officer for officer in speed.officers}


def _variant(row: OfficerSpeed | None) -> Variant:
    if row is None:
        return Variant(0, None, None, None, None)
    return Variant(row.served, row.median_s, row.index, row.index_low, row.index_high)

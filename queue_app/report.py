"""The figures of an office over a period, for the supervisor's page, the API and ``metrics report``.

Reference of the speed index: the 90 local days up to the period's last day (today, when that is still to come), the
period included, and never shorter than the period. An office changes over the years; 90 days hold enough visits of
every usual service and still speak of the office as it is now. Each officer is compared with the others only, so the
period's own visits may be in the reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from metrics.contest import ObservedContested, contested_speed, contested_speed_of, observe_contested
from metrics.periods import Period, day_of
from metrics.plausibility import sift
from metrics.services import ServiceSummary, service_summaries
from metrics.speed import DEFAULT_RULES, OfficeSpeed
from metrics.strata import ByMix
from metrics.visit_table import VisitTable, between
from metrics.waits import Targets, WaitSummary, wait_summaries
from queue_app import finality, reported, standards, visit_days
from queue_app.models import Office
from queue_app.visit_days import LegTable, Reading

REFERENCE_DAYS = 90


@dataclass(frozen=True, slots=True)
class OfficeReport:
    """All figures of one period, from one reading of the log."""

    speed: OfficeSpeed
    services: tuple[ServiceSummary, ...]
    waits: tuple[WaitSummary, ...]


def whole(session: Session, office: Office, period: Period, now: datetime) -> OfficeReport:
    """Officers, services and waits at once: reads the log once, where the three below read it each."""
    visits = visit_days.visits(session, office, reference_period(period, now))
    standards_s, under = standards.standards_s(session, office, period), reported.under(session, office)
    return OfficeReport(
        speed=_marked(session, office, _speed(visits, standards_s, period, now), now),
        services=_services(visits, standards_s, period, under),
        waits=_waits(visits, standards.wait_targets(session, office, period), period, now, under),
    )


def officers(session: Session, office: Office, period: Period, now: datetime) -> OfficeSpeed:
    """The speed of each officer with legs in the period, by user name, with all that explains it, with and without what
    was contested, and from which of its days on it is provisional (``finality``).
    """
    reference = reference_period(period, now)
    speed = speed_of(
        visit_days.read(session, office, reference), period, reference, standards.standards_s(session, office, period)
    )
    return _marked(session, office, speed, now)


def speed_of(reading: Reading, period: Period, reference: Period, standards_s: Mapping[str, float]) -> OfficeSpeed:
    """The speed of each officer, of the legs of at least both periods."""

    def observe(legs: LegTable) -> ObservedContested:
        return observe_contested(legs.visits, period=period, reference_period=reference, stratum_of=ByMix(period.zone))

    observed = reading.summed(("speed", period, reference), observe)
    return contested_speed_of(observed, period=period, reference_period=reference, standards_s=standards_s)


def services(session: Session, office: Office, period: Period, now: datetime) -> tuple[ServiceSummary, ...]:
    """Serve times of each service in the period so far, by code; whoever served does not matter here."""
    visits = visit_days.visits(session, office, _so_far(period, now))
    return _services(visits, standards.standards_s(session, office, period), period, reported.under(session, office))


def waits(session: Session, office: Office, period: Period, now: datetime) -> tuple[WaitSummary, ...]:
    """Waits per service of those who arrived in the period; ``now`` ends the waits of those who still wait."""
    visits = visit_days.visits(session, office, _so_far(period, now))
    targets, under = standards.wait_targets(session, office, period), reported.under(session, office)
    return _waits(visits, targets, period, now, under)


def reference_period(period: Period, now: datetime) -> Period:
    """The days whose visits say what is expected in ``period``; covers it."""
    last = max(period.start_day, min(period.end_day, day_of(now, period.zone)))
    first = min(period.start_day, last - timedelta(days=REFERENCE_DAYS - 1))
    return Period(first, period.end_day, period.zone)


def _so_far(period: Period, now: datetime) -> Period:
    """Without the days to come, which have no visits."""
    last = max(period.start_day, min(period.end_day, day_of(now, period.zone)))
    return replace(period, end_day=last)


def _speed(visits: VisitTable, standards_s: dict[str, float], period: Period, now: datetime) -> OfficeSpeed:
    return contested_speed(
        visits,
        period=period,
        reference_period=reference_period(period, now),
        standards_s=standards_s,
        rules=DEFAULT_RULES,
        stratum_of=ByMix(period.zone),
    )


def _marked(session: Session, office: Office, speed: OfficeSpeed, now: datetime) -> OfficeSpeed:
    first = finality.first_provisional(session, office, now)
    period = speed.period
    return replace(speed, provisional_from=max(first, period.start_day) if first <= period.end_day else None)


def _services(
    visits: VisitTable, standards_s: dict[str, float], period: Period, under: dict[str, str]
) -> tuple[ServiceSummary, ...]:
    # A service's time is known although its officer is not; what is implausible is left out all the same.
    legs = visits.where(visits.in_period(period)).with_somebody()
    return service_summaries(sift(legs, period.zone, DEFAULT_RULES.limits).kept, standards_s, under)


def _waits(
    visits: VisitTable, targets: Targets, period: Period, now: datetime, under: dict[str, str]
) -> tuple[WaitSummary, ...]:
    return wait_summaries(visits.where(between(visits.arrived_at, period)), now, targets, under)

"""READ the dashboard's figures: what is kept of past days, and the log for the others."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from metrics.contest import ObservedContested, contested_speed_of, observe_contested
from metrics.local_time import LocalDays
from metrics.periods import Period, day_of
from metrics.speed import OfficeSpeed
from metrics.strata import ByMix
from metrics.visit_table import grouped
from queue_app import finality, occupancy, report, reported, standards, visit_days
from queue_app.dashboard import sums
from queue_app.dashboard.answers import Answers, answers
from queue_app.dashboard.figures import (
    LEAST,
    Dashboard,
    DayFigures,
    Filters,
    Indicators,
    Occupied,
    OfficerRow,
    Share,
    Waits,
    counted,
)
from queue_app.dashboard.sums import Sums
from queue_app.models import Office
from queue_app.visit_days import LegTable, Reading

_NO_CASES = Share(0, 0)


def load(
    session: Session, office: Office, period: Period, filters: Filters, now: datetime, *, with_speed: bool = True
) -> Dashboard:
    """What the dashboard of ``period`` shows. ``with_speed`` False: without the officers' index, the dearest part."""
    filters, under = widened(session, office, filters), reported.under(session, office)
    days = (period.end_day - period.start_day).days + 1
    before = Period(period.start_day - timedelta(days=days), period.start_day - timedelta(days=1), period.zone)
    reference = report.reference_period(period, now)
    reading = visit_days.read(
        session, office, Period(min(reference.start_day, before.start_day), period.end_day, period.zone)
    )
    standards_s = standards.standards_s(session, office, period)
    targets = standards.wait_targets(session, office, period)
    ended = finality.ended_part(period, day_of(now, period.zone))
    both = Period(before.start_day, period.end_day, period.zone)
    told = answers(session, office, both, filters, reading.names, now)
    said = told.within(period)
    asked = ("dashboard", filters, period, ended, *standards_s.items(), *targets.seconds.items(), *under.items())

    def whole(legs: LegTable) -> sums.Whole:
        return sums.whole(legs, filters, period, before, ended, standards_s, targets, under, now)

    found = reading.summed(asked, whole)
    return Dashboard(
        period=period,
        before=before,
        ended=ended,
        filters=filters,
        now=_indicators(found.now, said),
        earlier=_indicators(found.earlier, told.within(before)),
        speed=_speed(reading, filters, ended, reference, standards_s) if ended and with_speed else None,
        officers=_officers(found.officers, said.within(ended)) if ended else {},
        days=_days(found.days, said, period, now),
        heat={divmod(hour, 24): waits for hour, waits in found.heat.items()},
        serve_s=found.serve_s,
        standards_s=standards_s,
        waits={
            code: Waits(of.wait_s, of.in_time, targets.seconds.get(code)) for code, of in sorted(found.waits.items())
        },
    )


def beside_speed(session: Session, office: Office, period: Period, now: datetime) -> Mapping[str, OfficerRow]:
    """Each officer's accuracy and satisfaction in the period: speed is never shown alone."""
    reading = visit_days.read(session, office, period)
    found = reading.summed(("beside speed", period), lambda legs: sums.of_officers(legs, period))
    return _officers(found.officers, answers(session, office, period, Filters(), reading.names, now))


def occupied(session: Session, office: Office, ended: Period | None, filters: Filters, now: datetime) -> Occupied:
    """What the shifts of days that are over went to."""
    if ended is None:
        return Occupied({}, {})
    reading = visit_days.read(session, office, ended)
    found = occupancy.stays(session, office, reading, ended, now)
    chosen = [stay for stay in found if filters.includes(stay.officer, stay.counter)]
    return Occupied(occupancy.by_officer(chosen), occupancy.by_counter(chosen))


def legs_behind(session: Session, office: Office, ended: Period | None, filters: Filters) -> LegTable:
    """The legs of the days that are over which the figures are of."""
    if ended is None:
        return visit_days.no_legs()
    legs, filters = visit_days.legs(session, office, ended), widened(session, office, filters)
    return legs.where(filters.matching(legs.visits) & legs.visits.in_period(ended))


def widened(session: Session, office: Office, filters: Filters) -> Filters:
    """The filters, where a chosen service brings those with it that are reported under it."""
    return replace(filters, also=reported.together_with(session, office, filters.service))


def _speed(
    reading: Reading, filters: Filters, period: Period, reference: Period, standards_s: Mapping[str, float]
) -> OfficeSpeed:
    """Only matching visits of the period are measured; no officer is taken out of what others are compared with."""
    everybody = replace(filters, officer="")
    compared = Period(reference.start_day, period.end_day, period.zone)

    def observe(legs: LegTable) -> ObservedContested:
        visits = legs.visits
        measured = visits.where(~visits.in_period(period) | everybody.matching(visits))
        return observe_contested(measured, period=period, reference_period=compared, stratum_of=ByMix(period.zone))

    observed = reading.summed(("speed", everybody, period, compared), observe)
    speed = contested_speed_of(observed, period=period, reference_period=compared, standards_s=standards_s)
    chosen = tuple(row for row in speed.officers if filters.officer in ("", row.officer))
    return replace(speed, officers=chosen)


def _indicators(found: Sums, said: Answers) -> Indicators:
    return Indicators(
        speed=found.speed,
        accuracy=found.accuracy,
        satisfaction=counted(said.content) if len(said.content) >= LEAST else _NO_CASES,
        served=len(found.serve_s),
        serve_median_s=found.serve_s.median,
        waited=len(found.wait_s),
        wait_median_s=found.wait_s.median,
        wait_p90_s=found.wait_s.p90,
        left=found.left,
        in_time=found.in_time,
    )


def _officers(right: Mapping[str, Share], said: Answers) -> dict[str, OfficerRow]:
    content = {name: counted(theirs) for name, theirs in said.officer.grouped(said.content).items()}
    return {
        name: OfficerRow(right.get(name, _NO_CASES), content.get(name, _NO_CASES))
        for name in right.keys() | content.keys()
    }


def _days(found: Mapping[int, Sums], said: Answers, period: Period, now: datetime) -> list[DayFigures]:
    told = grouped(LocalDays(said.at, period.zone).ordinal, said.content)
    last = min(period.end_day, day_of(now, period.zone))
    nothing = Sums()
    days = []
    for number in range(period.start_day.toordinal(), last.toordinal() + 1):
        of_day = found.get(number, nothing)
        satisfaction = counted(told[number]) if number in told else _NO_CASES
        days.append(
            DayFigures(
                day=date.fromordinal(number),
                waited=len(of_day.wait_s),
                wait_median_s=of_day.wait_s.median,
                speed=of_day.speed,
                accuracy=of_day.accuracy,
                satisfaction=satisfaction,
                in_time=of_day.in_time,
            )
        )
    return days

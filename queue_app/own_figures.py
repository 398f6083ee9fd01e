"""READ for an officer's own page: the figures of a day and of its month, and every visit behind them, each with what
was said of its time. By the same reading of the log as the supervisor's figures, and before these. Nothing here changes
anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.local_time import LocalDays, Micros
from metrics.periods import Period, day_of
from metrics.plausibility import Reason, reason_to_exclude, sift
from metrics.services import ServiceSummary, service_summaries
from metrics.speed import DEFAULT_RULES, OfficerSpeed, SpeedRules
from metrics.visit import Visit
from metrics.visit_table import Mask, VisitTable, grouped
from queue_app import contested, dashboard, finality, report, reported, standards, visit_days
from queue_app.contested import Said
from queue_app.dashboard import Share
from queue_app.history import LoggedLeg
from queue_app.models import Office, Service, Ticket, User
from queue_app.visit_days import LegTable, Reading


@dataclass(frozen=True, slots=True)
class Figures:
    """An officer's figures of a period. ``speed`` None: no visit at all. ``held`` of the counted visits were on hold
    (or paused) for ``hold_s`` seconds in all; ``within`` of ``with_standard`` were within the service's standard time;
    ``accuracy``: how many ended done, for the service that was asked for.
    """

    period: Period
    speed: OfficerSpeed | None
    services: Sequence[ServiceSummary]
    held: int
    hold_s: float
    within: int
    with_standard: int
    accuracy: Share


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """A leg of the officer's. ``version`` names it to be contested (None: it was not finished); ``excluded`` says why
    it is in no figure; ``can_contest`` while its day is not final and nobody has said anything.
    """

    label: str
    public_id: str
    version: int | None
    service: Service
    visit: Visit
    excluded: Reason | None
    said: Said | None
    can_contest: bool


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day of the month with visits of the officer's: how many, and how many claims wait for a decision."""

    day: date
    visits: int
    open_claims: int


@dataclass(frozen=True, slots=True)
class OwnPage:
    """All of an officer's page. ``contest_until``: the last day on which the shown day can be contested, None when that
    is over. ``reference``: the days of other officers' visits that say what is expected.
    """

    day: Figures
    month: Figures
    days: Sequence[OwnDay]
    course: Sequence[tuple[date, Share]]
    visits: Sequence[OwnVisit]
    contest_until: date | None
    provisional_from: date
    reference: Period
    rules: SpeedRules


def of(session: Session, officer: User, month: date, day: date | None, now: datetime) -> OwnPage:
    """The officer's page of the month that ``month`` lies in, with one of its days (None: today, or else the month's
    last day with visits). Reads the log of the reference period once.
    """
    office = officer.office
    whole = _month(month, office)
    reference = report.reference_period(whole, now)
    reading = visit_days.read(session, office, reference)
    own = LegTable.joined([_own(legs, officer, whole) for legs in (reading.past, reading.rest)])
    days = LocalDays(own.visits.counted_at, office.zone).ordinal
    shown = _shown_day(days, whole, day, day_of(now, office.zone))
    one_day = Period(shown, shown, office.zone)
    standards_s, under = standards.standards_s(session, office, whole), reported.under(session, office)
    of_day = own.where(days == shown.toordinal())
    mine = own.visits.where(own.visits.officer.are(officer.username))
    first = finality.first_provisional(session, office, now)
    return OwnPage(
        day=_figures(reading, mine, officer, one_day, reference, standards_s, under),
        month=_figures(reading, mine, officer, whole, reference, standards_s, under),
        days=_days(days, own.visits.claim.are("open")),
        course=_course(mine, standards_s, whole),
        visits=_visits(session, office, of_day, is_open=shown >= first),
        contest_until=finality.last_day_to_contest(session, office, shown) if shown >= first else None,
        provisional_from=first,
        reference=reference,
        rules=DEFAULT_RULES,
    )


def _own(legs: LegTable, officer: User, period: Period) -> LegTable:
    return legs.where(legs.is_of(officer.username, officer.id) & legs.visits.in_period(period))


def _month(day: date, office: Office) -> Period:
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(first, following - timedelta(days=1), office.zone)


def _shown_day(days: Micros, month: Period, wanted: date | None, today: date) -> date:
    if wanted is not None and month.start_day <= wanted <= month.end_day:
        return wanted
    if month.start_day <= today <= month.end_day:
        return today
    return date.fromordinal(int(days.max())) if days.size else month.end_day


def _figures(
    reading: Reading,
    mine: VisitTable,
    officer: User,
    period: Period,
    reference: Period,
    standards_s: Mapping[str, float],
    under: Mapping[str, str],
) -> Figures:
    speed = report.speed_of(reading, period, reference, standards_s)
    own = mine.where(mine.in_period(period))
    kept = VisitTable.of(sift(own, period.zone, DEFAULT_RULES.limits).kept)
    times = {kept.service.known[code]: s for code, s in grouped(kept.service.codes, kept.serve_s).items()}
    standards = {service: standards_s[service] for service in times if service in standards_s}
    return Figures(
        period=period,
        speed=next((row for row in speed.officers if row.officer == officer.username), None),
        services=service_summaries(kept, standards, under),
        held=int((kept.hold > 0).sum()),
        hold_s=int(kept.hold.sum()) / 1e6,
        within=sum(int((times[service] <= standard_s).sum()) for service, standard_s in standards.items()),
        with_standard=sum(len(times[service]) for service in standards),
        accuracy=dashboard.counted(dashboard.is_right(kept)),
    )


def _course(own: VisitTable, standards_s: Mapping[str, float], month: Period) -> list[tuple[date, Share]]:
    """The share within the standard time of each day with services that count."""
    kept = VisitTable.of(sift(own, month.zone, DEFAULT_RULES.limits).kept)
    each = np.stack(dashboard.within_standard(kept, standards_s), axis=1)
    days = grouped(LocalDays(kept.counted_at, month.zone).ordinal, each)
    return [(date.fromordinal(day), dashboard.counted(of[:, 0], of[:, 1])) for day, of in sorted(days.items())]


def _days(days: Micros, is_open: Mask) -> list[OwnDay]:
    """``days``: of each leg."""
    latest_first = sorted(grouped(days, is_open).items(), reverse=True)
    return [OwnDay(date.fromordinal(day), len(claims), int(claims.sum())) for day, claims in latest_first]


def _visits(session: Session, office: Office, legs: Sequence[LoggedLeg], *, is_open: bool) -> list[OwnVisit]:
    """The latest first."""
    ids = {int(leg.visit.ticket) for leg in legs}
    tickets = {ticket.id: ticket for ticket in session.scalars(select(Ticket).where(Ticket.id.in_(ids)))}
    services = {s.id: s for s in session.scalars(select(Service).where(Service.office_id == office.id))}
    said = contested.said_of(session, office, ids)
    rows = []
    for leg in sorted(legs, key=lambda leg: leg.visit.counted_at, reverse=True):
        ticket = tickets[int(leg.visit.ticket)]
        words = said.get((ticket.id, leg.version)) or (said.get((ticket.id, None)) if leg.visit.claim else None)
        excluded = reason_to_exclude(leg.visit, office.zone, DEFAULT_RULES.limits)
        rows.append(
            OwnVisit(
                label=ticket.label,
                public_id=ticket.public_id,
                version=leg.version,
                service=services[leg.service_id],
                visit=leg.visit,
                excluded=excluded,
                said=words,
                can_contest=is_open and leg.version is not None and words is None and excluded is None,
            )
        )
    return rows

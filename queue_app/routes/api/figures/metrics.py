"""The figures of an office for its supervisor: officers, services, waits."""

from dataclasses import fields
from datetime import timedelta
from http import HTTPMethod

from metrics.periods import Period, day_of
from metrics.speed import OfficerSpeed
from queue_app import clock, dashboard, report
from queue_app.dashboard import Filters, OfficerRow
from queue_app.errors import N_, Invalid
from queue_app.extensions import database
from queue_app.models import Office
from queue_app.routes.api.figures import figure_answers as answers
from queue_app.routes.api.figures.asked import LONGEST_PERIOD, FilteredQuery, PeriodQuery
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.refusals import READ

_TAG = "metrics"
_REFUSALS = (*READ, "other_office", "bad_period")
_DEFAULT_LENGTH = timedelta(days=27)


@operation(
    HTTPMethod.GET,
    "/api/v1/offices/{office}/metrics/officers",
    tag=_TAG,
    answer=answers.OfficersFigures,
    refusals=_REFUSALS,
)
def officer_metrics(office: str, query: PeriodQuery, caller: Caller) -> answers.OfficersFigures:
    """Each officer's serve times and speed index.

    The index compares observed with expected time for the same mix of services, and comes with its sample size and a
    95 % interval, or not at all.
    """
    now = clock.now()
    with database().figures() as session:
        here = own_office(session, office, caller)
        period = period_of(query, here)
        speed = report.officers(session, here, period, now)
        beside = dashboard.beside_speed(session, here, period, now)
    return answers.OfficersFigures(
        office=office,
        period=_days(speed.period),
        reference=_days(speed.reference_period),
        min_visits=speed.rules.min_visits,
        served=speed.served,
        excluded={reason.value: count for reason, count in speed.excluded.items()},
        officers=[officer_figures(row, beside.get(row.officer)) for row in speed.officers],
        provisional_from=speed.provisional_from,
    )


@operation(
    HTTPMethod.GET,
    "/api/v1/offices/{office}/metrics/services",
    tag=_TAG,
    answer=answers.ServicesFigures,
    refusals=_REFUSALS,
)
def service_metrics(office: str, query: PeriodQuery, caller: Caller) -> answers.ServicesFigures:
    """Each service's serve times, and how often they were within its standard time."""
    now = clock.now()
    with database().figures() as session:
        here = own_office(session, office, caller)
        period = period_of(query, here)
        rows = report.services(session, here, period, now)
    return answers.ServicesFigures(
        office=office,
        period=_days(period),
        services=[answers.ServiceFigures.model_validate(row) for row in rows],
    )


@operation(
    HTTPMethod.GET,
    "/api/v1/offices/{office}/metrics/waits",
    tag=_TAG,
    answer=answers.WaitsFigures,
    refusals=_REFUSALS,
)
def wait_metrics(office: str, query: PeriodQuery, caller: Caller) -> answers.WaitsFigures:
    """Waits per service: of those called, of those who still wait, and how many left."""
    now = clock.now()
    with database().figures() as session:
        here = own_office(session, office, caller)
        period = period_of(query, here)
        rows = report.waits(session, here, period, now)
    return answers.WaitsFigures(
        office=office, period=_days(period), waits=[answers.WaitFigures.model_validate(row) for row in rows]
    )


def officer_figures(row: OfficerSpeed, others: OfficerRow | None) -> answers.OfficerFigures:
    """Speed beside the two others; no place by speed without them."""
    told = row.standing if others and others.are_known and row.standing and row.standing.group != "open" else None
    shares = {"accuracy": others.accuracy, "satisfaction": others.satisfaction} if others else {}
    known = {name: share if share.n >= dashboard.LEAST else None for name, share in shares.items()}
    found = {field.name: getattr(row, field.name) for field in fields(row)} | {"accuracy": None, "satisfaction": None}
    return answers.OfficerFigures.model_validate(found | known | {"standing": told})


def filters_of(query: FilteredQuery) -> Filters:
    """Which visits are asked for."""
    counter = int(query.counter) if query.counter is not None else None
    return Filters(query.service or "", counter, query.officer or "", query.category or "")


def period_of(query: PeriodQuery, office: Office) -> Period:
    """The days asked for. Raises Invalid ``bad_period``."""
    last = query.last or day_of(clock.now(), office.zone)
    first = query.first or last - _DEFAULT_LENGTH
    if not timedelta(0) <= last - first < LONGEST_PERIOD:
        raise Invalid(
            "bad_period",
            N_("Tanggal awal harus sebelum tanggal akhir, paling lama %(days)s hari."),
            days=LONGEST_PERIOD.days,
        )
    return Period(first, last, office.zone)


def _days(period: Period) -> answers.Period:
    return answers.Period(first=period.start_day, last=period.end_day)

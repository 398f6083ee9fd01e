"""READ: what an office promises and how it keeps it, in days that are over. No officer is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from metrics.periods import Period
from metrics.satisfaction import Satisfaction
from metrics.services import ServiceSummary
from metrics.waits import WaitSummary
from queue_app import opening, report
from queue_app.models import Office, Service
from queue_app.survey import results

DAYS = 30
YEAR = 365
"""Days of the survey whose result stands here."""

LEAST = 30
"""Visits under which a service's figures are not published: too few to say how a promise is kept."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Each service with its serve times and waits of ``period``, None where there was nobody; ``satisfaction`` of
    ``year``."""

    period: Period
    year: Period
    rows: Sequence[tuple[Service, ServiceSummary | None, WaitSummary | None]]
    satisfaction: Satisfaction | None


def of_office(session: Session, office: Office, now: datetime) -> Promise:
    last = opening.local_day(office, now) - timedelta(days=1)
    period = Period(last - timedelta(days=DAYS - 1), last, office.zone)
    year = Period(last - timedelta(days=YEAR - 1), last, office.zone)
    services = {row.service: row for row in report.services(session, office, period, now)}
    waits = {row.service: row for row in report.waits(session, office, period, now)}
    return Promise(
        period=period,
        year=year,
        rows=[(service, services.get(service.code), waits.get(service.code)) for service in office.services],
        satisfaction=results.result_of_office(session, office, year, now),
    )

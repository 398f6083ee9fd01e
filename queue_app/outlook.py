"""What lies ahead of who waits, as displays show it: the wait of each service, who is next, whether numbers are given.

Unlike a board it changes with the clock and belongs to no version. Reads only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from queue_app import availability, forecast, line, opening, scope, stops
from queue_app.availability import Offer, OpenStatus
from queue_app.forecast import WaitRange
from queue_app.models import Office, Service

NEXT_OF_EACH = 3
"""How many of a service are named as next."""


@dataclass(frozen=True, slots=True)
class ServiceAhead:
    """``wait``: of whoever takes a number now; None where nothing honest can be said or nobody is called."""

    service: Service
    offer: Offer
    wait: WaitRange | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """``next``: labels with the codes of their services, in the order of the rule."""

    status: OpenStatus
    services: Sequence[ServiceAhead]
    next: Sequence[tuple[str, str]]


Waits = Mapping[int, WaitRange | None]
"""By the id of each service, that of whoever takes a number now."""


def of(session: Session, office: Office, now: datetime, waits: Waits | None = None) -> Outlook:
    """The outlook of an office, whose services are loaded. ``waits``: as foretold just before; None: foretold now."""
    today, calendar = opening.local_day(office, now), opening.window(session, office, now)
    called = {service.id: service for service in office.services if not stops.is_paused(service, today)}
    if waits is None:
        waits = forecast.newcomers(session, office, now)
    return Outlook(
        status=availability.status_by(calendar, now),
        services=[
            ServiceAhead(
                service,
                availability.offer(session, service, calendar, now),
                waits.get(service.id) if service.id in called else None,
            )
            for service in office.services
            if service.active
        ],
        next=_next(session, office, called, now),
    )


def _next(session: Session, office: Office, called: dict[int, Service], now: datetime) -> list[tuple[str, str]]:
    """Of the services that somebody calls for now."""
    attended = {service_id for at in scope.attended(session, office.id) if at.is_open for service_id in at.preferences}
    wanted = attended & called.keys()
    if not wanted:
        return []
    upcoming = line.upcoming(session, office, opening.local_day(office, now), wanted, now, NEXT_OF_EACH)
    return [(label, called[service_id].code) for label, service_id in upcoming]

"""Whose wait is at risk of the target: read from the line and its forecast. Nothing here changes anything."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import forecast, line, opening
from queue_app.models import Office, Service, Ticket
from queue_app.prepared import Prepared


@dataclass(slots=True)
class Risk:
    """Of those who wait for a service: ``likely`` will or do wait longer than the target even by the low end of their
    forecast, ``possible`` (the likely among them) by its high end. Without a forecast only what has passed counts."""

    likely: int = 0
    possible: int = 0


@cache
def _waiting() -> Prepared:
    return Prepared(select(Ticket.id, Ticket.service_id, Ticket.due_at).where(*line.ON_DAY), flushes=True)


def target_minutes(service: Service) -> int:
    """Nobody should wait for the service longer than this."""
    return service.wait_target_minutes or service.office.wait_target_minutes


def by_service(session: Session, office: Office, now: datetime) -> Mapping[int, Risk]:
    """By service id; nobody at risk where a service is not named."""
    waiting = _waiting().all(session, {"of_office": office.id, "of_day": opening.local_day(office, now)})
    found: defaultdict[int, Risk] = defaultdict(Risk)
    if not waiting:
        return found
    targets = {service.id: target_minutes(service) for service in office.services}
    places = forecast.places(session, office, now)
    for ticket_id, service_id, due_at in waiting:
        if due_at is None:
            continue
        waited, target = (now - due_at).total_seconds() / 60, targets[service_id]
        place = places.get(ticket_id)
        low, high = (place.estimate.low_minutes, place.estimate.high_minutes) if place and place.estimate else (0, 0)
        found[service_id].likely += waited + low > target
        found[service_id].possible += waited + high > target
    return found

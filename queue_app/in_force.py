"""Which levers are pulled at this moment, since when, by whom and why: as the log says. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import opening, stops
from queue_app.lifecycle import OfficeAction
from queue_app.models import Event, Office, User

_STOPS_OFFICE = (OfficeAction.ISSUING_STOP.value, OfficeAction.DAY_CLOSE.value)
_SETS = (OfficeAction.SERVICE_PAUSE.value, *_STOPS_OFFICE)


@dataclass(frozen=True, slots=True)
class Pulled:
    """A lever that is pulled. ``who``: the display name."""

    at: datetime
    who: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class InForce:
    """By service id; ``office``: no numbers for today are given at all."""

    paused: Mapping[int, Pulled] = field(default_factory=dict)
    stopped: Mapping[int, Pulled] = field(default_factory=dict)
    office: Pulled | None = None


def now_at(session: Session, office: Office, now: datetime) -> InForce:
    """What a supervisor has paused or stopped for today; one query more only while there is something."""
    today = opening.local_day(office, now)
    paused = {service.id for service in office.services if stops.is_paused(service, today)}
    stopped = {service.id for service in office.services if service.issuing_stopped_on == today}
    is_stopped = stops.is_office_stopped(office, today)
    if not (paused or stopped or is_stopped):
        return InForce()
    latest = _latest(session, office, opening.local_instant(office, today, 0))
    return InForce(
        {each: latest[OfficeAction.SERVICE_PAUSE.value, each] for each in paused},
        {each: latest[OfficeAction.ISSUING_STOP.value, each] for each in stopped},
        max((pulled for (_, of), pulled in latest.items() if of is None), key=lambda pulled: pulled.at)
        if is_stopped
        else None,
    )


def _latest(session: Session, office: Office, since: datetime) -> dict[tuple[str, int | None], Pulled]:
    """The last time each lever was pulled, by action and service."""
    rows = session.execute(
        select(Event.action, Event.service_id, Event.at, User.display_name, Event.reason)
        .join(User, User.id == Event.actor_id)
        .where(Event.office_id == office.id, Event.at >= since, Event.action.in_(_SETS), Event.ticket_id.is_(None))
        .order_by(Event.seq)
    )
    return {(action, service_id): Pulled(at, who, reason) for action, service_id, at, who, reason in rows}

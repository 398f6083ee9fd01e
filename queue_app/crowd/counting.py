"""Count once how many came in each hour of a day that is over, and how long they waited: WRITE.

Made of the days that ``visit_days`` keeps, and thrown away with them by the database itself: a row of the log about a
past day deletes its kept legs and so its counts, and both are made anew. Repeatable, in several processes at once.
"""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from metrics.crowd.days import HOURS, PastDay, Waits
from metrics.local_time import LocalDays
from metrics.visit_table import NEVER
from queue_app.database import Database, insert_or_ignore
from queue_app.models import CrowdDay, Office, VisitDay
from queue_app.visit_days.legs import Columns
from queue_app.visit_days.packing import form, unpack

FORM = 1
"""Of which making counts are; those of another version are made anew."""

TOGETHER = 0
"""In place of a service: all of them."""


def fill_all(database: Database) -> int:
    """``fill`` of every office."""
    with database.read() as session:
        office_ids = session.scalars(select(Office.id)).all()
    return sum(fill(database, office_id) for office_id in office_ids)


def fill(database: Database, office_id: int) -> int:
    """Count each kept day of an office that isn't counted yet, the latest first; how many."""
    with database.read() as session:
        days = session.scalars(_uncounted(office_id)).all()
    return sum(_count(database, office_id, day) for day in days)


def _count(database: Database, office_id: int, day: date) -> bool:
    """In one short transaction: whoever deletes the day's legs meanwhile waits, and takes the counts with them."""
    with database.write() as session:
        zone = session.get_one(Office, office_id).zone
        kept = session.scalar(
            select(VisitDay)
            .where(VisitDay.office_id == office_id, VisitDay.day == day, VisitDay.form == form())
            .with_for_update(read=True, key_share=True)
        )
        if kept is None:
            return False
        _forget_other_forms(session, office_id, day)
        content = as_stored(count(unpack(kept.content), day, zone))
        return insert_or_ignore(session, CrowdDay, office_id=office_id, day=day, form=FORM, content=content)


def count(legs: Columns, day: date, zone: ZoneInfo) -> PastDay:
    """Each ticket once, with its first leg: who is sent on to another counter has not come again. A wait ended with
    the call; of who left before it nobody knows how long it would have been."""
    _, first = np.unique(np.asarray(legs["ticket"]), return_index=True)
    arrived, called = legs["arrived_at"][first], legs["called_at"][first]
    hours = LocalDays(arrived, zone).weekday_hours() % HOURS
    waited = (called != NEVER) & (called >= arrived)
    logs = np.log1p(np.where(waited, called - arrived, 0) / 60e6)
    services = legs["service_id"][first]
    waits = {TOGETHER: _waits(hours, logs, waited)}
    for service in np.unique(services[waited]):
        waits[int(service)] = _waits(hours, logs, waited & (services == service))
    arrivals = {int(hour): int(np.sum(hours == hour)) for hour in np.unique(hours)}
    return PastDay(day, arrivals, {service: found for service, found in waits.items() if found})


def _waits(hours: Any, logs: Any, chosen: Any) -> dict[int, Waits]:
    found = {}
    for hour in np.unique(hours[chosen]):
        of_hour = logs[chosen & (hours == hour)]
        found[int(hour)] = Waits(len(of_hour), float(of_hour.sum()), float((of_hour**2).sum()))
    return found


def as_stored(day: PastDay) -> dict[str, Any]:
    waits = {
        str(service): {str(hour): [one.n, round(one.total, 4), round(one.squares, 4)] for hour, one in hours.items()}
        for service, hours in day.waits.items()
    }
    return {"arrivals": {str(hour): n for hour, n in day.arrivals.items()}, "waits": waits}


def from_stored(day: date, content: dict[str, Any]) -> PastDay:
    waits = {
        int(service): {int(hour): Waits(*one) for hour, one in hours.items()}
        for service, hours in content["waits"].items()
    }
    return PastDay(day, {int(hour): n for hour, n in content["arrivals"].items()}, waits)


def _uncounted(office_id: int) -> Select[date]:
    counted = and_(CrowdDay.office_id == VisitDay.office_id, CrowdDay.day == VisitDay.day, CrowdDay.form == FORM)
    return (
        select(VisitDay.day)
        .outerjoin(CrowdDay, counted)
        .where(VisitDay.office_id == office_id, VisitDay.form == form(), CrowdDay.day.is_(None))
        .order_by(VisitDay.day.desc())
    )


def _forget_other_forms(session: Session, office_id: int, day: date) -> None:
    old = session.get(CrowdDay, (office_id, day))
    if old is not None and old.form != FORM:
        session.delete(old)
        session.flush()

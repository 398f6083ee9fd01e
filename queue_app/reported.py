"""READ under which service the past visits of another one are reported since both were merged (``merging``). Nothing is
renamed in the log: a figure that is compared with a standard, a target or a service asked for takes what was logged.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.periods import Period, day_of
from queue_app.models import Office, Service


class Merge(NamedTuple):
    """Since ``day`` a service, by its code, is part of another one."""

    day: date
    service: str
    into: str


def under(session: Session, office: Office) -> dict[str, str]:
    """Codes of services that are reported under others, to these others' codes."""
    rows = session.execute(
        select(Service.id, Service.code, Service.merged_into_id).where(
            Service.office_id == office.id, Service.reported_together
        )
    ).all()
    if not rows:
        return {}
    parents = {row.id: row.merged_into_id for row in rows}
    codes = dict(session.execute(select(Service.id, Service.code).where(Service.office_id == office.id)).all())
    return {row.code: codes[_root(parents, row.id)] for row in rows}


def _root(parents: dict[int, int | None], service_id: int) -> int:
    """The last of the chain; ``merging`` allows no ring."""
    following = parents.get(service_id)
    return service_id if following is None else _root(parents, following)


def together_with(session: Session, office: Office, service: str) -> tuple[str, ...]:
    """Codes of the services that are reported under this one."""
    return tuple(sorted(code for code, into in under(session, office).items() if into == service)) if service else ()


def merges(session: Session, office: Office, period: Period, service: str = "") -> Sequence[Merge]:
    """Those of the period's days, of one service or of all: a figure may jump there."""
    rows = session.execute(
        select(Service.code, Service.merged_at).where(Service.office_id == office.id, Service.reported_together)
    )
    into = under(session, office)
    found = [Merge(day_of(at, office.zone), code, into[code]) for code, at in rows if at is not None]
    chosen = (one for one in found if period.start_day <= one.day <= period.end_day)
    return sorted(one for one in chosen if service in ("", one.into))

"""READ the times by which serving and waiting are judged: as they were set when the days that are looked at ended.

So a setting that is changed today changes no figure of days that were over before; a period in which it was changed is
judged by what was valid at its end. What was changed before there was a history of the settings is not known.
"""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from metrics.periods import Period
from metrics.waits import Targets
from queue_app.models import ConfigurationChange, Office, Service

_STANDARD, _TARGET = "standard_minutes", "wait_target_minutes"
_OFFICE = "office"

Key = tuple[str, str]
"""What was changed, as the history of the settings calls it, and the name of the setting."""


def standards_s(session: Session, office: Office, period: Period | None) -> dict[str, float]:
    """The standard time in seconds of each service that had one at the end of ``period``, by code; None: now."""
    then = _changed_since(session, office, period.bounds[1]) if period is not None else {}
    rows = session.execute(select(Service.code, Service.standard_minutes).where(Service.office_id == office.id))
    minutes = {code: then.get((f"service:{code}", _STANDARD), now) for code, now in rows}
    return {code: of * 60.0 for code, of in minutes.items() if of is not None}


def wait_targets(session: Session, office: Office, period: Period) -> Targets:
    """How long nobody should wait for each service, as it was set at the end of ``period``."""
    then = _changed_since(session, office, period.bounds[1])
    of_office = then.get((_OFFICE, _TARGET), office.wait_target_minutes)
    rows = session.execute(select(Service.code, Service.wait_target_minutes).where(Service.office_id == office.id))
    minutes = {code: then.get((f"service:{code}", _TARGET), now) or of_office for code, now in rows}
    return Targets({code: 60.0 * (of or 0) for code, of in minutes.items()}, office.zone)


def _changed_since(session: Session, office: Office, instant: datetime) -> dict[Key, int | None]:
    """Minutes that were valid at ``instant`` and were changed later; None: not set."""
    rows = session.execute(
        select(ConfigurationChange.subject, ConfigurationChange.before)
        .where(
            ConfigurationChange.office_id == office.id,
            ConfigurationChange.at >= instant,
            or_(ConfigurationChange.subject == _OFFICE, ConfigurationChange.subject.startswith("service:")),
        )
        .order_by(ConfigurationChange.seq)
    )
    found: dict[Key, int | None] = {}
    for subject, before in rows:
        for name in (_STANDARD, _TARGET):
            if name in before:
                found.setdefault((subject, name), _minutes(before[name]))
    return found


def _minutes(text: str) -> int | None:
    return int(text) if text.isdigit() else None

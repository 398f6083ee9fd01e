"""By when a complaint must be decided: working days of the office's own calendar, by how grave it is.

The days are those that Indonesian service standards publish: a light complaint 2 working days, a normative one 5, one
that needs no supervision 14, one that needs examination 60.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.models import Office, Severity, Subject

DAYS: Mapping[Severity, int] = MappingProxyType(
    {Severity.LIGHT: 2, Severity.NORMATIVE: 5, Severity.ORDINARY: 14, Severity.EXAMINATION: 60}
)
USUAL: Mapping[Subject, Severity] = MappingProxyType(
    {
        Subject.WAIT: Severity.NORMATIVE,
        Subject.INFORMATION: Severity.NORMATIVE,
        Subject.CONDUCT: Severity.ORDINARY,
        # A levy that nobody may take is examined.
        Subject.COST: Severity.EXAMINATION,
        Subject.FACILITIES: Severity.LIGHT,
        Subject.OTHER: Severity.ORDINARY,
    }
)
"""How grave a complaint is taken to be until a supervisor has read it."""

TO_APPEAL = 14
"""Working days after a decision within which it can be appealed."""

_ONE_DAY = timedelta(days=1)


def due_on(session: Session, office: Office, severity: Severity, start: datetime) -> date:
    """The last local day for the decision; the day of ``start`` itself doesn't count."""
    return working_day_after(session, office, opening.local_day(office, start), DAYS[severity])


def working_day_after(session: Session, office: Office, day: date, count: int) -> date:
    """The ``count``-th working day after ``day``. An office that is closed nearly always gets calendar days."""
    farthest = day + timedelta(days=count * 3 + 31)
    known = opening.calendar(session, office, day, farthest)
    found, left = day, count
    while left and found < farthest:
        found += _ONE_DAY
        left -= known.is_working(found)
    return found if not left else day + timedelta(days=count)

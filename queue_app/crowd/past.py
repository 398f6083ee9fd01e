"""The counted days of an office, and what they teach: read once, and again when there are others. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, bindparam, func, select
from sqlalchemy.orm import Session

from metrics.crowd.days import PastDay
from queue_app import opening
from queue_app.models import CrowdDay, Office
from queue_app.prepared import Prepared

if TYPE_CHECKING:
    from metrics.crowd.arrivals import Model
    from metrics.crowd.check import Checked
    from metrics.crowd.waits import Habits

LOOK_BACK = timedelta(days=800)
"""Two years and some weeks: how a season was a year ago needs the weeks before it, too."""

AHEAD = timedelta(days=13)
FRESH = timedelta(minutes=15)
"""A past day that was put right is seen after so long at the latest."""

_OFFICES_KEPT = 200


@dataclass(slots=True)
class Learned:
    """What the days before ``today`` teach; each part is worked out when it is first asked for."""

    today: date
    days: Sequence[PastDay]
    closed: frozenset[date]
    _model: "list[Model | None]" = field(default_factory=list)
    _habits: "dict[int, Habits | None]" = field(default_factory=dict)
    _checked: "list[Sequence[Checked]]" = field(default_factory=list)

    def arrivals(self) -> "Model | None":
        if not self._model:
            from metrics.crowd import arrivals  # noqa: PLC0415 - numpy is not loaded with the server

            self._model = [arrivals.learn(self.days, self.today, self.closed)]
        return self._model[0]

    def habits(self, service_id: int) -> "Habits | None":
        if service_id not in self._habits:
            from metrics.crowd import waits  # noqa: PLC0415

            self._habits[service_id] = waits.learn(self.days, service_id, self.today)
        return self._habits[service_id]

    def checked(self) -> "Sequence[Checked]":
        if not self._checked:
            from metrics.crowd import check  # noqa: PLC0415

            self._checked = [check.walk(self.days, self.today)]
        return self._checked[0]


_read: WeakKeyDictionary[Pool, dict[int, tuple[datetime, object, Learned]]] = WeakKeyDictionary()


_SEEN = Prepared(
    select(func.count(), func.max(CrowdDay.day)).where(
        CrowdDay.office_id == bindparam("of_office"), CrowdDay.day < bindparam("today")
    ),
    flushes=True,
)


def learned(session: Session, office: Office, now: datetime) -> Learned:
    """One short query while nothing has changed; a clock that was set back doesn't keep what was read later."""
    of_database = _read.setdefault(session.get_bind().engine.pool, {})
    today = opening.local_day(office, now)
    closed = frozenset(opening.closed_days(session, office, today, today + AHEAD))
    seen = _SEEN.one(session, {"of_office": office.id, "today": today})
    state = (today, closed, tuple(seen))
    read_at, known, kept = of_database.get(office.id, (None, None, None))
    if kept is not None and read_at is not None and known == state and timedelta(0) <= now - read_at < FRESH:
        return kept
    found = Learned(today, _days(session, office, today), closed)
    if len(of_database) >= _OFFICES_KEPT:
        of_database.clear()
    of_database[office.id] = (now, state, found)
    return found


def _days(session: Session, office: Office, before: date) -> list[PastDay]:
    from queue_app.crowd.counting import FORM, from_stored  # noqa: PLC0415

    rows = session.execute(
        select(CrowdDay.day, CrowdDay.content)
        .where(
            CrowdDay.office_id == office.id,
            CrowdDay.form == FORM,
            CrowdDay.day < before,
            CrowdDay.day >= before - LOOK_BACK,
        )
        .order_by(CrowdDay.day)
    )
    return [from_stored(day, content) for day, content in rows]

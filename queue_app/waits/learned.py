"""What an office's past teaches of waits, read from the log at most once a minute. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, func, select
from sqlalchemy.orm import Session

from metrics.forecast.line import Habits
from metrics.forecast.times import Served, ServeTimes, learn
from metrics.plausibility import sift
from queue_app import history, standards
from queue_app.lifecycle import Action
from queue_app.models import Event, Office, Service

KEPT = timedelta(seconds=60)
"""How long what was learned is used before the log is asked again."""

_RECENT_VISITS = 100
_LOOK_BACK = timedelta(days=90)
_CALLS_LOOK_BACK = timedelta(days=28)
_OFFICES_KEPT = 500
_FIRST_CALLS, _FIRST_NO_SHOWS = 20, 1
_NO_SHOW_S = 90.0
"""A counter waits for about so long before it gives somebody up."""


@dataclass(frozen=True, slots=True)
class Learned:
    """``no_shows``: the share of those called in vain, by service, where anybody was called; ``habits`` say it of
    all."""

    times: ServeTimes
    habits: Habits
    no_shows: Mapping[str, float]


_read: WeakKeyDictionary[Pool, dict[int, tuple[datetime, Learned]]] = WeakKeyDictionary()
"""Per database and office. Greenlets and threads may both read anew at the same moment; the last one stays."""


def of(session: Session, office: Office, now: datetime) -> Learned:
    """Serve times and habits of the last weeks; a clock that was set back doesn't keep old ones."""
    of_database = _read.setdefault(session.get_bind().engine.pool, {})
    read_at, learned = of_database.get(office.id, (None, None))
    if read_at is None or learned is None or not timedelta(0) <= now - read_at < KEPT:
        learned = Learned(_times(session, office, now), *_habits(session, office, now))
        if len(of_database) >= _OFFICES_KEPT:
            of_database.clear()
        of_database[office.id] = (now, learned)
    return learned


def _times(session: Session, office: Office, now: datetime) -> ServeTimes:
    recent = history.recent_visits(session, office, now - _LOOK_BACK, _RECENT_VISITS)
    kept = sift(recent, office.zone).kept
    served = [
        Served(visit.service, visit.counter_s, visit.officer, visit.counted_at.astimezone(office.zone).hour)
        for visit in kept
        if visit.counter_s is not None
    ]
    return learn(served, standards.standards_s(session, office, None))


def _habits(session: Session, office: Office, now: datetime) -> tuple[Habits, dict[str, float]]:
    """Who leaves without a word is called in vain: so those who leave are among the no-shows. A service's share is
    drawn toward the office's."""
    rows = session.execute(
        select(Service.code, Event.action, func.count())
        .join(Service, Service.id == Event.service_id)
        .where(
            Service.office_id == office.id,
            Event.action.in_([Action.CALL.value, Action.NO_SHOW.value]),
            Event.at >= now - _CALLS_LOOK_BACK,
        )
        .group_by(Service.code, Event.action)
    ).all()
    counted: dict[tuple[str, str], int] = {(code, action): count for code, action, count in rows}
    calls, no_shows = (
        {code: count for (code, of), count in counted.items() if of == action}
        for action in (Action.CALL.value, Action.NO_SHOW.value)
    )
    overall = _share(sum(no_shows.values()), sum(calls.values()), _FIRST_NO_SHOWS / _FIRST_CALLS)
    by_service = {code: _share(no_shows.get(code, 0), many, overall) for code, many in calls.items()}
    return Habits(overall, _NO_SHOW_S), by_service


def _share(no_shows: int, calls: int, expected: float) -> float:
    return (no_shows + expected * _FIRST_CALLS) / (max(calls, no_shows) + _FIRST_CALLS)

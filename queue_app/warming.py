"""What supervisors of large offices ask for first, worked out before they ask: after the start, after midnight, and
when a past day changed. Figures of kept days are remembered by a process (``visit_days.memory``), so the first answer
costs then what later ones do. Small offices need none of it.
"""

import time
from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from metrics.periods import Period, day_of
from queue_app import accuracy, contested, dashboard, finality, monitoring, report
from queue_app.dashboard import Filters
from queue_app.database import Database
from queue_app.models import Office, VisitDay
from queue_app.survey import results

LARGEST = 4
"""Offices of a database that are warmed: more would push each other out of the memory."""

LEAST_BYTES = 200_000
"""Of 90 kept days, some 5,000 visits: what a smaller office asks for is quick anyway."""

_PAUSE_S = 0.05
_REACH = timedelta(days=180)
_QUARTER, _YEAR = 90, 365

Step = Callable[[Session, Office, datetime], object]


class Warmer:
    """The offices of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._done: dict[int, Hashable] = {}

    def work(self, now: datetime) -> int:
        """Work out what is not known; of how many offices. Between two steps others have their turn."""
        with self._database.read() as session:
            known = {office.id: _what_is_kept(session, office, now) for office in _largest(session, now)}
        due = [office_id for office_id, kept in known.items() if self._done.get(office_id) != kept]
        for office_id in due:
            for step in _STEPS:
                with self._database.read() as session:
                    step(session, session.get_one(Office, office_id), now)
                time.sleep(_PAUSE_S)
            self._done[office_id] = known[office_id]
        return len(due)


def _largest(session: Session, now: datetime) -> Sequence[Office]:
    size = func.sum(func.length(VisitDay.content))
    rows = select(VisitDay.office_id).where(VisitDay.day >= now.date() - timedelta(days=_QUARTER))
    chosen = rows.group_by(VisitDay.office_id).having(size >= LEAST_BYTES).order_by(size.desc()).limit(LARGEST)
    return session.scalars(select(Office).where(Office.id.in_(chosen.scalar_subquery()))).all()


def _what_is_kept(session: Session, office: Office, now: datetime) -> Hashable:
    """Changes with the day, and with each kept day that was made anew."""
    today = day_of(now, office.zone)
    kept = select(VisitDay.day, VisitDay.made).where(VisitDay.office_id == office.id, VisitDay.day >= today - _REACH)
    return today, tuple(map(tuple, session.execute(kept.order_by(VisitDay.day))))


def _days(office: Office, last: date, days: int) -> Period:
    return Period(last - timedelta(days=days - 1), last, office.zone)


def _overview(session: Session, office: Office, now: datetime) -> None:
    contested.open_count(session, office)
    today = day_of(now, office.zone)
    ended = finality.ended_part(_days(office, today, 30), today)
    if ended is not None:
        report.officers(session, office, ended, now)
        dashboard.beside_speed(session, office, ended, now)


def _figures_of(days: int) -> Step:
    def load(session: Session, office: Office, now: datetime) -> None:
        dashboard.load(session, office, _days(office, day_of(now, office.zone), days), Filters(), now)

    return load


def _occupancy_of(days: int) -> Step:
    def load(session: Session, office: Office, now: datetime) -> None:
        today = day_of(now, office.zone)
        dashboard.occupied(session, office, finality.ended_part(_days(office, today, days), today), Filters(), now)

    return load


def _accuracy_of(days: int) -> Step:
    def load(session: Session, office: Office, now: datetime) -> None:
        accuracy.of_office(session, office, _days(office, day_of(now, office.zone), days), now)

    return load


def _questions(session: Session, office: Office, now: datetime) -> None:
    today = day_of(now, office.zone)
    ended = finality.ended_part(_days(office, today, _QUARTER), today)
    if ended is not None:
        monitoring.asked(session, office, ended, Filters())


def _satisfaction(session: Session, office: Office, now: datetime) -> None:
    """Of the year up to yesterday, as the public promise has it."""
    last = day_of(now, office.zone) - timedelta(days=1)
    results.result_of_office(session, office, _days(office, last, _YEAR), now)


_STEPS: Sequence[Step] = (
    _overview,
    *(made(days) for days in (30, _QUARTER) for made in (_figures_of, _occupancy_of, _accuracy_of)),
    _questions,
    _satisfaction,
)

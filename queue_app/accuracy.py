"""READ: the accuracy of information in a period, for the office and its officers (``metrics.accuracy``): from the
log, the survey's question and the complaints that were upheld. Only days that are over. Nothing here changes anything.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.accuracy import OFFICER_PARTS, REWORK_WITHIN, Accuracy, Count, Part, accuracy, counted, counted_by_officer
from metrics.periods import Period, day_of, day_start
from metrics.visit_table import NEVER, NOBODY, VisitTable, between
from queue_app import finality, visit_days
from queue_app.complaints import figures
from queue_app.models import Office, Question, Subject, User
from queue_app.survey import results


@dataclass(frozen=True, slots=True)
class Accuracies:
    """Of the office, and of each officer with finished services in the period, by user name."""

    office: Accuracy
    officers: Mapping[str, Accuracy]


def of_office(session: Session, office: Office, period: Period, now: datetime) -> Accuracy:
    """The office's figure alone."""
    read = _read(session, office, period, now)
    return _of_office(session, office, read, now) if read else accuracy({})


def load(session: Session, office: Office, period: Period, now: datetime) -> Accuracies:
    """One reading of the legs, from the period to the end of the time for coming back."""
    read = _read(session, office, period, now)
    if read is None:
        return Accuracies(accuracy({}), {})
    answers = results.of_officers(session, office, read.period, now)
    officers = {}
    for name, counts in read.counted.by_officer.items():
        n = read.counted.finished.get(name, 0)
        if n:
            more = {
                Part.INFORMATION: answers[name].informed if name in answers else None,
                Part.COMPLAINTS: _complaints(read.upheld.get(name, 0), n),
            }
            officers[name] = accuracy({**counts, **more}, OFFICER_PARTS)
    return Accuracies(_of_office(session, office, read, now), officers)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What the legs tell. ``finished``: how many services of each officer ended in the period; None: of nobody's."""

    office: Mapping[Part, Count | None]
    by_officer: Mapping[str, Mapping[Part, Count | None]]
    finished: Mapping[str | None, int]


@dataclass(frozen=True, slots=True)
class _Read:
    """``period``: the part that is over. ``upheld``: how many complaints about information of its visits were upheld,
    wholly or partly, by officer."""

    period: Period
    counted: _Counted
    upheld: Mapping[str | None, int]


def _read(session: Session, office: Office, period: Period, now: datetime) -> _Read | None:
    """Whoever comes back today is counted tomorrow: only days that are over say anything."""
    today = day_of(now, office.zone)
    ended = finality.ended_part(period, today)
    if ended is None:
        return None
    reach = replace(ended, end_day=min(ended.end_day + REWORK_WITHIN, today - timedelta(days=1)))
    reading = visit_days.read(session, office, reach)
    midnight = day_start(today, office.zone)

    def count() -> _Counted:
        visits = reading.whole().visits
        return _Counted(
            counted(visits, ended, midnight), counted_by_officer(visits, ended, midnight), _finished(visits, ended)
        )

    found = reading.of_past(reach.end_day, ("accuracy", ended, midnight), count)
    return _Read(ended, found, _upheld(session, office, ended))


def _of_office(session: Session, office: Office, read: _Read, now: datetime) -> Accuracy:
    more = {
        Part.INFORMATION: results.good(session, office, Question.INFORMATION, read.period, now),
        Part.COMPLAINTS: _complaints(sum(read.upheld.values()), sum(read.counted.finished.values())),
    }
    return accuracy({**read.counted.office, **more})


def _upheld(session: Session, office: Office, period: Period) -> Mapping[str | None, int]:
    names = dict(session.execute(select(User.id, User.username)).all())
    count: Counter[str | None] = Counter()
    for (_, officer_id), found in figures.outcomes(session, office, period, {Subject.INFORMATION}).items():
        count[names[officer_id] if officer_id is not None else None] += found.upheld + found.partly
    return count


def _finished(visits: VisitTable, period: Period) -> Mapping[str | None, int]:
    chosen = visits.end.are("finished") & (visits.finished_at != NEVER) & between(visits.finished_at, period)
    codes, counts = np.unique(visits.officer.codes[chosen], return_counts=True)
    known = visits.officer.known
    return {None if code == NOBODY else known[code]: n for code, n in zip(codes.tolist(), counts.tolist(), strict=True)}


def _complaints(upheld: int, n: int) -> Count | None:
    return Count(min(upheld, n), n) if n else None

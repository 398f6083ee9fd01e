"""READ: the accuracy of information in a period, for the office and its officers (``metrics.accuracy``): from the
log, the survey's question and the complaints that were upheld. Only days that are over. Nothing here changes anything.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.accuracy import OFFICER_PARTS, REWORK_WITHIN, Accuracy, Count, Part, accuracy, counted
from metrics.periods import Period, day_of
from metrics.visit import Visit
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
    for name, n in read.finished.items():
        if name is not None:
            own = [visit for visit in read.visits if visit.officer == name or visit.again_of is not None]
            counts = counted(own, read.period, now, name) | {
                Part.INFORMATION: answers[name].informed if name in answers else None,
                Part.COMPLAINTS: _complaints(read.upheld.get(name, 0), n),
            }
            officers[name] = accuracy(counts, OFFICER_PARTS)
    return Accuracies(_of_office(session, office, read, now), officers)


@dataclass(frozen=True, slots=True)
class _Read:
    """``period``: the part that is over. ``finished``: how many services of each officer ended in it; ``upheld``: how
    many complaints about information of its visits were upheld, wholly or partly, by officer."""

    period: Period
    visits: Sequence[Visit]
    finished: Counter[str | None]
    upheld: Mapping[str | None, int]


def _read(session: Session, office: Office, period: Period, now: datetime) -> _Read | None:
    ended = finality.ended_part(period, day_of(now, office.zone))
    if ended is None:
        return None
    reach = replace(ended, end_day=min(ended.end_day + REWORK_WITHIN, day_of(now, office.zone)))
    visits = list(visit_days.visits(session, office, reach))
    return _Read(ended, visits, _finished(visits, ended), _upheld(session, office, ended))


def _of_office(session: Session, office: Office, read: _Read, now: datetime) -> Accuracy:
    return accuracy(
        counted(read.visits, read.period, now)
        | {
            Part.INFORMATION: results.good(session, office, Question.INFORMATION, read.period, now),
            Part.COMPLAINTS: _complaints(sum(read.upheld.values()), sum(read.finished.values())),
        }
    )


def _upheld(session: Session, office: Office, period: Period) -> Mapping[str | None, int]:
    names = dict(session.execute(select(User.id, User.username)).all())
    count: Counter[str | None] = Counter()
    for (_, officer_id), found in figures.outcomes(session, office, period, {Subject.INFORMATION}).items():
        count[names[officer_id] if officer_id is not None else None] += found.upheld + found.partly
    return count


def _finished(visits: Sequence[Visit], period: Period) -> Counter[str | None]:
    start, end = period.bounds
    return Counter(
        visit.officer
        for visit in visits
        if visit.end == "finished" and visit.finished_at is not None and start <= visit.finished_at < end
    )


def _complaints(upheld: int, n: int) -> Count | None:
    return Count(min(upheld, n), n) if n else None

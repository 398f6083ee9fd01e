"""READ: the accuracy of information in a period, for the office and its officers (``metrics.accuracy``): from the
log, the survey's question and the complaints that were upheld. Only days that are over. Nothing here changes anything.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.accuracy import OFFICER_PARTS, REWORK_WITHIN, Accuracy, Count, Part, accuracy, counted
from metrics.periods import Period, day_of
from metrics.visit import Visit
from queue_app import finality, history
from queue_app.complaints import figures
from queue_app.models import Office, Question, Subject, User
from queue_app.survey import results


@dataclass(frozen=True, slots=True)
class Accuracies:
    """Of the office, and of each officer with finished services in the period, by user name."""

    office: Accuracy
    officers: Mapping[str, Accuracy]


def load(session: Session, office: Office, period: Period, now: datetime) -> Accuracies:
    """One reading of the log, from the period to the end of the time for coming back."""
    ended = finality.ended_part(period, day_of(now, office.zone))
    if ended is None:
        return Accuracies(accuracy({}), {})
    visits = history.visits(session, office, replace(ended, end_day=ended.end_day + REWORK_WITHIN))
    finished = _finished(visits, ended)
    upheld = _upheld(session, office, ended)
    answers = results.of_officers(session, office, ended, now)
    information = results.good(session, office, Question.INFORMATION, ended, now)
    whole = counted(visits, ended, now) | {
        Part.INFORMATION: information,
        Part.COMPLAINTS: _complaints(upheld, None, sum(finished.values())),
    }
    officers = {}
    for name, n in finished.items():
        if name is not None:
            counts = counted(visits, ended, now, name) | {
                Part.INFORMATION: answers[name].informed if name in answers else None,
                Part.COMPLAINTS: _complaints(upheld, name, n),
            }
            officers[name] = accuracy(counts, OFFICER_PARTS)
    return Accuracies(accuracy(whole), officers)


def _finished(visits: list[Visit], period: Period) -> Counter[str | None]:
    """How many services of each officer ended in the period."""
    start, end = period.bounds
    return Counter(
        visit.officer
        for visit in visits
        if visit.end == "finished" and visit.finished_at is not None and start <= visit.finished_at < end
    )


def _complaints(upheld: Counter[str | None] | None, officer: str | None, n: int) -> Count | None:
    if upheld is None or not n:
        return None
    wrong = sum(upheld.values()) if officer is None else upheld[officer]
    return Count(min(wrong, n), n)


def _upheld(session: Session, office: Office, period: Period) -> Counter[str | None] | None:
    """Complaints about information of the period's visits that were upheld, wholly or partly, by officer; None while
    no complaint about these visits was decided.
    """
    if not any(outcome.decided for outcome in figures.outcomes(session, office, period).values()):
        return None
    names: dict[int, str] = dict(
        session.execute(select(User.id, User.username).where(User.office_id == office.id)).tuples().all()
    )
    upheld: Counter[str | None] = Counter()
    for (_, officer_id), outcome in figures.outcomes(session, office, period, {Subject.INFORMATION}).items():
        upheld[names.get(officer_id) if officer_id else None] += outcome.upheld + outcome.partly
    return upheld

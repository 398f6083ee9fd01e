"""READ the survey's answers, no more of them than the blocks of a period hang on (``metrics.disclosure``)."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol, TypeVar

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from metrics import disclosure
from metrics.periods import day_of, day_start
from queue_app.models import Feedback, Office, Question, SurveyForm
from queue_app.visit_days import FIGURES

LOOK_BACK = (31, 124, 496)
"""So many days before a period are read, then more, until its blocks are known; after these, everything."""


class Answer(Protocol):
    """Given on a day, about a service and an officer."""

    @property
    def day(self) -> date: ...
    @property
    def service_id(self) -> int: ...
    @property
    def officer_id(self) -> int | None: ...


class Form(NamedTuple):
    """A whole survey."""

    day: date
    service_id: int
    officer_id: int | None
    answers: Mapping[str, int]
    about: Mapping[str, str]


class Said(NamedTuple):
    """An answer to one of the two questions."""

    day: date
    service_id: int
    officer_id: int | None
    value: int


A = TypeVar("A", bound=Answer)

Read = Callable[[date | None, ColumnElement[bool]], list[A]]
"""The answers from a day on (None: from the first answer on) that fulfil a condition."""


def near(read: Callable[[date | None], list[A]], first: date) -> list[A]:
    """Of what ``read`` finds from a day on (None: from the first answer on), enough to know all blocks that begin on
    ``first`` or later, as if everything had been read. Nothing when no block can begin there."""
    for days in LOOK_BACK:
        found = read(first - timedelta(days=days))
        if sum(form.day >= first for form in found) < disclosure.LEAST:
            return []
        settled = disclosure.settled(form.day for form in found)
        if settled is not None and settled < first:
            return [form for form in found if form.day > settled]
    return read(None)


def near_each(
    read: Read[A], first: date, column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None], name: str
) -> dict[int, list[A]]:
    """``near`` of each service or officer that somebody answered about: one reading for all, and more only of those
    for whom it is not enough."""
    since = first - timedelta(days=LOOK_BACK[0])
    groups: defaultdict[int, list[A]] = defaultdict(list)
    for answer in read(since, true()):
        of = getattr(answer, name)
        if of is not None:
            groups[of].append(answer)

    def of_one(key: int) -> list[A]:
        return near(lambda day: groups[key] if day == since else read(day, column == key), first)

    return {key: of_one(key) for key in groups}


def forms(session: Session, office: Office, last: date) -> Read[Form]:
    """All complete ones of the sample, up to a day."""

    def read(since: date | None, chosen: ColumnElement[bool]) -> list[Form]:
        rows = session.execute(
            select(
                SurveyForm.completed_at,
                SurveyForm.service_id,
                SurveyForm.officer_id,
                SurveyForm.answers,
                SurveyForm.about,
            )
            .where(
                SurveyForm.office_id == office.id,
                SurveyForm.completed_at.is_not(None),
                SurveyForm.is_asked,
                chosen,
                *_days(SurveyForm.completed_at, office, since, last),
            )
            .order_by(SurveyForm.completed_at)
        )
        return [
            Form(day_of(at, office.zone), service, officer, answers, about)
            for at, service, officer, answers, about in rows
            if at is not None
        ]

    return read


def extent(session: Session, office: Office, last: date) -> tuple[int, datetime | None]:
    """Which forms are complete up to a day that is over: their number, and when the latest was completed. Forms are
    only added, and what was answered is never changed."""
    which = SurveyForm.office_id == office.id, *_days(SurveyForm.completed_at, office, None, last)
    count, latest = session.execute(select(func.count(), func.max(SurveyForm.completed_at)).where(*which)).one()
    return count, latest


def said(session: Session, office: Office, question: Question, last: date) -> Read[Said]:
    """The answers to one of the two questions up to ``last``, a day that is over."""
    value = Feedback.answers[question.value].as_integer()

    def read(since: date | None, chosen: ColumnElement[bool]) -> list[Said]:
        which = [Feedback.office_id == office.id, chosen, *_days(Feedback.created_at, office, since, last)]

        def make() -> list[Said]:
            rows = session.execute(
                select(Feedback.created_at, Feedback.service_id, Feedback.officer_id, value)
                .where(*which, value.is_not(None))
                .order_by(Feedback.created_at)
            )
            return [Said(day_of(at, office.zone), service, officer, given) for at, service, officer, given in rows]

        # Answers are only added, never changed: their number and the newest say which they are.
        count, newest = session.execute(select(func.count(), func.max(Feedback.id)).where(*which)).one()
        of = str(chosen.compile(compile_kwargs={"literal_binds": True}))
        return FIGURES.remembered(session, ("said", office.id, question, since, last, of, count, newest), make)

    return read


def _days(
    column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    office: Office,
    since: date | None,
    last: date,
) -> list[ColumnElement[bool]]:
    until = column < day_start(last + timedelta(days=1), office.zone)
    return [until] if since is None else [until, column >= day_start(since, office.zone)]

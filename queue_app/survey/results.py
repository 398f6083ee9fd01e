"""READ: what the survey says of a period, for an office, its services and an officer, so that nobody who answered is
known by it (``metrics.disclosure``). Days that are not over are in nothing. Nothing here changes anything.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from metrics import disclosure
from metrics.accuracy import Count
from metrics.periods import Period, day_of, day_start
from metrics.satisfaction import Satisfaction, sample_needed, satisfaction
from queue_app.lifecycle import TicketState
from queue_app.models import Channel, Feedback, Office, Question, Service, SurveyForm, Ticket, User
from queue_app.survey import sample
from queue_app.survey.form import ABOUT

CONTENT = 3
"""An answer from here on is a good one: 3 good, 4 very good."""
LOOK_BACK = (31, 124, 496)
"""So many days before a period are read, then more, until its blocks are known; after these, everything."""


@dataclass(frozen=True, slots=True)
class Response:
    """Of the period's ``visits`` so many were ``asked`` for the whole survey, so many began and finished it.
    ``needed``: how many answers the visits need (Krejcie and Morgan)."""

    visits: int
    asked: int
    begun: int
    completed: int

    @property
    def needed(self) -> int:
        return sample_needed(self.visits)

    @property
    def unanswered(self) -> int:
        return self.asked - self.completed


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service's result; None where too few answered, or where it would tell of few others."""

    service: Service
    result: Satisfaction | None


@dataclass(frozen=True, slots=True)
class Results:
    """``result`` None: too few answers, or none. ``waiting``: answers of the period that wait for company. ``about``:
    how many of those in ``result`` said what of themselves, by attribute and value; None: too few to say."""

    period: Period
    result: Satisfaction | None
    waiting: int
    services: Sequence[ServiceRow]
    response: Response
    about: Mapping[str, Mapping[str, int | None]]


@dataclass(frozen=True, slots=True)
class Own:
    """An officer's: the result of the whole survey, and the good answers to the two questions; None: too few."""

    result: Satisfaction | None
    content: Count | None
    informed: Count | None


class _Form(NamedTuple):
    day: date
    service_id: int
    officer_id: int | None
    answers: Mapping[str, int]
    about: Mapping[str, str]


def of_office(session: Session, office: Office, period: Period, now: datetime) -> Results:
    """Everything that a page of the survey shows."""
    forms = _forms(session, office)
    last = _last_day(office, period, now)
    shown = _released(forms, period.start_day, last)
    result = satisfaction([form.answers for form in shown])
    given = [form for form in forms if period.start_day <= form.day <= last]
    return Results(
        period=period,
        result=result,
        waiting=len(given) - len(shown),
        services=_services(session, office, forms, period.start_day, last, len(shown)),
        response=_response(session, office, period),
        about=_about(shown),
    )


def result_of_office(session: Session, office: Office, period: Period, now: datetime) -> Satisfaction | None:
    """The IKM alone."""
    last = _last_day(office, period, now)
    return satisfaction([form.answers for form in _released(_forms(session, office), period.start_day, last)])


def own(session: Session, officer: User, period: Period, now: datetime) -> Own:
    """An officer's own. Costs the same with a long history: only what decides the period's blocks is read."""
    office = officer.office
    first, last = period.start_day, _last_day(office, period, now)

    @cache
    def short(since: date | None) -> list[_Form]:
        return _short(session, office, officer.id, since, last)

    def good_answers(question: Question) -> Count | None:
        def said(since: date | None) -> list[_Form]:
            return [answer for answer in short(since) if question.value in answer.answers]

        return _good(_near(said, first), question, first, last)

    forms = _near(lambda since: _forms(session, office, officer.id, since, last), first)
    return Own(
        result=satisfaction([form.answers for form in _released(forms, first, last)]),
        content=good_answers(Question.SATISFACTION),
        informed=good_answers(Question.INFORMATION),
    )


def _near(read: Callable[[date | None], list[_Form]], first: date) -> list[_Form]:
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


def of_officers(session: Session, office: Office, period: Period, now: datetime) -> Mapping[str, Own]:
    """Of everybody of the office with an answer, by user name."""
    last = _last_day(office, period, now)
    names = dict(session.execute(select(User.id, User.username)).all())
    forms, short = _forms(session, office), _short(session, office)
    found = {}
    for officer_id in {form.officer_id for form in forms} | {answer.officer_id for answer in short}:
        if officer_id is not None:
            theirs = [form for form in forms if form.officer_id == officer_id]
            two = [answer for answer in short if answer.officer_id == officer_id]
            found[names[officer_id]] = _own(theirs, two, period.start_day, last)
    return found


def _own(forms: Sequence[_Form], short: Sequence[_Form], first: date, last: date) -> Own:
    return Own(
        result=satisfaction([form.answers for form in _released(forms, first, last)]),
        content=_good(short, Question.SATISFACTION, first, last),
        informed=_good(short, Question.INFORMATION, first, last),
    )


def said_of_officers(
    session: Session, office: Office, question: Question, period: Period, now: datetime
) -> Mapping[int, Sequence[int]]:
    """The answers to one of the two questions, by the officer's id, as far as they may be shown."""
    by_officer: defaultdict[int, list[_Form]] = defaultdict(list)
    for answer in _short(session, office):
        if answer.officer_id is not None and question.value in answer.answers:
            by_officer[answer.officer_id].append(answer)
    last = _last_day(office, period, now)
    return {
        officer_id: [one.answers[question.value] for one in _released(answers, period.start_day, last)]
        for officer_id, answers in by_officer.items()
    }


def good(session: Session, office: Office, question: Question, period: Period, now: datetime) -> Count | None:
    """The office's answers to one of the two questions: those that were not good, of all. None: too few."""
    return _good(_short(session, office), question, period.start_day, _last_day(office, period, now))


def _good(answers: Sequence[_Form], question: Question, first: date, last: date) -> Count | None:
    said = [answer for answer in answers if question.value in answer.answers]
    shown = _released(said, first, last)
    wrong = sum(answer.answers[question.value] < CONTENT for answer in shown)
    return Count(wrong, len(shown)) if shown else None


def _last_day(office: Office, period: Period, now: datetime) -> date:
    return min(period.end_day, day_of(now, office.zone) - timedelta(days=1))


def _released(forms: Sequence[_Form], first: date, last: date) -> list[_Form]:
    """Those in whole blocks inside the days; blocks begin with the first answer there ever was."""
    inside = disclosure.within(disclosure.blocks((form.day for form in forms), last), first, last)
    days = {day for day in {form.day for form in forms} if disclosure.holds(inside, day)}
    return [form for form in forms if form.day in days]


def _forms(
    session: Session, office: Office, officer_id: int | None = None, since: date | None = None, last: date | None = None
) -> list[_Form]:
    """All complete ones of the sample (of one officer, or all), of the days ``since`` to ``last``."""
    rows = session.execute(
        select(
            SurveyForm.completed_at, SurveyForm.service_id, SurveyForm.officer_id, SurveyForm.answers, SurveyForm.about
        )
        .where(
            SurveyForm.office_id == office.id,
            SurveyForm.completed_at.is_not(None),
            SurveyForm.is_asked,
            SurveyForm.officer_id == officer_id if officer_id is not None else true(),
            SurveyForm.completed_at >= day_start(since, office.zone) if since else true(),
            SurveyForm.completed_at < day_start(last + timedelta(days=1), office.zone) if last else true(),
        )
        .order_by(SurveyForm.completed_at)
    )
    return [
        _Form(day_of(at, office.zone), service, officer, answers, about)
        for at, service, officer, answers, about in rows
        if at is not None
    ]


def _short(
    session: Session, office: Office, officer_id: int | None = None, since: date | None = None, last: date | None = None
) -> list[_Form]:
    zone = office.zone
    rows = session.execute(
        select(Feedback.created_at, Feedback.service_id, Feedback.officer_id, Feedback.answers)
        .where(
            Feedback.office_id == office.id,
            Feedback.officer_id == officer_id if officer_id is not None else true(),
            Feedback.created_at >= day_start(since, zone) if since else true(),
            Feedback.created_at < day_start(last + timedelta(days=1), zone) if last else true(),
        )
        .order_by(Feedback.created_at)
    )
    return [_Form(day_of(at, zone), service, officer, said, {}) for at, service, officer, said in rows]


def _services(
    session: Session, office: Office, forms: Sequence[_Form], first: date, last: date, total: int
) -> list[ServiceRow]:
    """Every service that is offered or has answers, a past one too, by its present name."""
    services = session.scalars(select(Service).where(Service.office_id == office.id).order_by(Service.code)).all()
    shown = {
        service.code: _released([form for form in forms if form.service_id == service.id], first, last)
        for service in services
    }
    away = disclosure.hidden({code: len(of_service) for code, of_service in shown.items()}, total)
    return [
        ServiceRow(
            service,
            None if service.code in away else satisfaction([form.answers for form in shown[service.code]]),
        )
        for service in services
        if service.active or shown[service.code]
    ]


def _response(session: Session, office: Office, period: Period) -> Response:
    """By the day of the visit. Past records that were imported could not be asked."""
    served = session.execute(
        select(Ticket.public_id, Ticket.day).where(
            Ticket.office_id == office.id,
            Ticket.day.between(period.start_day, period.end_day),
            Ticket.state == TicketState.SERVED,
            Ticket.channel != Channel.IMPORTED,
        )
    ).all()
    shares = sample.shares(session, office.id)
    percents = {day: sample.percent_on(shares, day) for day in {day for _, day in served}}
    forms = session.execute(
        select(SurveyForm.completed_at)
        .join(Ticket, Ticket.id == SurveyForm.ticket_id)
        .where(
            SurveyForm.office_id == office.id,
            SurveyForm.is_asked,
            Ticket.day.between(period.start_day, period.end_day),
        )
    ).all()
    return Response(
        visits=len(served),
        asked=sum(sample.is_below(public_id, percents[day]) for public_id, day in served),
        begun=len(forms),
        completed=sum(completed_at is not None for (completed_at,) in forms),
    )


def _about(shown: Sequence[_Form]) -> Mapping[str, Mapping[str, int | None]]:
    """Counts under the least are hidden, with the smallest other one where a subtraction would tell them."""
    found = {}
    for name, values in ABOUT.items():
        count = Counter(form.about[name] for form in shown if name in form.about)
        said = {value: count[value] for value in values}
        said[""] = len(shown) - sum(said.values())
        away = disclosure.hidden(said, len(shown))
        found[name] = {value: None if value in away else n for value, n in said.items()}
    return found

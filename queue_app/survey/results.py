"""READ: what the survey says of a period, for an office, its services and an officer, so that nobody who answered is
known by it (``metrics.disclosure``). Days that are not over are in nothing. Nothing here changes anything.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from metrics import disclosure
from metrics.accuracy import Count
from metrics.periods import Period, day_of
from metrics.satisfaction import Satisfaction, satisfaction
from queue_app.models import Feedback, Office, Question, Service, SurveyForm, User
from queue_app.survey import reading
from queue_app.survey.form import ABOUT
from queue_app.survey.reading import A, Form, Read, Said
from queue_app.survey.response import Response, response
from queue_app.visit_days import FIGURES

CONTENT = 3
"""An answer from here on is a good one: 3 good, 4 very good."""


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


@dataclass(frozen=True, slots=True)
class _Told:
    """What the forms of a period tell. ``services``: those with answers, by code."""

    result: Satisfaction | None
    waiting: int
    services: Mapping[str, Satisfaction | None]
    about: Mapping[str, Mapping[str, int | None]]


def of_office(session: Session, office: Office, period: Period, now: datetime) -> Results:
    """Everything that a page of the survey shows. What the forms tell is remembered: a large office has thousands."""
    first, last = period.start_day, _last_day(office, period, now)
    services = session.scalars(select(Service).where(Service.office_id == office.id).order_by(Service.code)).all()

    def make() -> _Told:
        read = reading.forms(session, office, last)
        shown = _released(reading.near(lambda since: read(since, true()), first), first, last)
        return _Told(
            result=satisfaction([form.answers for form in shown]),
            waiting=len(read(first, true())) - len(shown),
            services=_services(read, services, first, last, len(shown)),
            about=_about(shown),
        )

    codes = tuple((service.id, service.code) for service in services)
    key = ("survey", office.id, office.timezone, first, last, codes, *reading.extent(session, office, last))
    told = FIGURES.remembered(session, key, make)
    return Results(
        period=period,
        result=told.result,
        waiting=told.waiting,
        services=[
            ServiceRow(service, told.services.get(service.code))
            for service in services  # a past one too, if it has answers
            if service.active or service.code in told.services
        ],
        response=response(session, office, period, now),
        about=told.about,
    )


def result_of_office(session: Session, office: Office, period: Period, now: datetime) -> Satisfaction | None:
    """The IKM alone. It is remembered: everybody who looks at what the office promises asks for that of a year."""
    first, last = period.start_day, _last_day(office, period, now)

    def make() -> tuple[Satisfaction | None]:
        read = reading.forms(session, office, last)
        found = reading.near(lambda since: read(since, true()), first)
        return (satisfaction([form.answers for form in _released(found, first, last)]),)

    key = ("result", office.id, office.timezone, first, last, *reading.extent(session, office, last))
    (result,) = FIGURES.remembered(session, key, make)
    return result


def own(session: Session, officer: User, period: Period, now: datetime) -> Own:
    """An officer's own."""
    office = officer.office
    first, last = period.start_day, _last_day(office, period, now)
    read_forms = reading.forms(session, office, last)
    forms = reading.near(lambda since: read_forms(since, SurveyForm.officer_id == officer.id), first)

    def good_answers(question: Question) -> Count | None:
        read = reading.said(session, office, question, last)
        found = reading.near(lambda since: read(since, Feedback.officer_id == officer.id), first)
        return _good(found, first, last)

    return Own(
        result=satisfaction([form.answers for form in _released(forms, first, last)]),
        content=good_answers(Question.SATISFACTION),
        informed=good_answers(Question.INFORMATION),
    )


def of_officers(session: Session, office: Office, period: Period, now: datetime) -> Mapping[str, Own]:
    """Of everybody of the office with an answer in the period, by user name."""
    first, last = period.start_day, _last_day(office, period, now)
    names = dict(session.execute(select(User.id, User.username)).all())
    forms = reading.near_each(reading.forms(session, office, last), first, SurveyForm.officer_id, "officer_id")
    content, informed = (
        reading.near_each(reading.said(session, office, question, last), first, Feedback.officer_id, "officer_id")
        for question in (Question.SATISFACTION, Question.INFORMATION)
    )
    return {
        names[officer]: Own(
            result=satisfaction([form.answers for form in _released(forms.get(officer, ()), first, last)]),
            content=_good(content.get(officer, ()), first, last),
            informed=_good(informed.get(officer, ()), first, last),
        )
        for officer in forms.keys() | content.keys() | informed.keys()
    }


def said_of_officers(
    session: Session, office: Office, question: Question, period: Period, now: datetime
) -> Mapping[int, Sequence[int]]:
    """The answers to one of the two questions, by the officer's id, as far as they may be shown."""
    first, last = period.start_day, _last_day(office, period, now)
    found = reading.near_each(reading.said(session, office, question, last), first, Feedback.officer_id, "officer_id")
    return {officer: [one.value for one in _released(answers, first, last)] for officer, answers in found.items()}


def good(session: Session, office: Office, question: Question, period: Period, now: datetime) -> Count | None:
    """The office's answers to one of the two questions: those that were not good, of all. None: too few."""
    first, last = period.start_day, _last_day(office, period, now)
    read = reading.said(session, office, question, last)
    return _good(reading.near(lambda since: read(since, true()), first), first, last)


def _good(answers: Sequence[Said], first: date, last: date) -> Count | None:
    shown = _released(answers, first, last)
    return Count(sum(answer.value < CONTENT for answer in shown), len(shown)) if shown else None


def _last_day(office: Office, period: Period, now: datetime) -> date:
    return min(period.end_day, day_of(now, office.zone) - timedelta(days=1))


def _released(answers: Sequence[A], first: date, last: date) -> list[A]:
    """Those in whole blocks inside the days; blocks begin with the first answer there ever was."""
    inside = disclosure.within(disclosure.blocks((answer.day for answer in answers), last), first, last)
    days = {day for day in {answer.day for answer in answers} if disclosure.holds(inside, day)}
    return [answer for answer in answers if answer.day in days]


def _services(
    read: Read[Form], services: Sequence[Service], first: date, last: date, total: int
) -> Mapping[str, Satisfaction | None]:
    """The result of every service that has answers, by its present code."""
    forms = reading.near_each(read, first, SurveyForm.service_id, "service_id")
    shown = {service.code: _released(forms.get(service.id, ()), first, last) for service in services}
    away = disclosure.hidden({code: len(of_service) for code, of_service in shown.items()}, total)
    return {
        code: None if code in away else satisfaction([form.answers for form in of_service])
        for code, of_service in shown.items()
        if of_service
    }


def _about(shown: Sequence[Form]) -> Mapping[str, Mapping[str, int | None]]:
    """Counts under the least are hidden, with the smallest other one where a subtraction would tell them."""
    found = {}
    for name, values in ABOUT.items():
        count = Counter(form.about[name] for form in shown if name in form.about)
        said = {value: count[value] for value in values}
        said[""] = len(shown) - sum(said.values())
        away = disclosure.hidden(said, len(shown))
        found[name] = {value: None if value in away else n for value, n in said.items()}
    return found

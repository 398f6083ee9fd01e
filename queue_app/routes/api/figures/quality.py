"""Satisfaction and the accuracy of information, for a supervisor's program; figures with numbers and intervals."""

from http import HTTPMethod

from metrics.satisfaction import Satisfaction
from queue_app import accuracy, clock, opening
from queue_app.extensions import database
from queue_app.models import User
from queue_app.routes.api.figures import quality_answers as answers
from queue_app.routes.api.figures.asked import AskedShare, PeriodQuery
from queue_app.routes.api.figures.figure_answers import Period
from queue_app.routes.api.figures.metrics import period_of
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.own_office import own_office, own_user
from queue_app.routes.api.refusals import READ, WRITE
from queue_app.survey import results, sample

_TAG = "metrics"
_REFUSALS = (*READ, "other_office", "bad_period")


@operation(
    HTTPMethod.GET,
    "/api/v1/offices/{office}/metrics/satisfaction",
    tag=_TAG,
    answer=answers.SatisfactionAnswer,
    refusals=_REFUSALS,
)
def satisfaction_metrics(office: str, query: PeriodQuery, caller: Caller) -> answers.SatisfactionAnswer:
    """Public satisfaction (IKM, Permenpan RB 14/2017) of the period, as the page shows it.

    Nothing is told of so few that somebody could be known by it.
    """
    now = clock.now()
    with database().figures() as session:
        here = own_office(session, office, caller)
        period = period_of(query, here)
        found = results.of_office(session, here, period, now)
        shares, today = sample.shares(session, here.id), opening.local_day(here, now)
        coming = shares[-1] if shares and shares[-1].from_day > today else None
        return answers.SatisfactionAnswer(
            office=office,
            period=Period(first=period.start_day, last=period.end_day),
            result=satisfaction_figures(found.result),
            waiting=found.waiting,
            services=[
                answers.ServiceSatisfaction(service=row.service.code, result=satisfaction_figures(row.result))
                for row in found.services
            ],
            response=answers.ResponseFigures.model_validate(found.response),
            about={name: dict(counts) for name, counts in found.about.items()},
            percent=sample.percent_on(shares, today),
            coming=answers.ShareSet.model_validate(coming) if coming else None,
        )


@operation(
    HTTPMethod.GET,
    "/api/v1/offices/{office}/metrics/accuracy",
    tag=_TAG,
    answer=answers.AccuracyAnswer,
    refusals=_REFUSALS,
)
def accuracy_metrics(office: str, query: PeriodQuery, caller: Caller) -> answers.AccuracyAnswer:
    """The accuracy of information in the period, with the parts it is made of; only of days that are over."""
    with database().figures() as session:
        here = own_office(session, office, caller)
        period = period_of(query, here)
        found = accuracy.of_office(session, here, period, clock.now())
    return answers.AccuracyAnswer(
        office=office,
        period=Period(first=period.start_day, last=period.end_day),
        value=found.value,
        low=found.low,
        high=found.high,
        known=found.known,
        parts=[
            answers.AccuracyPart(
                part=one.part.value,
                wrong=one.wrong,
                n=one.n,
                right=one.right,
                low=one.low,
                high=one.high,
                weight=one.weight,
            )
            for one in found.components
        ],
    )


@operation(
    HTTPMethod.POST,
    "/api/v1/offices/{office}/survey-share",
    tag=_TAG,
    answer=answers.ShareSet,
    refusals=(*WRITE, "other_office"),
    example={"percent": 25},
)
def set_survey_share(office: str, body: AskedShare, caller: Caller) -> answers.ShareSet:
    """Which share of the visits is asked for the whole survey, from tomorrow on. Doing it twice is harmless."""
    with database().write() as session:
        who: User = own_user(session, office, caller)
        found = sample.set_share(session, who.office, str(body.percent), clock.now(), who)
        return answers.ShareSet.model_validate(found)


def satisfaction_figures(found: Satisfaction | None) -> answers.SatisfactionFigures | None:
    """A result of the survey; None where too few answered."""
    if found is None:
        return None
    return answers.SatisfactionFigures(
        n=found.n,
        ikm=float(found.ikm),
        low=found.low,
        high=found.high,
        grade=found.grade.value,
        elements=[
            answers.ElementFigures(element=one.name, mean=round(float(one.nrr), 4), points=float(one.ikm))
            for one in found.elements
        ],
    )

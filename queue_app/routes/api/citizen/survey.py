"""The whole survey of a finished visit, for the citizen's program."""

from datetime import date
from http import HTTPMethod

from sqlalchemy.orm import Session

from queue_app import booking, clock
from queue_app.extensions import database
from queue_app.models import Question, SurveyForm, Ticket
from queue_app.routes.api.citizen.asked_after import SurveySent
from queue_app.routes.api.frame.fields import Answer, example
from queue_app.routes.api.frame.operation import operation
from queue_app.routes.api.refusals import READ, WRITE
from queue_app.survey import form, sample
from queue_app.survey.window import OPEN_FOR

_SURVEY = "/api/v1/tickets/{ticket}/survey"


class SurveyAnswer(Answer):
    """The nine questions of a visit. ``answers`` and ``about`` are what was kept so far; ``left`` the elements without
    an answer. ``asked``: this visit is in the office's sample. Answers are taken until ``open_until``."""

    model_config = example(
        ticket="Yp3xJ0mT1qK8v2Zb4nQw7A",
        questions=["requirements", "procedure"],
        answers={"requirements": 4},
        about={"sex": "female"},
        left=["procedure"],
        complete=False,
        asked=True,
        open_until="2026-12-08",
    )

    ticket: str
    questions: list[str]
    answers: dict[str, int]
    about: dict[str, str]
    left: list[str]
    complete: bool
    asked: bool
    open_until: date


@operation(HTTPMethod.GET, _SURVEY, tag="feedback", answer=SurveyAnswer, refusals=READ)
def get_survey(ticket: str) -> SurveyAnswer:
    """The whole survey of a visit: its nine questions, and what was answered so far."""
    with database().read() as session:
        found = booking.find(session, ticket)
        return _survey(session, found, form.of_ticket(session, found))


@operation(
    HTTPMethod.POST,
    _SURVEY,
    tag="feedback",
    answer=SurveyAnswer,
    refusals=(*WRITE, "not_served_yet", "feedback_over", "no_answer"),
    example={"answers": {"requirements": 4, "procedure": 3}, "about": {"sex": "female"}},
)
def answer_survey(ticket: str, body: SurveySent) -> SurveyAnswer:
    """Answer the whole survey of a finished visit, or go on with it.

    What is sent is kept beside what was; with the ninth answer it is complete and stays as it is.
    """
    answers = {Question(name): grade for name, grade in body.answers.model_dump(exclude_none=True).items()}
    with database().write() as session:
        found = booking.find(session, ticket, for_change=True)
        kept = form.keep(session, found, answers, body.about.model_dump(exclude_none=True), clock.now())
        return _survey(session, found, kept)


def _survey(session: Session, ticket: Ticket, kept: SurveyForm | None) -> SurveyAnswer:
    answers = dict(kept.answers) if kept is not None else {}
    return SurveyAnswer(
        ticket=ticket.public_id,
        questions=[question.value for question in form.ASKED],
        answers=answers,
        about=dict(kept.about or {}) if kept is not None else {},
        left=[question.value for question in form.ASKED if question.value not in answers],
        complete=kept is not None and kept.completed_at is not None,
        asked=sample.is_asked(session, ticket),
        open_until=ticket.day + OPEN_FOR,
    )

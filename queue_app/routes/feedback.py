"""After the visit: the survey, as a plain form reached from the ticket's page."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response

from queue_app import booking, clock, feedback
from queue_app.errors import N_, Invalid, QueueError
from queue_app.extensions import database, vault
from queue_app.models import Question
from queue_app.survey import form, sample

bp = Blueprint("feedback", __name__, url_prefix="/t")

Page = str | tuple[str, int] | Response

SHORT = (Question.SATISFACTION, Question.INFORMATION)
QUESTIONS: Mapping[Question, str] = {
    Question.SATISFACTION: N_("Seberapa puas Anda dengan pelayanan hari ini?"),
    Question.INFORMATION: N_("Apakah informasi yang Anda terima benar dan jelas?"),
}

SCALE = ((4, N_("Sangat baik")), (3, N_("Baik")), (2, N_("Kurang baik")), (1, N_("Tidak baik")))


@bp.get("/<public_id>/survey")
def survey(public_id: str) -> str:
    return _survey_page(public_id)


@bp.post("/<public_id>/survey")
def survey_submit(public_id: str) -> Page:
    answers = {question: request.form[question.value] for question in SHORT if request.form.get(question.value)}
    try:
        with database().write() as session:
            ticket = booking.find(session, public_id, for_change=True)
            feedback.give(session, vault(), ticket, _read(answers), request.form.get("comment"), clock.now())
            is_asked = sample.is_asked(session, ticket)
    except QueueError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise
        return _survey_page(public_id, error), error.status
    if is_asked:
        return redirect(url_for("survey.show", public_id=public_id), HTTPStatus.SEE_OTHER)
    return redirect(url_for(".thanks", public_id=public_id), HTTPStatus.SEE_OTHER)


@bp.get("/<public_id>/thanks")
def thanks(public_id: str) -> str:
    """What was received about this visit: the confirmation, whenever it is opened."""
    with database().read() as session:
        ticket = booking.find(session, public_id)
        given = feedback.is_given(session, ticket)
        kept = form.of_ticket(session, ticket)
        is_complete = kept is not None and kept.completed_at is not None
        return render_template(
            "feedback/thanks.html",
            office=ticket.office,
            ticket=ticket,
            given=given or is_complete,
            is_asked=given and not is_complete and sample.is_asked(session, ticket),
        )


def _read(answers: Mapping[Question, str]) -> dict[Question, int]:
    """Raises Invalid ``bad_answer`` for what is no number of the scale."""
    if any(text not in {"1", "2", "3", "4"} for text in answers.values()):
        raise Invalid("bad_answer", N_("Jawaban harus 1 sampai 4."))
    return {question: int(text) for question, text in answers.items()}


def _survey_page(public_id: str, refusal: QueueError | None = None) -> str:
    with database().read() as session:
        ticket = booking.find(session, public_id)
        return render_template(
            "feedback/survey.html",
            office=ticket.office,
            ticket=ticket,
            short=[(question, gettext(QUESTIONS[question])) for question in SHORT],
            scale=[(value, gettext(words)) for value, words in SCALE],
            typed=request.form,
            refusal=refusal,
        )

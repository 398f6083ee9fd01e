"""The whole survey of a visit that is in the sample: one plain form of nine questions, kept whenever it is sent."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug import Response

from queue_app import booking, clock
from queue_app.errors import N_, Invalid, QueueError
from queue_app.extensions import database
from queue_app.models import Question, SurveyForm, Ticket
from queue_app.routes import survey_words
from queue_app.survey import form, sample
from queue_app.survey.window import OPEN_FOR

bp = Blueprint("survey", __name__, url_prefix="/t")

Page = str | tuple[str, int] | Response


@bp.get("/<public_id>/survey/full")
def show(public_id: str) -> Page:
    with database().read() as session:
        ticket = booking.find(session, public_id)
        kept = form.of_ticket(session, ticket)
        if kept is None and not sample.is_asked(session, ticket):
            return redirect(url_for("feedback.survey", public_id=public_id))
        if kept is not None and kept.completed_at is not None:
            return redirect(url_for("feedback.thanks", public_id=public_id))
        return _page(ticket, kept)


@bp.post("/<public_id>/survey/full")
def send(public_id: str) -> Page:
    try:
        with database().write() as session:
            ticket = booking.find(session, public_id, for_change=True)
            kept = form.keep(session, ticket, _answers(), _about(), clock.now())
            left = len(form.ASKED) - len(kept.answers)
    except QueueError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise
        with database().read() as session:
            ticket = booking.find(session, public_id)
            return _page(ticket, form.of_ticket(session, ticket), error), error.status
    if not left:
        return redirect(url_for("feedback.thanks", public_id=public_id), HTTPStatus.SEE_OTHER)
    flash(ngettext("Tersimpan. Tinggal %(num)s pertanyaan.", "Tersimpan. Tinggal %(num)s pertanyaan.", left), "success")
    return redirect(url_for(".show", public_id=public_id), HTTPStatus.SEE_OTHER)


def _answers() -> dict[Question, int]:
    """Raises Invalid ``bad_answer`` for what is no number of the scale."""
    typed = {question: request.form[question.value] for question in form.ASKED if request.form.get(question.value)}
    if any(text not in {"1", "2", "3", "4"} for text in typed.values()):
        raise Invalid("bad_answer", N_("Jawaban harus 1 sampai 4."))
    return {question: int(text) for question, text in typed.items()}


def _about() -> dict[str, str]:
    return {name: request.form[name][:20] for name in form.ABOUT if request.form.get(name)}


def _page(ticket: Ticket, kept: SurveyForm | None, refusal: QueueError | None = None) -> str:
    """What was just typed goes before what was kept."""
    before: dict[str, str] = {}
    if kept is not None:
        before = {**kept.about, **{name: str(answer) for name, answer in kept.answers.items()}}
    return render_template(
        "feedback/full.html",
        office=ticket.office,
        ticket=ticket,
        questions=[
            (
                question.value,
                gettext(survey_words.QUESTIONS[question]),
                [(4 - place, gettext(words)) for place, words in enumerate(survey_words.SCALES[question])],
            )
            for question in form.ASKED
        ],
        about=[
            (
                name,
                gettext(words),
                [("", gettext("Tidak disebutkan")), *((v, gettext(w)) for v, w in survey_words.VALUES[name].items())],
            )
            for name, words in survey_words.ATTRIBUTES.items()
        ],
        typed=before | {name: value for name, value in request.form.items() if value},
        until=ticket.day + OPEN_FOR,
        refusal=refusal,
    )

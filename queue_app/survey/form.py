"""Filling in the whole survey: what was answered is kept at once, and can be gone on with until all nine are there."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.satisfaction import ELEMENTS, SCALE
from queue_app.errors import N_, Invalid, QueueError
from queue_app.lifecycle import TicketState
from queue_app.models import Question, SurveyForm, Ticket
from queue_app.survey import sample
from queue_app.survey.window import require_open

ASKED = tuple(Question(name) for name in ELEMENTS)

ABOUT: Mapping[str, tuple[str, ...]] = {
    "sex": ("female", "male"),
    "age": ("under_20", "20_29", "30_39", "40_49", "50_59", "60_up"),
    "education": ("primary", "junior", "senior", "diploma", "bachelor", "master"),
    "occupation": ("civil_servant", "private", "self_employed", "farmer_fisher", "student", "home", "other"),
}
"""What a respondent may say of himself, as the regulation's form asks it; never required."""


def of_ticket(session: Session, ticket: Ticket) -> SurveyForm | None:
    return session.scalar(select(SurveyForm).where(SurveyForm.ticket_id == ticket.id))


def keep(
    session: Session, ticket: Ticket, answers: Mapping[Question, int], about: Mapping[str, str], now: datetime
) -> SurveyForm:
    """Keep these answers beside those that are there; with the ninth the form is complete and stays as it is.

    ``ticket`` is locked by the caller. Sending a complete form again changes nothing. Raises QueueError
    ``not_served_yet`` or ``feedback_over``; Invalid ``bad_answer``, ``bad_about``, or ``no_answer`` for an empty one.
    """
    if ticket.state is not TicketState.SERVED:
        raise QueueError("not_served_yet", N_("Survei dapat diisi setelah pelayanan selesai."))
    form = of_ticket(session, ticket)
    if form is not None and form.completed_at is not None:
        return form
    require_open(ticket, now)
    if any(question not in ASKED or answer not in SCALE for question, answer in answers.items()):
        raise Invalid("bad_answer", N_("Jawaban harus 1 sampai 4."))
    if any(value not in ABOUT.get(name, ()) for name, value in about.items()):
        raise Invalid("bad_about", N_("Pilih dari daftar, atau kosongkan."))
    if not answers and (form is None or not form.answers):
        raise Invalid("no_answer", N_("Pilih paling sedikit satu jawaban."))
    if form is None:
        form = SurveyForm(
            ticket_id=ticket.id,
            office_id=ticket.office_id,
            service_id=ticket.service_id,
            officer_id=ticket.officer_id,
            answers={},
            is_asked=sample.is_asked(session, ticket),
            begun_at=now,
        )
        session.add(form)
    form.answers = {**form.answers, **{question.value: answer for question, answer in answers.items()}}
    form.about = {**(form.about or {}), **about}
    if len(form.answers) == len(ASKED):
        form.completed_at = now
    session.flush()
    return form

"""After the visit: answers to the survey, and complaints."""

from collections.abc import Callable
from http import HTTPMethod
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from queue_app import booking, clock, feedback, opening
from queue_app.complaints import course, filing, own, reads, record
from queue_app.complaints.filing import Filed
from queue_app.complaints.record import Deed
from queue_app.extensions import database, site, vault
from queue_app.models import Complaint, ComplaintStep, Question, Subject
from queue_app.representation import instant
from queue_app.routes import limits
from queue_app.routes.api.citizen.asked_after import GivenFeedback, OwnWords, SentComplaint
from queue_app.routes.api.citizen.complaint_answers import ComplaintAnswer, ComplaintMoment, ComplaintNow
from queue_app.routes.api.frame.fields import Answer, Instant, Nothing, example
from queue_app.routes.api.frame.keys import once_key
from queue_app.routes.api.frame.operation import operation
from queue_app.routes.api.refusals import OWN_STEP, READ, WRITE

_TAG = "feedback"
_COMPLAINT = "/api/v1/complaints/{complaint}"
_TEXT = ("feedback_over", "text_too_long")


class FeedbackAnswer(Answer):
    """What was kept, by question."""

    model_config = example(
        ticket="Yp3xJ0mT1qK8v2Zb4nQw7A",
        answers={"satisfaction": 4, "information": 3},
        received_at="2026-11-24T10:12:00.000+07:00",
    )

    ticket: str
    answers: dict[str, int]
    received_at: Instant


@operation(
    HTTPMethod.POST,
    "/api/v1/tickets/{ticket}/feedback",
    tag=_TAG,
    answer=FeedbackAnswer,
    status=201,
    refusals=(*WRITE, *_TEXT, "not_served_yet", "feedback_given", "no_answer"),
    example={"answers": {"satisfaction": 4, "information": 3}, "comment": "Cepat dan jelas."},
)
def give_feedback(ticket: str, body: GivenFeedback) -> FeedbackAnswer:
    """Answers to the survey about a finished visit, once.

    The nine elements are those of Permenpan RB 14/2017; satisfaction and information make the short form.
    """
    answers = {Question(name): answer for name, answer in body.answers.model_dump(exclude_none=True).items()}
    with database().write() as session:
        found = booking.find(session, ticket, for_change=True)
        given = feedback.give(session, vault(), found, answers, body.comment, clock.now())
        return FeedbackAnswer(
            ticket=ticket, answers=given.answers, received_at=instant(given.created_at, found.office.zone)
        )


@operation(
    HTTPMethod.POST,
    "/api/v1/tickets/{ticket}/complaints",
    tag=_TAG,
    answer=ComplaintAnswer,
    status=201,
    refusals=(*WRITE, *_TEXT, "too_many_complaints", "complaint_too_short", "too_many_requests"),
    headers=("Idempotency-Key",),
    example={"subject": "wait", "text": "Menunggu dua jam tanpa penjelasan."},
)
@limits.limit(limits.COMPLAINING, "complaining")
def send_complaint(ticket: str, body: SentComplaint) -> ComplaintAnswer:
    """A complaint about a visit; its number is for asking what became of it.

    With an Idempotency-Key a retry gets the first complaint again.
    """
    key = once_key(request)
    with database().write() as session:
        found = booking.find(session, ticket, for_change=True)
        filed = Filed(Subject(body.subject), body.text)
        complaint = filing.about_ticket(session, vault(), found, filed, Deed(clock.now(), key))
        return ComplaintAnswer(ticket=ticket, **filed_facts(complaint))


def filed_facts(complaint: Complaint) -> dict[str, Any]:
    """What somebody who complained takes home."""
    return {
        "complaint": complaint.public_id,
        "number": complaint.label,
        "received_at": instant(complaint.created_at, complaint.office.zone),
        "due_on": complaint.due_on,
        "url": site() + url_for("complain.show", public_id=complaint.public_id),
    }


@operation(
    HTTPMethod.GET,
    _COMPLAINT,
    tag=_TAG,
    answer=ComplaintNow,
    refusals=READ,
)
def get_complaint(complaint: str) -> ComplaintNow:
    """A complaint by its unguessable id: where it stands, by when it is decided, and what was written both ways."""
    with database().read() as session:
        return _now(session, record.find(session, complaint), Deed(clock.now(), ""))


@operation(
    HTTPMethod.POST,
    f"{_COMPLAINT}/messages",
    tag=_TAG,
    answer=ComplaintNow,
    refusals=(*WRITE, *OWN_STEP, "words_needed", "text_too_long", "too_many_messages", "too_many_requests"),
    headers=("Idempotency-Key",),
    example={"text": "Ini terjadi lagi hari ini."},
)
@limits.limit(limits.COMPLAINING, "complaining")
def write_to_complaint(complaint: str, body: OwnWords) -> ComplaintNow:
    """Add something to one's complaint, or answer a question. With an Idempotency-Key a retry writes nothing twice."""
    return _done(lambda session, deed: own.write(session, vault(), deed, complaint, body.text))


@operation(
    HTTPMethod.POST,
    f"{_COMPLAINT}/withdraw",
    tag=_TAG,
    answer=ComplaintNow,
    refusals=(*WRITE, *OWN_STEP),
    headers=("Idempotency-Key",),
    example={},
)
def withdraw_complaint(complaint: str, body: Nothing) -> ComplaintNow:  # noqa: ARG001 - only checked
    """Take one's complaint back; its course stays."""
    return _done(lambda session, deed: own.withdraw(session, deed, complaint))


@operation(
    HTTPMethod.POST,
    f"{_COMPLAINT}/appeal",
    tag=_TAG,
    answer=ComplaintNow,
    refusals=(*WRITE, *OWN_STEP, "words_needed", "text_too_long", "appeal_over", "too_many_requests"),
    headers=("Idempotency-Key",),
    example={"text": "Bukti saya belum dilihat."},
)
@limits.limit(limits.COMPLAINING, "complaining")
def appeal_complaint(complaint: str, body: OwnWords) -> ComplaintNow:
    """Ask for another decision, with reasons; possible for some working days after the decision."""
    return _done(lambda session, deed: own.appeal(session, vault(), deed, complaint, body.text))


def _done(step: Callable[[Session, Deed], Complaint]) -> ComplaintNow:
    deed = Deed(clock.now(), once_key(request))
    with database().write() as session:
        return _now(session, step(session, deed), deed)


def _now(session: Session, found: Complaint, deed: Deed) -> ComplaintNow:
    """The complaint as its complainant sees it."""
    zone = found.office.zone
    return ComplaintNow(
        complaint=found.public_id,
        number=found.label,
        subject=found.subject,
        severity=found.severity,
        state=found.state,
        received_at=instant(found.created_at, zone),
        due_on=found.due_on,
        overdue=reads.is_overdue(found, opening.local_day(found.office, deed.now)),
        resolution=found.resolution,
        text=vault().shown(found.text_sealed),
        can_write=course.may(ComplaintStep.WRITE, found.state),
        can_appeal=own.can_appeal(session, found, deed),
        course=[
            ComplaintMoment(
                at=instant(moment.at, zone),
                step=moment.step,
                by="office" if moment.by else "complainant",
                state=moment.to_state,
                words=moment.words,
            )
            for moment in reads.own_course(session, vault(), found)
        ],
    )

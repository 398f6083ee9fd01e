"""After the visit: answers to the survey, and complaints."""

from http import HTTPMethod

from flask import request, url_for

from queue_app import booking, clock, feedback, opening
from queue_app.complaints import filing, reads, record
from queue_app.complaints.filing import Filed
from queue_app.complaints.record import Deed
from queue_app.extensions import database, site, vault
from queue_app.models import Question, Subject
from queue_app.representation import instant
from queue_app.routes.api.answers import FeedbackAnswer
from queue_app.routes.api.asked import GivenFeedback, SentComplaint
from queue_app.routes.api.complaint_answers import ComplaintAnswer, ComplaintMoment, ComplaintNow
from queue_app.routes.api.operation import operation
from queue_app.routes.api.refusals import WRITE
from queue_app.routes.citizen_forms import new_key

_TAG = "feedback"
_TEXT = ("feedback_over", "text_too_long")


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
    refusals=(*WRITE, *_TEXT, "too_many_complaints", "complaint_too_short"),
    headers=("Idempotency-Key",),
    example={"subject": "wait", "text": "Menunggu dua jam tanpa penjelasan."},
)
def send_complaint(ticket: str, body: SentComplaint) -> ComplaintAnswer:
    """A complaint about a visit; its number is for asking what became of it.

    With an Idempotency-Key a retry gets the first complaint again.
    """
    key = request.headers.get("Idempotency-Key", "")[:80] or new_key()
    with database().write() as session:
        found = booking.find(session, ticket, for_change=True)
        filed = Filed(Subject(body.subject), body.text)
        complaint = filing.about_ticket(session, vault(), found, filed, Deed(clock.now(), key))
        return ComplaintAnswer(
            ticket=ticket,
            complaint=complaint.public_id,
            number=complaint.label,
            received_at=instant(complaint.created_at, found.office.zone),
            due_on=complaint.due_on,
            url=site() + url_for("complain.show", public_id=complaint.public_id),
        )


@operation(
    HTTPMethod.GET,
    "/api/v1/complaints/{complaint}",
    tag=_TAG,
    answer=ComplaintNow,
    refusals=(),
)
def get_complaint(complaint: str) -> ComplaintNow:
    """A complaint by its unguessable id: where it stands, by when it is decided, and what was written both ways."""
    now = clock.now()
    with database().read() as session:
        found = record.find(session, complaint)
        zone = found.office.zone
        return ComplaintNow(
            complaint=found.public_id,
            number=found.label,
            subject=found.subject,
            severity=found.severity,
            state=found.state,
            received_at=instant(found.created_at, zone),
            due_on=found.due_on,
            overdue=reads.is_overdue(found, opening.local_day(found.office, now)),
            resolution=found.resolution,
            text=vault().shown(found.text_sealed),
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

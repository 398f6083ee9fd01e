"""What the API answers about complaints."""

from datetime import date
from typing import Any, Literal

from queue_app.models import ComplaintState, ComplaintStep, Resolution, Severity, Subject
from queue_app.routes.api.frame.fields import Answer, Instant, example

_FILED: dict[str, Any] = {
    "complaint": "q8Zr2VvT0cY5kLw1nB7xHg",
    "number": "P-0007",
    "received_at": "2026-11-24T10:12:00.000+07:00",
    "due_on": "2026-12-01",
    "url": "http://localhost:8000/complaint/q8Zr2VvT0cY5kLw1nB7xHg",
}


class FiledComplaint(Answer):
    """``number`` is what the citizen asks with; ``complaint`` its unguessable id, ``url`` its page."""

    model_config = example(**_FILED)

    complaint: str
    number: str
    received_at: Instant
    due_on: date
    url: str


class ComplaintAnswer(FiledComplaint):
    """The same, and the ``ticket`` that it is about."""

    model_config = example(ticket="Yp3xJ0mT1qK8v2Zb4nQw7A", **_FILED)

    ticket: str


class ComplaintMoment(Answer):
    """A step of a complaint. ``by``: who took it. ``words`` null: there were none, or they are erased."""

    at: Instant
    step: ComplaintStep
    by: Literal["complainant", "office"]
    state: ComplaintState
    words: str | None


class ComplaintNow(Answer):
    """A complaint as its complainant sees it. ``due_on``: the last day for the decision; ``resolution`` is null until
    then. ``text`` null: it is erased. ``can_write`` and ``can_appeal``: what may be done now."""

    model_config = example(
        complaint="q8Zr2VvT0cY5kLw1nB7xHg",
        number="P-0007",
        subject="wait",
        severity="normative",
        state="DECIDED",
        received_at="2026-11-24T10:12:00.000+07:00",
        due_on="2026-12-01",
        overdue=False,
        resolution="upheld",
        text="Menunggu dua jam tanpa penjelasan.",
        can_write=False,
        can_appeal=True,
        course=[
            {
                "at": "2026-11-26T09:00:00.000+07:00",
                "step": "decide",
                "by": "office",
                "state": "DECIDED",
                "words": "Dua loket tutup tanpa pemberitahuan. Kami mohon maaf.",
            }
        ],
    )

    complaint: str
    number: str
    subject: Subject
    severity: Severity
    state: ComplaintState
    received_at: Instant
    due_on: date
    overdue: bool
    resolution: Resolution | None
    text: str | None
    can_write: bool
    can_appeal: bool
    course: list[ComplaintMoment]

"""What the API answers a supervisor about complaints."""

from datetime import date
from typing import Any

from queue_app.models import Channel, ComplaintState, ComplaintStep, Resolution, Severity, Subject
from queue_app.routes.api.frame.fields import Answer, Instant, Versioned, example

_ROW: dict[str, Any] = {
    "number": 7,
    "label": "P-0007",
    "subject": "wait",
    "severity": "normative",
    "state": "IN_PROGRESS",
    "version": 2,
    "received_at": "2026-11-24T10:12:00.000+07:00",
    "due_on": "2026-12-01",
    "overdue": False,
    "resolution": None,
    "channel": "online",
    "service": "A",
    "officer": "petugas1",
    "assignee": "supervisor",
}


class ComplaintRow(Versioned):
    """A complaint in the office's list. ``number`` names it in addresses, ``label`` for people. ``officer``: whom it is
    about, ``assignee``: who has it in hand (usernames); null: not known, nobody."""

    number: int
    label: str
    subject: Subject
    severity: Severity
    state: ComplaintState
    version: int
    received_at: Instant
    due_on: date
    overdue: bool
    resolution: Resolution | None
    channel: Channel
    service: str | None
    officer: str | None
    assignee: str | None


class ComplaintsPage(Answer):
    """``next`` null: these are the last."""

    model_config = example(complaints=[_ROW], next=None)

    complaints: list[ComplaintRow]
    next: str | None


class OfficeMoment(Answer):
    """A step with its words. ``by``: the username; null: the complainant."""

    at: Instant
    step: ComplaintStep
    by: str | None
    state: ComplaintState
    words: str | None


class StaffComplaint(ComplaintRow):
    """A complaint with all that was said. ``text``, ``name`` and ``phone`` null: not given, or erased. ``substance``:
    what the officer reads of it. ``can``: the steps that may be taken now."""

    model_config = example(
        **_ROW,
        complaint="q8Zr2VvT0cY5kLw1nB7xHg",
        text="Menunggu dua jam tanpa penjelasan.",
        name=None,
        phone=None,
        substance="Menunggu lama tanpa penjelasan.",
        course=[
            {
                "at": "2026-11-24T10:12:00.000+07:00",
                "step": "file",
                "by": None,
                "state": "RECEIVED",
                "words": None,
            }
        ],
        can=["assign", "classify", "summarise", "reply", "decide"],
    )

    complaint: str
    text: str | None
    name: str | None
    phone: str | None
    substance: str | None
    course: list[OfficeMoment]
    can: list[ComplaintStep]

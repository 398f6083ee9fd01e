"""What programs of the reception and the kiosk send."""

from typing import Annotated

from pydantic import StringConstraints

from queue_app.routes.api.citizen.asked_after import SubjectName
from queue_app.routes.api.frame.fields import Asked, Code, Reason, Text

Typed = Annotated[Text, StringConstraints(min_length=1, max_length=300)]


class ToldComplaint(Asked):
    """``text``: 10 to 4,000 letters, kept sealed, as ``name`` and ``phone`` are. ``ticket``: what stands on a ticket of
    today, its label or its address; without it ``service`` may be named."""

    subject: SubjectName
    text: Text
    ticket: Typed | None = None
    service: Code | None = None
    name: Text | None = None
    phone: Text | None = None


class Searching(Asked):
    """``text``: what is on a ticket, at least three letters of a name, or the last four digits of a NIK."""

    text: Typed


class GivingUp(Asked):
    """``reason`` stands in the log with who did it."""

    reason: Reason


class ByCode(Asked):
    """``text``: the ticket's address, or its label with its short code (``A-012 0427``). ``presence``: the code of the
    QR on the office's display."""

    text: Typed
    presence: Text | None = None

"""What the API answers the reception."""

from typing import Any, Literal

from queue_app.models import PrintStatus
from queue_app.routes.api.desk.ticket_rows import TicketRow
from queue_app.routes.api.frame.fields import Answer, example

_FOUND: dict[str, Any] = {
    "id": "Yp3xJ0mT1qK8v2Zb4nQw7A",
    "label": "A-012",
    "service": "A",
    "state": "WAITING",
    "category": "regular",
    "version": 1,
    "slot": None,
    "position": 3,
    "counter": None,
    "initials": "N.W.",
    "arrival": None,
    "short_code": "0427",
}


class ReceptionTicket(TicketRow):
    """A ticket as the reception sees it: never a name, but its ``initials``. ``arrival``: how coming now stands to the
    slot. ``short_code`` is what a kiosk asks beside the label."""

    slot: str | None
    position: int | None
    counter: int | None
    initials: str
    arrival: Literal["early", "on_time", "late", "too_late"] | None
    short_code: str


class ReceptionTickets(Answer):
    """``cut``: more fit than are given."""

    model_config = example(tickets=[_FOUND], cut=False)

    tickets: list[ReceptionTicket]
    cut: bool


class ReceiptAnswer(Answer):
    """The newest receipt of a ticket; ``status`` null: it has none. ``trouble``: whoever waits for it should not.
    ``problem``: what keeps its printer from printing, as a word."""

    model_config = example(ticket="Yp3xJ0mT1qK8v2Zb4nQw7A", status="QUEUED", printed=False, trouble=False, problem=None)

    ticket: str
    status: PrintStatus | None
    printed: bool
    trouble: bool
    problem: str | None

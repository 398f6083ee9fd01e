"""A ticket in a list of the staff: what every such row says of it."""

from typing import Any

from queue_app.desk_lists import Brief
from queue_app.lifecycle import TicketState
from queue_app.models import Category, Ticket
from queue_app.routes.api.frame.fields import Answer


class TicketRow(Answer):
    """``service`` is its code; ``version`` what a move answers to."""

    id: str
    label: str
    service: str
    state: TicketState
    category: Category
    version: int


def row_of(ticket: Ticket | Brief) -> dict[str, Any]:
    """Its values."""
    return {
        "id": ticket.public_id,
        "label": ticket.label,
        "service": ticket.service.code,
        "state": ticket.state,
        "category": ticket.category,
        "version": ticket.version,
    }

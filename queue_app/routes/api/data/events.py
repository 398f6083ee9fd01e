"""The log of an office for programs that follow it."""

from http import HTTPMethod
from typing import Any

from queue_app import event_export
from queue_app.event_export import Row
from queue_app.extensions import database
from queue_app.representation import instant
from queue_app.routes.api.data.asked import EventsQuery
from queue_app.routes.api.frame.fields import Answer, Instant, example
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.refusals import READ

MOST = 500
"""Rows of one answer."""


class LoggedEvent(Answer):
    """One row of the log; ``ticket`` is its number in exports, not the id of the ticket's page. What a row does not
    have is null."""

    seq: int
    at: Instant
    action: str
    ticket: int | None
    label: str | None
    channel: str | None
    category: str | None
    from_state: str | None
    to_state: str | None
    undone: bool
    service: str | None
    counter: int | None
    officer: str | None
    actor: str
    outcome: str | None
    why: str | None


class LoggedEvents(Answer):
    """``next``: the number to go on from; with nothing new it is the one that was given."""

    model_config = example(
        events=[
            {
                "seq": 41,
                "at": "2026-11-24T09:00:00.000+07:00",
                "action": "call",
                "ticket": 812,
                "label": "A-012",
                "channel": "kiosk",
                "category": "regular",
                "from_state": "WAITING",
                "to_state": "CALLED",
                "undone": False,
                "service": "A",
                "counter": 2,
                "officer": "petugas2",
                "actor": "officer",
                "outcome": None,
                "why": "weighted_wait",
            }
        ],
        next=41,
    )

    events: list[LoggedEvent]
    next: int


@operation(
    HTTPMethod.GET,
    "/api/v1/offices/{office}/events",
    tag="metrics",
    answer=LoggedEvents,
    refusals=(*READ, "other_office"),
)
def list_events(office: str, query: EventsQuery, caller: Caller) -> dict[str, Any]:
    """The log, oldest first, from a number on.

    Ask again with after set to next; the numbers have no gaps, so nothing is missed and nothing comes twice. No name,
    phone, NIK or typed text is in it.
    """
    with database().read() as session:
        here = own_office(session, office, caller)
        rows = event_export.after(session, here, query.after or 0, query.limit or MOST)
        told = [
            {
                "ticket": row.case,
                "at": instant(row.at, here.zone),
                **{name: getattr(row, name) for name in LoggedEvent.model_fields if name not in ("ticket", "at")},
            }
            for row in rows
        ]
    return {"events": told, "next": _last(rows, query.after or 0)}


def _last(rows: list[Row], before: int) -> int:
    return rows[-1].seq if rows else before

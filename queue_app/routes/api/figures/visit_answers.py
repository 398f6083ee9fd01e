"""What the API answers about single visits, and what the log says of one."""

from datetime import date as day
from typing import Any

from queue_app.routes.api.frame.fields import Answer, Instant, example

_VISIT: dict[str, Any] = {
    "ticket": "Yp3xJ0mT1qK8v2Zb4nQw7A",
    "label": "A-012",
    "service": "A",
    "reported_under": "A",
    "counter": 1,
    "officer": "petugas1",
    "category": "regular",
    "channel": "kiosk",
    "arrived_at": "2026-11-23T09:00:00.000+07:00",
    "called_at": "2026-11-23T09:10:12.000+07:00",
    "started_at": "2026-11-23T09:10:40.000+07:00",
    "finished_at": "2026-11-23T09:17:22.000+07:00",
    "wait_s": 612.0,
    "serve_s": 402.0,
    "hold_s": 0.0,
    "end": "served",
    "outcome": "done",
    "service_given": None,
    "excluded": None,
}


class VisitAnswer(Answer):
    """One service of a ticket. ``excluded`` says why it is in no figure of speed. ``reported_under``: the service that
    it counts for."""

    ticket: str
    label: str
    service: str
    reported_under: str
    counter: int | None
    officer: str | None
    category: str
    channel: str
    arrived_at: Instant
    called_at: Instant | None
    started_at: Instant | None
    finished_at: Instant | None
    wait_s: float | None
    serve_s: float | None
    hold_s: float
    end: str
    outcome: str
    service_given: str | None
    excluded: str | None


class VisitsPage(Answer):
    """The latest first, of days that are over. ``total`` of all; ``next`` null: these are the last."""

    model_config = example(total=61, visits=[_VISIT], next=None)

    total: int
    visits: list[VisitAnswer]
    next: str | None


class StoryMoment(Answer):
    """A row of the log. ``by``: the username, null for the citizen or the server."""

    at: Instant
    action: str
    from_state: str | None
    to_state: str | None
    counter: int | None
    by: str | None
    reason: str | None


class StoryAnswer(Answer):
    """What the log says of one ticket of a day that is over; neither a name nor a number of a person is in it."""

    model_config = example(
        ticket="Yp3xJ0mT1qK8v2Zb4nQw7A",
        label="A-012",
        date="2026-11-23",
        moments=[
            {
                "at": "2026-11-23T09:00:00.000+07:00",
                "action": "join",
                "from_state": None,
                "to_state": "WAITING",
                "counter": None,
                "by": None,
                "reason": None,
            }
        ],
    )

    ticket: str
    label: str
    date: day
    moments: list[StoryMoment]

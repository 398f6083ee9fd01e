"""What the log says of one ticket, as the API answers it."""

from datetime import date as day

from queue_app.routes.api.frame.fields import Answer, Instant, example


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

"""What is told of arrival slots and of places that are kept."""

from datetime import date

from queue_app.routes.api.citizen.crowd_answers import UsualWait
from queue_app.routes.api.frame.fields import Answer, Instant, example


class ArrivalSlot(Answer):
    """``slot`` ("HH:MM") is what a booking names. ``capacity`` is of all channels, ``remaining`` what the channel that
    was asked for may still take of it. ``usual_wait`` null: not known; ``is_shorter``: surely less than usual."""

    slot: str
    start: Instant
    end: Instant
    capacity: int
    remaining: int
    usual_wait: UsualWait | None
    is_shorter: bool


class Slots(Answer):
    """``opens_at``: when more online places of the day open; null when all are open."""

    model_config = example(
        date="2026-11-25",
        service="A",
        opens_at="2026-11-24T12:00:00.000+07:00",
        slots=[
            {
                "slot": "08:00",
                "start": "2026-11-25T08:00:00.000+07:00",
                "end": "2026-11-25T08:30:00.000+07:00",
                "capacity": 4,
                "remaining": 3,
                "usual_wait": {"low_minutes": 5, "median_minutes": 16, "high_minutes": 40, "days": 24},
                "is_shorter": False,
            }
        ],
    )

    date: date
    service: str
    slots: list[ArrivalSlot]
    opens_at: Instant | None


class HoldAnswer(Answer):
    """A place that is kept until ``expires_at``. Send ``hold`` with the booking; it can be used once."""

    model_config = example(
        hold="Yp3xJ0mT1qK8v2Zb4nQw7A",
        service="A",
        date="2026-11-25",
        slot="08:30",
        expires_at="2026-11-24T09:05:00.000+07:00",
    )

    hold: str
    service: str
    date: date
    slot: str
    expires_at: Instant


class GivenUp(Answer):
    """``hold`` is held no longer."""

    model_config = example(hold="Yp3xJ0mT1qK8v2Zb4nQw7A")

    hold: str

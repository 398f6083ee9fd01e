"""What the levers answer."""

from queue_app.routes.api.frame.fields import Answer, Instant, example


class ServiceLevers(Answer):
    """``paused``: nobody is called for it. ``issuing_stopped``: no more numbers for today, of it or of the office."""

    code: str
    paused: bool
    issuing_stopped: bool


class LeversNow(Answer):
    """What is paused or stopped for the rest of the local day."""

    model_config = example(
        office="senapelan",
        issuing_stopped=False,
        services=[{"code": "A", "paused": True, "issuing_stopped": False}],
    )

    office: str
    issuing_stopped: bool
    services: list[ServiceLevers]


class AnnouncementAnswer(Answer):
    """A message to everyone who waits; shown until ``until``."""

    model_config = example(
        id=3,
        text="Sistem pusat sedang pelan; antrean tetap berjalan.",
        service=None,
        until="2026-11-24T10:00:00.000+07:00",
    )

    id: int
    text: str
    service: str | None
    until: Instant


class MovedAnswer(Answer):
    """``stayed``: labels of those who have a live ticket for the other service already."""

    model_config = example(moved=12, stayed=["A-007"])

    moved: int
    stayed: list[str]


class DayClosed(Answer):
    """How many tickets expired and counters closed."""

    model_config = example(expired=14, shifts_closed=2)

    expired: int
    shifts_closed: int

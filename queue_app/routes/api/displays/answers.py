"""What is told of an office's displays, and of what they show of its own."""

from datetime import date
from typing import Any

from pydantic import Field

from queue_app.devices.seen import DeviceState
from queue_app.models import MediaKind, Theme
from queue_app.routes.api.frame.fields import Answer, Instant, Versioned, example

_DISPLAY: dict[str, Any] = {
    "version": 12,
    "id": 1,
    "name": "Ruang tunggu",
    "counters": [],
    "services": [],
    "speaks": True,
    "state": "online",
    "paired_at": "2026-11-24T07:40:00.000+07:00",
    "seen_at": "2026-11-24T09:00:00.000+07:00",
    "is_current": True,
    "resolution": "1920×1080",
}
_LOOK: dict[str, Any] = {
    "version": 9,
    "theme": "light",
    "brand": "#08443a",
    "accent": "#f6b92b",
    "shows_next": False,
}
_MEDIUM: dict[str, Any] = {
    "version": 10,
    "id": 4,
    "kind": "picture",
    "mimetype": "image/webp",
    "size": 48211,
    "words": "Alur pelayanan",
    "seconds": 10,
    "path": "/display/senapelan/media/0f3c…",
}
_LINE: dict[str, Any] = {"id": 2, "text": "Kantor tutup pada 25 Desember.", "from": None, "until": "2026-12-25"}


class DisplayAnswer(Versioned):
    """``counters`` (numbers) and ``services`` (codes): what it shows; all when empty. ``is_current``: whether its
    screen has the newest page; null when it has not said so. ``resolution`` as the screen said it."""

    model_config = example(**_DISPLAY)

    id: int
    name: str
    counters: list[int]
    services: list[str]
    speaks: bool
    state: DeviceState
    paired_at: Instant | None
    seen_at: Instant | None
    is_current: bool | None
    resolution: str | None


class Displays(Answer):
    """By name; an office has at most 50."""

    model_config = example(displays=[_DISPLAY])

    displays: list[DisplayAnswer]


class LookAnswer(Versioned):
    """``brand`` lies under the newest number, ``accent`` under its counter. ``shows_next``: the next ones are shown."""

    model_config = example(**_LOOK)

    theme: Theme
    brand: str
    accent: str
    shows_next: bool


class MediumAnswer(Versioned):
    """``words`` say what is to be seen. ``seconds``: how long it stays. ``path``: where the file is, from the site's
    root; ``size`` in bytes."""

    model_config = example(**_MEDIUM)

    id: int
    kind: MediaKind
    mimetype: str
    size: int
    words: str
    seconds: int
    path: str


class LineAnswer(Answer):
    """A line of the running text, shown from one day to another, both included; null: no bound."""

    model_config = example(**_LINE)

    id: int
    text: str
    first: date | None = Field(alias="from", serialization_alias="from")
    until: date | None


class ContentAnswer(Answer):
    """``media`` in their order, without the ``logo``. ``used_bytes`` of ``quota_bytes`` are taken."""

    model_config = example(
        look=_LOOK, logo=None, media=[_MEDIUM], lines=[_LINE], used_bytes=48211, quota_bytes=314572800
    )

    look: LookAnswer
    logo: MediumAnswer | None
    media: list[MediumAnswer]
    lines: list[LineAnswer]
    used_bytes: int
    quota_bytes: int

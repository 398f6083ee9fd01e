"""The office's own part of a board: pictures, videos, running text, logo and colours."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.models import DisplayMedia, Office
from queue_app.signage import colours, shown


def of(session: Session, office: Office, now: datetime) -> dict[str, Any]:
    """``media``: in their order, each with ``url``, ``kind``, ``seconds`` and ``words``; ``lines``: the day's texts;
    ``logo``: an address or None; ``look``: theme, colours with the letters on them, whether who is next is shown."""
    found = shown.of(session, office.id, opening.local_day(office, now))
    return {
        "media": [
            {"url": url(office, one), "kind": one.kind.value, "seconds": one.seconds, "words": one.words}
            for one in found.media
        ],
        "lines": [line.text for line in found.lines],
        "logo": url(office, found.logo) if found.logo else None,
        "look": {
            "theme": found.look.theme.value,
            "brand": found.look.brand,
            "on_brand": colours.ON_BRAND,
            "accent": found.look.accent,
            "on_accent": colours.ON_ACCENT,
            "shows_next": found.look.shows_next,
        },
    }


def url(office: Office, media: DisplayMedia) -> str:
    return f"/display/{office.slug}/media/{media.key}"

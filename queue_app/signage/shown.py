"""What displays show of an office's own, on a day. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from queue_app.models import DisplayLine, DisplayLook, DisplayMedia, MediaKind, Theme

STANDARD_BRAND = "#08443a"
STANDARD_ACCENT = "#f6b92b"


@dataclass(frozen=True, slots=True)
class Look:
    theme: Theme = Theme.LIGHT
    brand: str = STANDARD_BRAND
    accent: str = STANDARD_ACCENT
    shows_next: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """``media`` in their order, without the logo; ``lines`` of the day."""

    look: Look
    logo: DisplayMedia | None
    media: Sequence[DisplayMedia]
    lines: Sequence[DisplayLine]


def of(session: Session, office_id: int, day: date | None) -> Shown:
    """``day`` None: the lines of all days."""
    query = select(DisplayMedia).where(DisplayMedia.office_id == office_id)
    media = session.scalars(query.order_by(DisplayMedia.position, DisplayMedia.id)).all()
    lines = select(DisplayLine).where(DisplayLine.office_id == office_id).order_by(DisplayLine.id)
    if day is not None:
        lines = lines.where(
            or_(DisplayLine.from_day.is_(None), DisplayLine.from_day <= day),
            or_(DisplayLine.until_day.is_(None), DisplayLine.until_day >= day),
        )
    look = session.get(DisplayLook, office_id)
    return Shown(
        look=Look(look.theme, look.brand, look.accent, look.shows_next) if look else Look(),
        logo=next((one for one in media if one.kind is MediaKind.LOGO), None),
        media=[one for one in media if one.kind is not MediaKind.LOGO],
        lines=session.scalars(lines).all(),
    )


def find(session: Session, office_id: int, key: str) -> DisplayMedia | None:
    return session.scalar(select(DisplayMedia).where(DisplayMedia.office_id == office_id, DisplayMedia.key == key))

"""What displays show of an office's own, on a day. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, Integer, bindparam, or_, select
from sqlalchemy.orm import Session

from queue_app import session_rows
from queue_app.models import DisplayLine, DisplayLook, DisplayMedia, MediaKind, Theme
from queue_app.prepared import Prepared

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


# Composed once: every board asks these.
_OFFICE = bindparam("of_office", type_=Integer)
_MEDIA = Prepared(
    select(DisplayMedia.__table__)
    .where(DisplayMedia.office_id == _OFFICE)
    .order_by(DisplayMedia.position, DisplayMedia.id),
    flushes=True,
)
_ALL_LINES = select(DisplayLine.__table__).where(DisplayLine.office_id == _OFFICE).order_by(DisplayLine.id)
_LINES = Prepared(_ALL_LINES, flushes=True)
_DAY = bindparam("day", type_=Date)
_LINES_OF_DAY = Prepared(
    _ALL_LINES.where(
        or_(DisplayLine.from_day.is_(None), DisplayLine.from_day <= _DAY),
        or_(DisplayLine.until_day.is_(None), DisplayLine.until_day >= _DAY),
    ),
    flushes=True,
)
_LOOK = Prepared(select(DisplayLook.__table__).where(DisplayLook.office_id == _OFFICE), flushes=True)


def of(session: Session, office_id: int, day: date | None) -> Shown:
    """``day`` None: the lines of all days."""
    asked = {"of_office": office_id}
    media = [session_rows.loaded(session, DisplayMedia, row._asdict()) for row in _MEDIA.all(session, asked)]
    lines = _LINES.all(session, asked) if day is None else _LINES_OF_DAY.all(session, {**asked, "day": day})
    look = _LOOK.one_or_none(session, asked)
    return Shown(
        look=Look(look.theme, look.brand, look.accent, look.shows_next) if look else Look(),
        logo=next((one for one in media if one.kind is MediaKind.LOGO), None),
        media=[one for one in media if one.kind is not MediaKind.LOGO],
        lines=[session_rows.loaded(session, DisplayLine, row._asdict()) for row in lines],
    )


def find(session: Session, office_id: int, key: str) -> DisplayMedia | None:
    return session.scalar(select(DisplayMedia).where(DisplayMedia.office_id == office_id, DisplayMedia.key == key))

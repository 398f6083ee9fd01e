"""What an office puts on its displays beside the numbers: pictures, videos, running text, logo and colours."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import stored_by_value

LINE_LENGTH = 240


class MediaKind(StrEnum):
    """LOGO: the office's, in the display's header; there is one at most."""

    PICTURE = "picture"
    VIDEO = "video"
    LOGO = "logo"


class Theme(StrEnum):
    """CONTRAST: black and white with yellow, whatever the office's colours are."""

    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


class DisplayMedia(Base):
    """A file in the uploads folder. ``key`` names it there and in its address, for good. ``size`` in bytes.

    ``words`` say what is to be seen, for who cannot see it. A picture stays for ``seconds``, a video no longer.
    """

    __tablename__ = "display_media"
    __table_args__ = (Index(None, "office_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    key: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[MediaKind] = mapped_column(stored_by_value(MediaKind))
    mimetype: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    words: Mapped[str] = mapped_column(String(120))
    seconds: Mapped[int]
    position: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class DisplayLine(Base):
    """A line of the running text, shown from ``from_day`` to ``until_day``, both included; None: no bound."""

    __tablename__ = "display_line"
    __table_args__ = (Index(None, "office_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    text: Mapped[str] = mapped_column(String(LINE_LENGTH))
    from_day: Mapped[date | None]
    until_day: Mapped[date | None]


class DisplayLook(Base):
    """How displays look. ``brand`` (``#rrggbb``) lies under the newest number, ``accent`` under its counter.

    ``shows_next``: the numbers that are called next are shown too.
    """

    __tablename__ = "display_look"

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    theme: Mapped[Theme] = mapped_column(stored_by_value(Theme))
    brand: Mapped[str] = mapped_column(String(7))
    accent: Mapped[str] = mapped_column(String(7))
    shows_next: Mapped[bool] = mapped_column(default=False)

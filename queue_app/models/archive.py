"""Rows of the log that were taken out of its months: kept whole, many of them packed into one row (``archived``)."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from queue_app.database import Base
from queue_app.models.columns import BigId


class ArchivedDay(Base):
    """What the log of one month (``2024-01``, of UTC) said of one local day of an office, packed: rows about tickets of
    that day, about shifts opened on it, and rows of that day about the office. ``first_seq`` and ``last_seq``: the
    lowest and the highest number among them.

    Part of the log, so the database refuses to change or remove a row; only ``log bring-back`` takes rows out.
    """

    __tablename__ = "archived_day"
    __table_args__ = (Index(None, "office_id", "day"), Index(None, "office_id", "month"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    month: Mapped[str] = mapped_column(String(7))
    day: Mapped[date]
    rows: Mapped[int]
    first_seq: Mapped[int] = mapped_column(BigId)
    last_seq: Mapped[int] = mapped_column(BigId)
    content: Mapped[bytes]


class ArchivedRun(Base):
    """Numbers of an office's log in a row that one month had: ``first_seq`` to ``last_seq``, with the digest of the row
    before them and of the last of them."""

    __tablename__ = "archived_run"

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True, autoincrement=False)
    last_seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    first_seq: Mapped[int] = mapped_column(BigId)
    month: Mapped[str] = mapped_column(String(7))
    before: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

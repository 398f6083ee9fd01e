"""What is kept of past days beside the log, and may be thrown away at any time."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from queue_app.database import Base
from queue_app.models.columns import BigId, Json


class VisitDay(Base):
    """An office's legs of one local day that is over, as the log gave them (``visit_days``). ``form``: of which making;
    ``made``: a number by chance that names this content, so that who has read it knows it again.

    No row: read the log. A row of the log about a ticket of that day deletes it.
    """

    __tablename__ = "visit_day"

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    form: Mapped[int] = mapped_column(BigId)
    made: Mapped[int] = mapped_column(BigId)
    content: Mapped[bytes]


class CrowdDay(Base):
    """How many came in each hour of a day that is kept, and how long they waited (``crowd.counting``). Goes with it."""

    __tablename__ = "crowd_day"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "day"], ["visit_day.office_id", "visit_day.day"], ondelete="CASCADE"),
    )

    office_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    form: Mapped[int] = mapped_column(BigId)
    content: Mapped[dict[str, Any]] = mapped_column(Json)


class StayDay(Base):
    """What the shifts that were opened and closed on a kept day went to (``occupancy.keeping``): by the tickets of that
    day and of the day before (``eve``). Goes with the legs of either.
    """

    __tablename__ = "stay_day"
    __table_args__ = (
        ForeignKeyConstraint(["office_id", "day"], ["visit_day.office_id", "visit_day.day"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["office_id", "eve"],
            ["visit_day.office_id", "visit_day.day"],
            name="fk_stay_day_eve_visit_day",
            ondelete="CASCADE",
        ),
        Index("ix_stay_day_eve", "office_id", "eve"),
    )

    office_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    eve: Mapped[date]
    form: Mapped[int] = mapped_column(BigId)
    content: Mapped[dict[str, Any]] = mapped_column(Json)

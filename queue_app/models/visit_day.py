"""What is kept of past days beside the log, and may be thrown away at any time."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from queue_app.database import Base
from queue_app.models.columns import BigId


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

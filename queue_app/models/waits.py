"""What was foretold of waits, and what came."""

from datetime import datetime

from sqlalchemy import Double, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import BigId


class WaitForecast(Base):
    """A forecast that a waiting ticket was told: times in seconds from ``at``.

    ``turn`` counts spans of ten minutes: in each a ticket is written down once. ``rolled_*``: the rollout before its
    correction; ``head_s`` to ``busy``: what it was corrected by (``metrics.forecast.line.Known``). ``waited_s``: how
    long it then took to the call. ``settled``: nothing more will be known; without ``waited_s`` nobody called.
    """

    __tablename__ = "wait_forecast"
    __table_args__ = (
        UniqueConstraint("ticket_id", "turn"),
        Index(None, "office_id", "at"),
        Index(None, "settled", "office_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    turn: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    low_s: Mapped[float] = mapped_column(Double)
    median_s: Mapped[float] = mapped_column(Double)
    high_s: Mapped[float] = mapped_column(Double)
    rolled_low_s: Mapped[float] = mapped_column(Double)
    rolled_median_s: Mapped[float] = mapped_column(Double)
    rolled_high_s: Mapped[float] = mapped_column(Double)
    head_s: Mapped[float] = mapped_column(Double)
    last_s: Mapped[float] = mapped_column(Double)
    own_last_s: Mapped[float] = mapped_column(Double)
    recent_s: Mapped[float] = mapped_column(Double)
    ahead: Mapped[int]
    own_ahead: Mapped[int]
    busy: Mapped[int]
    waited_s: Mapped[float | None] = mapped_column(Double)
    settled: Mapped[bool] = mapped_column(default=False)

"""Reports that are made beside the server's work: asked for, being made, there."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import BigId, Json, stored_by_value
from queue_app.models.office import Office
from queue_app.models.people import User

_LIVE = text("status IN ('QUEUED', 'RUNNING')")


class JobStatus(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class ReportJob(Base):
    """One wish for a report. ``key`` is the same for the same wish: while it is being made, it is made once.

    ``wish``: what it is to be about. ``step`` of ``steps`` while it runs; ``claim`` and ``lease_until`` of the process
    that makes it: when that time is over without a sign of life, somebody else begins anew. ``reason``: why it failed.
    """

    __tablename__ = "report_job"
    __table_args__ = (
        Index("uq_report_job_live", "office_id", "key", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(None, "office_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    key: Mapped[str] = mapped_column(String(64))
    wish: Mapped[dict[str, Any]] = mapped_column(Json)
    status: Mapped[JobStatus] = mapped_column(stored_by_value(JobStatus))
    step: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(String(40))
    claim: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    office: Mapped[Office] = relationship()
    asked_by: Mapped[User] = relationship()

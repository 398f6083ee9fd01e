"""Past records that are brought in from elsewhere: a row for each file or database that somebody wanted brought in."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import BigId, Json, stored_by_value
from queue_app.models.office import Office
from queue_app.models.people import User


class SourceKind(StrEnum):
    """What the records come from: a table as CSV or XLSX, the file of FQM's SQLite, the database of The Q."""

    CSV = "csv"
    XLSX = "xlsx"
    FQM = "fqm"
    THEQ = "theq"


class ImportStatus(StrEnum):
    """CHECKED: read through, nothing written. STARTED: some of it is written. DROPPED: given up before anything was."""

    UPLOADED = "UPLOADED"
    CHECKED = "CHECKED"
    STARTED = "STARTED"
    DONE = "DONE"
    UNDONE = "UNDONE"
    DROPPED = "DROPPED"


class PastImport(Base):
    """``plan``: how it is read, see ``moving_in.plan``. ``found``: what the reading found, see ``moving_in.check``.
    ``made``: what was written, see ``moving_in.bringing``; ``undo``: what the undoing took away and what it left.

    ``secret`` names the file while it is kept, see ``moving_in.keeping``; None afterwards and for what came without a
    file. ``asked_by_id`` None: a command on the server.
    """

    __tablename__ = "past_import"
    __table_args__ = (Index(None, "office_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[SourceKind] = mapped_column(stored_by_value(SourceKind))
    status: Mapped[ImportStatus] = mapped_column(stored_by_value(ImportStatus))
    file_name: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(BigId)
    secret: Mapped[str | None] = mapped_column(String(64))
    plan: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    found: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    made: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    undo: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    office: Mapped[Office] = relationship()
    asked_by: Mapped[User | None] = relationship()

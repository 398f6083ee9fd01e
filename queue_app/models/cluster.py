"""What several server processes of one database agree on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from queue_app.database import Base, UTCDateTime


class JobLease(Base):
    """Which process (``holder``) does the job ``name``, and until when it does without saying so again."""

    __tablename__ = "job_lease"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(32))
    until: Mapped[datetime] = mapped_column(UTCDateTime)


class Installation(Base):
    """The one row that says by which name this installation goes where it shares something with others."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="alone"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(32))

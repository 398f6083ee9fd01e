"""What protects personal data, and the record of what was done with it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, event
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.chain import Chained
from queue_app.models.columns import BigId, Json, stored_by_value
from queue_app.models.log import LogIsAppendOnly
from queue_app.models.office import Office
from queue_app.models.people import User


class HashKeys(Base):
    """The keys of the hashes of NIKs, phones and addresses, sealed. The newest row is in use; older ones are kept for
    the day on which a lost key is found."""

    __tablename__ = "hash_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    keys_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PrivacyDeedKind(StrEnum):
    """RETENTION: the daily erasing of what is past its term. The others are wishes of a person."""

    RETENTION = "retention"
    SEARCH = "search"
    EXPORT = "export"
    ERASE = "erase"


class PrivacyDeed(Chained, Base):
    """What was done with personal data: rows are added and never changed or removed.

    ``actor_id`` None: the daily job, or a command on the server. ``subject``: of RETENTION the kind of data, of the
    others by what the person was found (``ticket``, ``nik``, ``phone``), never the value. ``rows``: how many were
    erased or found. ``up_to``: the last local day of what was due. ``tickets``: the numbers with their days.
    """

    __tablename__ = "privacy_deed"
    __table_args__ = (
        Index("uq_privacy_deed_seq", "office_id", "seq", unique=True),
        Index("ix_privacy_deed_subject", "office_id", "subject", "up_to"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    deed: Mapped[PrivacyDeedKind] = mapped_column(stored_by_value(PrivacyDeedKind))
    subject: Mapped[str] = mapped_column(String(40))
    rows: Mapped[int]
    up_to: Mapped[date | None]
    tickets: Mapped[list[str]] = mapped_column(Json, default=list)

    office: Mapped[Office] = relationship()
    actor: Mapped[User | None] = relationship()


@event.listens_for(Session, "before_flush")
def _refuse_changes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for row in session.deleted:
        if isinstance(row, PrivacyDeed):
            raise LogIsAppendOnly("the record of what was done with personal data is append-only")
    for row in session.dirty:
        if isinstance(row, PrivacyDeed) and session.is_modified(row):
            raise LogIsAppendOnly("the record of what was done with personal data is append-only")

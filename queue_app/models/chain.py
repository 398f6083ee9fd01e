"""What makes a change of an append-only log noticeable: each row carries a digest of itself and of the row before it.

The log of moves (``Event``) counts its rows by the office's version; the smaller logs count theirs in ``ChainHead``.
See ``queue_app.audit`` for how a digest is made and checked.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import BigId, Json
from queue_app.models.log import LogIsAppendOnly
from queue_app.models.office import Office
from queue_app.models.people import User

SUBJECT_LENGTH = 80


class Chained:
    """The columns of a row in a chain: ``seq`` counts from 1 without gaps within an office and a log."""

    office_id: Mapped[int] = mapped_column(server_default="0")
    seq: Mapped[int] = mapped_column(BigId, server_default="0")
    digest: Mapped[str] = mapped_column(String(64), server_default="")


class ChainHead(Base):
    """How far the chain of a log is: the number and the digest of its last row. Whoever adds a row holds this one."""

    __tablename__ = "chain_head"

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    log: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(BigId)
    digest: Mapped[str] = mapped_column(String(64))


class ConfigurationChange(Chained, Base):
    """Who changed what of an office's settings, and when. Rows are added and never changed or removed.

    ``actor_id`` None: a command on the server. ``subject``: what was changed, like ``office``, ``service:A``,
    ``counter:3``. ``before`` and ``after`` hold what differs, by name; never a password or a citizen's data.
    """

    __tablename__ = "configuration_change"
    __table_args__ = (Index("uq_configuration_change_seq", "office_id", "seq", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    before: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    office: Mapped[Office] = relationship()
    actor: Mapped[User | None] = relationship()


@event.listens_for(Session, "before_flush")
def _refuse_changes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for row in session.deleted:
        if isinstance(row, ConfigurationChange):
            raise LogIsAppendOnly("a row of the configuration's history was about to be deleted")
    for row in session.dirty:
        if isinstance(row, ConfigurationChange) and session.is_modified(row):
            raise LogIsAppendOnly("a row of the configuration's history was about to be changed")

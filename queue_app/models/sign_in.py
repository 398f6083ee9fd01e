"""Who is signed in where, what happened at signing in, and wrong guesses that are counted."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import BigId, stored_by_value
from queue_app.models.log import LogIsAppendOnly
from queue_app.models.office import Office
from queue_app.models.people import User

WHERE_LENGTH = 60


class SignInKind(StrEnum):
    """What happened to a person's account."""

    SIGNED_IN = "signed_in"
    SIGNED_IN_OIDC = "signed_in_oidc"
    SIGNED_OUT = "signed_out"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a name of what happened
    WRONG_CODE = "wrong_code"
    WRONG_PIN = "wrong_pin"
    SESSION_ENDED = "session_ended"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - likewise
    PASSWORD_RESET = "password_reset"  # noqa: S105 - likewise
    PIN_SET = "pin_set"
    SECOND_STEP_ON = "second_step_on"
    SECOND_STEP_RESET = "second_step_reset"
    RECOVERY_USED = "recovery_used"
    ROLE_CHANGED = "role_changed"
    DEACTIVATED = "deactivated"
    ACTIVATED = "activated"
    CREATED = "created"


class SignInSession(Base):
    """A browser in which a person is signed in; of its secret only the digest is kept.

    ``address`` is shortened to its network, ``device`` says the browser in a few words. ``used_at``: when the person
    last did something in it, within half a minute. ``locked_at``: the desk is covered; ``pin_misses`` since then.
    """

    __tablename__ = "sign_in_session"
    __table_args__ = (Index(None, "user_id", "ended_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime] = mapped_column(UTCDateTime)
    address: Mapped[str] = mapped_column(String(WHERE_LENGTH))
    device: Mapped[str] = mapped_column(String(WHERE_LENGTH))
    locked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    pin_misses: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()


class SignInEvent(Base):
    """What happened at signing in, append-only. ``actor_id``: who did it, where that was somebody else."""

    __tablename__ = "sign_in_event"
    __table_args__ = (Index(None, "office_id", "id"), Index(None, "user_id", "id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[SignInKind] = mapped_column(stored_by_value(SignInKind))
    address: Mapped[str] = mapped_column(String(WHERE_LENGTH))
    device: Mapped[str] = mapped_column(String(WHERE_LENGTH))

    office: Mapped[Office] = relationship()
    user: Mapped[User] = relationship(foreign_keys=user_id)
    actor: Mapped[User | None] = relationship(foreign_keys=actor_id)


class SignInMiss(Base):
    """Guesses that may have been wrong, by the digest of what they were made at: a name, an address, a browser."""

    __tablename__ = "sign_in_miss"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    misses: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class RecoveryCode(Base):
    """A code that stands in once for the person's phone."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


@event.listens_for(Session, "before_flush")
def _refuse_changes(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    for row in session.deleted:
        if isinstance(row, SignInEvent):
            raise LogIsAppendOnly("a sign-in event was about to be deleted")
    for row in session.dirty:
        if isinstance(row, SignInEvent) and session.is_modified(row):
            raise LogIsAppendOnly("a sign-in event was about to be changed")

"""Who works here, with which right, and at which counter now."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.lifecycle import ShiftState
from queue_app.models.columns import Json, stored_by_value
from queue_app.models.office import Counter, Office

officer_service = Table(
    "officer_service",
    Base.metadata,
    Column("officer_id", ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("service_id", ForeignKey("service.id", ondelete="CASCADE"), primary_key=True),
)
"""Which services an officer can do; an officer without a row can do all."""


class Role(StrEnum):
    """``RECEPTION`` gives numbers and calls nobody; ``AUDITOR`` sees what a supervisor sees and changes nothing."""

    OFFICER = "officer"
    RECEPTION = "reception"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    AUDITOR = "auditor"


class User(Base):
    """A person who signs in. ``password_hash`` None: known from past records only, and cannot sign in by a password.

    ``must_change_password``: somebody else set it. ``totp_sealed``: the secret that the person's phone makes codes of,
    in use since ``totp_since`` (None: not yet); ``totp_step`` is the time step of the last code that was taken, and no
    code of it or an earlier one is taken again. ``pin_hash``: of the PIN that uncovers the desk.
    """

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(stored_by_value(Role))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    totp_sealed: Mapped[bytes | None]
    totp_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    pin_hash: Mapped[str | None] = mapped_column(String(200))

    office: Mapped[Office] = relationship()


Hand = User | Office
"""Who changes something of an office: a person of it, or (for a command on the server) nobody, known by the office."""


def office_of(hand: Hand) -> Office:
    return hand if isinstance(hand, Office) else hand.office


def person_of(hand: Hand) -> User | None:
    return None if isinstance(hand, Office) else hand


class Scope(StrEnum):
    """What a program's token is for; ``permissions`` says which operations of the API each one opens."""

    TICKETS = "tickets"
    DESK = "desk"
    FIGURES = "figures"
    EXPORT = "export"
    LEVERS = "levers"
    SUPERVISE = "supervise"
    WEBHOOKS = "webhooks"
    DISPLAYS = "displays"
    MOVING = "moving"
    PEOPLE = "people"
    PRIVACY = "privacy"
    MANAGE = "manage"


class ApiToken(Base):
    """A program's key to act as a user, as far as ``scopes`` reach and its role allows. Only its digest is kept, and
    its ``beginning``, by which people tell tokens apart.

    ``expires_at`` None: made before tokens ran out. ``made_by_id`` None: by a command on the server. ``made_with_id``:
    the token of the program that made it; when that one is revoked, this one is too.
    """

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    name: Mapped[str] = mapped_column(String(80), default="")
    beginning: Mapped[str] = mapped_column(String(16), default="")
    scopes: Mapped[list[str]] = mapped_column(Json, default=list)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_with_id: Mapped[int | None] = mapped_column(ForeignKey("api_token.id"), index=True)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    made_by: Mapped[User | None] = relationship(foreign_keys=[made_by_id])


class Shift(Base):
    """An officer's time at one counter. Its instants are in the log; here is only what it is now."""

    __tablename__ = "shift"
    __table_args__ = (
        # One counter has one officer, and one officer sits at one counter, whatever the code does.
        Index(
            "uq_shift_counter_live",
            "counter_id",
            unique=True,
            sqlite_where=text("state <> 'CLOSED'"),
            postgresql_where=text("state <> 'CLOSED'"),
        ),
        Index(
            "uq_shift_officer_live",
            "officer_id",
            unique=True,
            sqlite_where=text("state <> 'CLOSED'"),
            postgresql_where=text("state <> 'CLOSED'"),
        ),
        Index(None, "office_id", "state"),
        Index(None, "office_id", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[ShiftState] = mapped_column(stored_by_value(ShiftState))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)

    counter: Mapped[Counter] = relationship()
    officer: Mapped[User] = relationship()

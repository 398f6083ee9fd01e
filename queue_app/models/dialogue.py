"""The performance dialogue of an officer and a period: targets, agreed actions, all that was said and decided."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Double, ForeignKey, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column, relationship

from metrics.predikat import Level, Predikat
from queue_app.database import Base, UTCDateTime
from queue_app.models.chain import Chained
from queue_app.models.columns import BigId, Json, stored_by_value
from queue_app.models.log import LogIsAppendOnly
from queue_app.models.office import Office
from queue_app.models.people import User


class Span(StrEnum):
    """How long a period of targets is."""

    MONTH = "month"
    QUARTER = "quarter"
    SEMESTER = "semester"
    YEAR = "year"


class DialogueState(StrEnum):
    """``DRAFT``: the supervisor's alone. ``OPEN``: the officer reads it. ``CLOSED``: decided, figures frozen."""

    DRAFT = "DRAFT"
    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"


class Indicator(StrEnum):
    """What a target is about. What was achieved is computed; ``WORDS`` has no figure and is talked about."""

    SPEED_INDEX = "speed_index"
    WITHIN_STANDARD = "within_standard"
    ACCURACY = "accuracy"
    SATISFACTION = "satisfaction"
    WORDS = "words"


class ActionKind(StrEnum):
    TRAINING = "training"
    RESOURCES = "resources"
    OTHER = "other"


class Deed(StrEnum):
    """A step of a dialogue, one row each."""

    START = "start"
    TARGET = "target"
    TARGET_REMOVED = "target_removed"
    CONDUCT = "conduct"
    ACTION = "action"
    ACTION_DONE = "action_done"
    NOTE = "note"
    OPEN = "open"
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"


class Dialogue(Base):
    """One officer's dialogue about whole local days. ``version`` grows with every change of what was agreed or decided.

    ``conduct`` and its reason are a person's; ``predikat`` is what a person decided, None until it is closed.
    """

    __tablename__ = "dialogue"
    __table_args__ = (UniqueConstraint("officer_id", "span", "start_day"), Index(None, "office_id", "start_day"))

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    span: Mapped[Span] = mapped_column(stored_by_value(Span))
    start_day: Mapped[date]
    end_day: Mapped[date]
    state: Mapped[DialogueState] = mapped_column(stored_by_value(DialogueState))
    version: Mapped[int] = mapped_column(default=1)
    conduct: Mapped[Level | None] = mapped_column(stored_by_value(Level))
    conduct_reason: Mapped[str | None] = mapped_column(String(2000))
    predikat: Mapped[Predikat | None] = mapped_column(stored_by_value(Predikat))
    predikat_reason: Mapped[str | None] = mapped_column(String(2000))

    office: Mapped[Office] = relationship()
    officer: Mapped[User] = relationship()
    targets: Mapped[list["Target"]] = relationship(order_by="Target.id", cascade="all, delete-orphan")
    actions: Mapped[list["AgreedAction"]] = relationship(order_by="AgreedAction.id")
    entries: Mapped[list["DialogueEntry"]] = relationship(order_by="DialogueEntry.id")


class Target(Base):
    """One row of the SKP: the result, the indicator, how much of it. ``goal`` None with an indicator in words."""

    __tablename__ = "dialogue_target"

    id: Mapped[int] = mapped_column(primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id"), index=True)
    result: Mapped[str] = mapped_column(String(240))
    indicator: Mapped[Indicator] = mapped_column(stored_by_value(Indicator))
    goal: Mapped[float | None] = mapped_column(Double)
    words: Mapped[str | None] = mapped_column(String(240))


class AgreedAction(Base):
    """What the two agreed on: training, resources, something else; by when, and when it was done."""

    __tablename__ = "dialogue_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id"), index=True)
    kind: Mapped[ActionKind] = mapped_column(stored_by_value(ActionKind))
    text: Mapped[str] = mapped_column(String(500))
    due_day: Mapped[date]
    done_day: Mapped[date | None]


class DialogueEntry(Chained, Base):
    """What somebody said or changed, and when. Rows are added and never changed or removed.

    ``data``: what was before and after; of a closing also the frozen figures, their method and their digest.
    """

    __tablename__ = "dialogue_entry"
    __table_args__ = (Index(None, "dialogue_id", "id"), Index("uq_dialogue_entry_seq", "office_id", "seq", unique=True))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    deed: Mapped[Deed] = mapped_column(stored_by_value(Deed))
    words: Mapped[str | None] = mapped_column(String(4000))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    actor: Mapped[User] = relationship()


@event.listens_for(Session, "before_flush")
def _refuse_changes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for row in session.deleted:
        if isinstance(row, DialogueEntry):
            raise LogIsAppendOnly("a row of a dialogue's history was about to be deleted")
    for row in session.dirty:
        if isinstance(row, DialogueEntry) and session.is_modified(row):
            raise LogIsAppendOnly("a row of a dialogue's history was about to be changed")

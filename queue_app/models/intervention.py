"""Interventions (a training, a new procedure, booking online) whose effect is measured before and after their date."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Double, ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.chain import Chained
from queue_app.models.columns import BigId, Json, stored_by_value
from queue_app.models.log import LogIsAppendOnly
from queue_app.models.monitoring import Annotation, Monitored
from queue_app.models.office import Office
from queue_app.models.people import User

INTERVENTION_NAME_LENGTH = 120


class InterventionKind(StrEnum):
    TRAINING = "training"
    PROCEDURE = "procedure"
    BOOKING = "booking"
    RESOURCES = "resources"
    OTHER = "other"


class GroupKind(StrEnum):
    """Whom it concerns. ``OTHERS``, of a control group alone: everybody whom it does not concern."""

    OFFICE = "office"
    SERVICES = "services"
    OFFICERS = "officers"
    COUNTERS = "counters"
    OTHERS = "others"


class InterventionDeed(StrEnum):
    """A step of an intervention, one row each. ``SEE``: its results were opened, so the plan stands."""

    PROPOSE = "propose"
    CHANGE = "change"
    SEE = "see"
    CLOSE = "close"
    REOPEN = "reopen"


class Intervention(Base):
    """What began on ``start_day``. ``members`` and ``control_members``: ids of services, officers or counters.

    ``primary``: the indicators that it is judged by, named before anybody saw a result (``seen_at``). ``expected``: the
    change of times in per cent that was expected, with its sign; None: nothing was named. ``washout``: days before and
    from the date that are not counted.
    """

    __tablename__ = "intervention"
    __table_args__ = (Index(None, "office_id", "start_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    version: Mapped[int] = mapped_column(default=1)
    kind: Mapped[InterventionKind] = mapped_column(stored_by_value(InterventionKind))
    name: Mapped[str] = mapped_column(String(INTERVENTION_NAME_LENGTH))
    done: Mapped[str] = mapped_column(String(2000))
    start_day: Mapped[date]
    washout: Mapped[int] = mapped_column(default=0)
    group: Mapped[GroupKind] = mapped_column("group_kind", stored_by_value(GroupKind))
    members: Mapped[list[int]] = mapped_column(Json, default=list)
    control: Mapped[GroupKind | None] = mapped_column("control_kind", stored_by_value(GroupKind))
    control_members: Mapped[list[int]] = mapped_column(Json, default=list)
    primary: Mapped[list[str]] = mapped_column("primary_indicators", Json, default=list)
    expected: Mapped[float | None] = mapped_column(Double)
    annotation_id: Mapped[int | None] = mapped_column(ForeignKey("annotation.id"))
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    office: Mapped[Office] = relationship()
    annotation: Mapped[Annotation | None] = relationship()
    entries: Mapped[list["InterventionEntry"]] = relationship(order_by="InterventionEntry.id")

    @property
    def indicators(self) -> list[Monitored]:
        return [Monitored(value) for value in self.primary]


class InterventionEntry(Chained, Base):
    """Who did what when. Rows are added and never changed or removed.

    ``data``: the whole plan as it was proposed, what was before and after a change and whether results had been seen;
    of a closing the figures.
    """

    __tablename__ = "intervention_entry"
    __table_args__ = (
        Index(None, "intervention_id", "id"),
        Index("uq_intervention_entry_seq", "office_id", "seq", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    intervention_id: Mapped[int] = mapped_column(ForeignKey("intervention.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    deed: Mapped[InterventionDeed] = mapped_column(stored_by_value(InterventionDeed))
    words: Mapped[str | None] = mapped_column(String(2000))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    actor: Mapped[User] = relationship()


@event.listens_for(Session, "before_flush")
def _refuse_changes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for row in session.deleted:
        if isinstance(row, InterventionEntry):
            raise LogIsAppendOnly("a row of an intervention's history was about to be deleted")
    for row in session.dirty:
        if isinstance(row, InterventionEntry) and session.is_modified(row):
            raise LogIsAppendOnly("a row of an intervention's history was about to be changed")

"""A citizen's place, and the row that makes a retry harmless."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from queue_app.database import Base, UTCDateTime
from queue_app.lifecycle import TicketState
from queue_app.models.columns import BigId, Json, stored_by_value
from queue_app.models.office import Counter, Office, Pool, Service, VisitTemplate
from queue_app.models.people import User

_WAITING = text("state = 'WAITING'")
_LIVE_NIK = text("nik_hash IS NOT NULL AND state IN ('BOOKED', 'WAITING', 'CALLED', 'SERVING', 'ON_HOLD')")
_AT_COUNTER = text("state IN ('CALLED', 'SERVING')")
_LIVE = text("state IN ('BOOKED', 'WAITING', 'CALLED', 'SERVING', 'ON_HOLD')")
_APART = text(
    "state = 'WAITING' AND (lets_pass > 0 OR for_counter_id IS NOT NULL OR for_officer_id IS NOT NULL"
    " OR for_pool_id IS NOT NULL)"
)
_IMPORTED = text("import_id IS NOT NULL")
_PERSONAL = text("name_sealed IS NOT NULL OR phone_sealed IS NOT NULL OR nik_hash IS NOT NULL")


class Channel(StrEnum):
    ONLINE = "online"
    KIOSK = "kiosk"
    RECEPTION = "reception"
    IMPORTED = "imported"


class Category(StrEnum):
    """Who is treated with priority by law (UU 25/2009, article 29)."""

    REGULAR = "regular"
    ELDERLY = "elderly"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    INFANT = "infant"


class Relation(StrEnum):
    """Whose data a booking carries, seen from who fills in the form. Nothing more is kept of the family."""

    SELF = "self"
    CHILD = "child"
    PARENT = "parent"
    SPOUSE = "spouse"
    OTHER = "other"


class Ticket(Base):
    """One citizen's place for one day. What happened to it, and when, is in the log; here is only what it is now.

    ``version`` grows by one with every move. ``numbered_by_id`` is the service whose daily sequence gave the
    number; ``service_id`` follows a transfer. ``due_at`` is the instant that decides the turn;
    ``lets_pass`` is how many others go first although it would be this one's turn, after ``deferrals`` wishes for more
    time. ``legs``: codes of the services that remain in this visit after the present one, in order; ``visit_id`` the
    template it was asked for by. ``for_*``: while it waits, it is kept for that counter, officer or pool alone (at most
    one of them).
    """

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("numbered_by_id", "day", "number"),
        # The next call looks only at the first two due of each service and category, however many wait.
        Index(
            "ix_ticket_waiting",
            *("office_id", "day", "service_id", "category", "due_at", "id"),
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        # One counter and one officer have one ticket, whatever the code does.
        Index(
            "uq_ticket_at_counter", "counter_id", unique=True, sqlite_where=_AT_COUNTER, postgresql_where=_AT_COUNTER
        ),
        Index(
            "uq_ticket_at_officer", "officer_id", unique=True, sqlite_where=_AT_COUNTER, postgresql_where=_AT_COUNTER
        ),
        Index(None, "office_id", "day", "state"),
        # The few who asked for more time or are kept for somebody; each call looks at all of them. With the state, or
        # SQLite takes the index below, and with it everyone who waits.
        Index("ix_ticket_apart", "office_id", "day", "state", sqlite_where=_APART, postgresql_where=_APART),
        # What a day's end, or the next, still has to end: few, however many the office ever had.
        Index("ix_ticket_live", "office_id", "day", "state", sqlite_where=_LIVE, postgresql_where=_LIVE),
        # What the retention job still has to erase; empty of everything it has erased.
        Index("ix_ticket_personal", "office_id", "day", sqlite_where=_PERSONAL, postgresql_where=_PERSONAL),
        Index("ix_ticket_import", "import_id", sqlite_where=_IMPORTED, postgresql_where=_IMPORTED),
        # One person has one live ticket for a service, whatever the code does.
        Index(
            "uq_ticket_nik_live",
            *("service_id", "nik_hash"),
            unique=True,
            sqlite_where=_LIVE_NIK,
            postgresql_where=_LIVE_NIK,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    numbered_by_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    day: Mapped[date]
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(16))
    channel: Mapped[Channel] = mapped_column(stored_by_value(Channel))
    category: Mapped[Category] = mapped_column(stored_by_value(Category))
    state: Mapped[TicketState] = mapped_column(stored_by_value(TicketState))
    version: Mapped[int] = mapped_column(default=1)
    slot_start: Mapped[datetime | None] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lets_pass: Mapped[int] = mapped_column(default=0)
    deferrals: Mapped[int] = mapped_column(default=0)
    legs: Mapped[list[str]] = mapped_column(Json, default=list)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit_template.id"))
    for_counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    for_officer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    for_pool_id: Mapped[int | None] = mapped_column(ForeignKey("pool.id"))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    name_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    nik_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    nik_last4: Mapped[str | None] = mapped_column(String(4))
    phone_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    relation: Mapped[Relation] = mapped_column(stored_by_value(Relation), default=Relation.SELF)
    import_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    import_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("past_import.id"))

    @property
    def step(self) -> tuple[int, int] | None:
        """Which service this is of a visit that was asked for by its name, and of how many: (2, 3)."""
        if self.visit is None:
            return None
        count = max(len(self.visit.steps), len(self.legs) + 1)
        return count - len(self.legs), count

    office: Mapped[Office] = relationship()
    service: Mapped[Service] = relationship(foreign_keys=service_id)
    visit: Mapped[VisitTemplate | None] = relationship()
    counter: Mapped[Counter | None] = relationship(foreign_keys=counter_id)
    officer: Mapped[User | None] = relationship(foreign_keys=officer_id)
    for_counter: Mapped[Counter | None] = relationship(foreign_keys=for_counter_id)
    for_officer: Mapped[User | None] = relationship(foreign_keys=for_officer_id)
    for_pool: Mapped[Pool | None] = relationship()


UNSET: Mapping[str, Any] = {
    column.key: column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
    for column in Ticket.metadata.tables["ticket"].columns
    if not column.primary_key
}
"""What a new ticket's columns are if nobody says otherwise; but ``legs``, of which each has a list of its own."""

AT_ANY_COUNTER = text("ticket.state IN ('CALLED', 'SERVING')")
"""Of tickets: called or being served. By the index of those few alone, for which their states must stand in the
statement itself; with parameters every ticket that there ever was is looked at."""

IS_LIVE = text(f"ticket.{_LIVE}")
"""Of tickets: nothing final has happened to them. The same holds for it."""


def is_at_counter(office_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Of tickets: called or being served at a counter of the office."""
    counters = select(Counter.id).where(Counter.office_id == office_id)
    return and_(Ticket.counter_id.in_(counters), AT_ANY_COUNTER)


class IdempotencyKey(Base):
    """A request that was carried out, so that its double gets the first answer again.

    ``ticket_id`` None: it was carried out and found nobody (a call on an empty queue), or was for something else than a
    ticket: ``made_id`` is the id of what it made.
    """

    __tablename__ = "idempotency_key"

    scope: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    made_id: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

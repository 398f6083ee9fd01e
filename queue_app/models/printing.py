"""Receipt printers, and what each is to print."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.models.columns import BigId, stored_by_value
from queue_app.models.office import Office
from queue_app.models.people import User
from queue_app.models.ticket import Ticket

_OPEN = text("status IN ('QUEUED', 'PRINTING')")


class PrinterKind(StrEnum):
    """How a printer is reached; its address is ``host:port``, ``vendor:product`` or ``/dev/tty…@baud``."""

    NETWORK = "network"
    USB = "usb"
    SERIAL = "serial"


class PrintStatus(StrEnum):
    """PRINTING: handed over, and what became of it is not known yet. The last four are final.

    UNCERTAIN: it may lie in the printer, whole or in part, and is not repeated by itself. FAILED: nothing of it was
    printed in time. DROPPED: the ticket had come to its end before.
    """

    QUEUED = "QUEUED"
    PRINTING = "PRINTING"
    PRINTED = "PRINTED"
    UNCERTAIN = "UNCERTAIN"
    FAILED = "FAILED"
    DROPPED = "DROPPED"


class Printer(Base):
    """A receipt printer of an office. ``width_mm`` of its paper: 58 or 80. ``active`` False: it is given nothing.

    ``answers``: it says how it is and when it has printed; one that never answers is believed blindly. ``draws_qr``: it
    knows the command for QR codes; otherwise they are sent as a picture. ``claim`` names the process that prints on it,
    given up for dead after ``claimed_until``. ``failures`` in a row, of which ``problem`` names the last; nothing is
    tried before ``rests_until``.
    """

    __tablename__ = "printer"
    __table_args__ = (
        UniqueConstraint("office_id", "name"),
        CheckConstraint("width_mm IN (58, 80)", name="width"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[PrinterKind] = mapped_column(stored_by_value(PrinterKind))
    address: Mapped[str] = mapped_column(String(255))
    width_mm: Mapped[int] = mapped_column(default=80)
    active: Mapped[bool] = mapped_column(default=True)
    answers: Mapped[bool] = mapped_column(default=True)
    draws_qr: Mapped[bool] = mapped_column(default=True)
    claim: Mapped[str | None] = mapped_column(String(16))
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    rests_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    problem: Mapped[str | None] = mapped_column(String(40))
    problem_since: Mapped[datetime | None] = mapped_column(UTCDateTime)

    office: Mapped[Office] = relationship()


class PrintJob(Base):
    """One receipt to be printed. ``copy`` 0 is the ticket's own, each further one was asked for.

    ``site``: where citizens reach the pages, for the QR. ``expires_at``: afterwards nobody stands there any more.
    ``reason``: why it is not printed (yet). ``wanted_by`` None: by the citizen at the kiosk.
    """

    __tablename__ = "print_job"
    __table_args__ = (
        UniqueConstraint("ticket_id", "copy"),
        Index("ix_print_job_open", "printer_id", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    printer_id: Mapped[int] = mapped_column(ForeignKey("printer.id", ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    copy: Mapped[int]
    site: Mapped[str] = mapped_column(String(200))
    status: Mapped[PrintStatus] = mapped_column(stored_by_value(PrintStatus))
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(String(40))
    wanted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    begun_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    printer: Mapped[Printer] = relationship()
    ticket: Mapped[Ticket] = relationship()
    wanted_by: Mapped[User | None] = relationship()

"""Why a month cannot be archived: it is too young, or something in it is not over."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from queue_app.database import Database
from queue_app.errors import N_, QueueError
from queue_app.event_months import layout
from queue_app.event_months.month import Month
from queue_app.event_months.packing import table_of
from queue_app.lifecycle import LIVE, STAFFED, ClaimAction
from queue_app.models import Complaint, ComplaintState, Event, Shift, Ticket

KEPT_MONTHS = 24
"""Whole months before the present one that stay in the log: what works with it day by day looks back a year at most."""

_OPEN = (ComplaintState.RECEIVED, ComplaintState.IN_PROGRESS, ComplaintState.APPEALED)
_VERDICTS = (ClaimAction.ACCEPT.value, ClaimAction.DECLINE.value)


def require_by_month(database: Database) -> None:
    """Raises QueueError ``only_by_month``."""
    if not database.is_sqlite:
        with database.engine.connect() as connection:
            if layout.is_by_month(connection):
                return
    raise QueueError(
        "only_by_month",
        N_(
            "Hanya catatan kejadian yang dibagi per bulan (PostgreSQL, log partition) yang dapat diarsipkan. Tanpa itu"
            " pun tidak perlu: 1 TB memuat catatan satu kabupaten lebih dari dua abad."
        ),
        422,
    )


def of(session: Session, month: Month, now: datetime) -> QueueError | None:
    """The first reason, None: there is none."""
    if not is_old(month, now):
        return QueueError(
            "month_too_young",
            N_("Bulan %(month)s terlalu baru: %(kept)s bulan terakhir selalu tinggal di catatan."),
            422,
            month=f"{month}",
            kept=KEPT_MONTHS,
        )
    for is_there, code, message in (
        (_live_ticket(month), "month_has_live_tickets", N_("Bulan %(month)s masih punya tiket yang belum selesai.")),
        (_open_shift(month), "month_has_open_shifts", N_("Bulan %(month)s masih punya sesi loket yang belum ditutup.")),
        (
            _open_claim(month),
            "month_has_open_claims",
            N_("Bulan %(month)s masih punya sanggahan yang belum diputuskan."),
        ),
        (
            _open_complaint(month),
            "month_has_open_complaints",
            N_("Bulan %(month)s masih punya pengaduan yang belum selesai."),
        ),
    ):
        if session.scalar(select(is_there)):
            return QueueError(code, message, month=f"{month}")
    return None


def is_old(month: Month, now: datetime) -> bool:
    """Whether so many whole months lie between it and the present one."""
    present = Month.of(now)
    return (present.year - month.year) * 12 + present.number - month.number > KEPT_MONTHS


def _live_ticket(month: Month) -> Any:
    table = table_of(month)
    return exists().where(table.c.ticket_id == Ticket.id, Ticket.state.in_(LIVE))


def _open_shift(month: Month) -> Any:
    table = table_of(month)
    return exists().where(table.c.shift_id == Shift.id, Shift.state.in_(STAFFED))


def _open_complaint(month: Month) -> Any:
    table = table_of(month)
    return exists().where(table.c.ticket_id == Complaint.ticket_id, Complaint.state.in_(_OPEN))


def _open_claim(month: Month) -> Any:
    """A contest after which nothing was decided, as ``contested`` knows it."""
    flag, verdict = table_of(month), aliased(Event)
    leg, of = flag.c.data["leg"].as_integer(), verdict.data["leg"].as_integer()
    later = (verdict.ticket_id == flag.c.ticket_id) & (verdict.seq > flag.c.seq)
    decided = exists().where(later, verdict.action.in_(_VERDICTS), leg.is_(None) | (leg == of)).correlate(flag)
    return exists().where(flag.c.action == ClaimAction.FLAG.value, ~decided)

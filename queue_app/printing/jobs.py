"""What is to be printed, and what became of it. WRITE; all run in the caller's transaction.

As in ``messages.outbox``: a job is claimed, its beginning is written down, it is handed over outside any transaction,
and what became of it is written down. A receipt is unique for its ticket and copy, so it is queued once, whoever asks.
A printer takes one job after the other from one process, for it can be reached by one at a time. What may lie in the
printer (it broke off after the first byte, or the process died then) is UNCERTAIN and not printed again by itself:
two slips of one number would let two people believe that it is theirs.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from queue_app.database import insert_or_ignore, note
from queue_app.errors import N_, QueueError
from queue_app.lifecycle import LIVE
from queue_app.models import Printer, PrintJob, PrintStatus, Ticket, User
from queue_app.printing.device import Outcome, Verdict
from queue_app.printing.printers import rested

LEASE = timedelta(seconds=60)
"""A process that has not got further with a receipt by then is taken for dead; handing over never takes so long."""

USEFUL = timedelta(minutes=3)
"""So long somebody may stand before the printer. Later slips would lie there for whoever comes."""

FIRST_REST = timedelta(seconds=2)
LONGEST_REST = timedelta(seconds=30)
KEPT = timedelta(days=30)
MOST_BY_CITIZEN = 2
"""Copies that the kiosk prints of one ticket when asked; the staff may print more."""

INTERRUPTED, LATE, ENDED = "interrupted", "late", "ended"

S = PrintStatus


@dataclass(frozen=True, slots=True)
class Queued:
    """Noted for the listeners: there is something to print."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the newest receipt of a ticket is. ``problem``: what keeps its printer from printing, as a word."""

    status: PrintStatus
    problem: str | None

    @property
    def is_in_trouble(self) -> bool:
        """Whether whoever waits for it should be told not to."""
        return self.status not in (S.PRINTED, S.QUEUED, S.PRINTING) or (
            self.problem is not None and self.status is not S.PRINTED
        )


def queue(session: Session, ticket: Ticket, printer: Printer, site: str, now: datetime) -> bool:
    """Queue the ticket's own receipt; False when it was before."""
    return _put(session, ticket, printer, site, now, copy=0, wanted_by=None)


def reprint(
    session: Session, ticket: Ticket, printer: Printer, site: str, now: datetime, wanted_by: User | None = None
) -> None:
    """Queue one more copy, which says that it is one. ``wanted_by`` None: the citizen wants it, at the kiosk.

    While the last one is still on its way nothing is added. Raises QueueError ``printed_too_often`` or ``not_live``.
    """
    if ticket.state not in LIVE:
        raise QueueError("not_live", N_("Nomor ini sudah selesai, jadi tidak dicetak lagi."), 409)
    copies = session.scalars(select(PrintJob).where(PrintJob.ticket_id == ticket.id).order_by(PrintJob.copy)).all()
    rested(printer)  # somebody stands there: it is tried at once
    note(session, Queued())
    if copies and copies[-1].status in (S.QUEUED, S.PRINTING):
        return
    if wanted_by is None and sum(job.copy > 0 and job.wanted_by_id is None for job in copies) >= MOST_BY_CITIZEN:
        raise QueueError(
            "printed_too_often",
            N_("Nomor ini sudah dicetak ulang. Foto nomor di layar, atau minta cetakan di meja penerimaan."),
            409,
        )
    _put(session, ticket, printer, site, now, copy=copies[-1].copy + 1 if copies else 1, wanted_by=wanted_by)


def progress(session: Session, ticket: Ticket) -> Progress | None:
    """How far the newest receipt is; None for a ticket that has none."""
    job = session.scalar(
        select(PrintJob)
        .where(PrintJob.ticket_id == ticket.id)
        .order_by(PrintJob.copy.desc())
        .limit(1)
        .options(joinedload(PrintJob.printer))
    )
    return None if job is None else Progress(job.status, job.reason or job.printer.problem)


def last_printed(session: Session, printer_ids: Sequence[int]) -> dict[int, datetime]:
    """When each printer last printed a receipt, as far as that is still kept."""
    query = select(PrintJob.printer_id, func.max(PrintJob.done_at)).where(
        PrintJob.printer_id.in_(printer_ids), PrintJob.status == S.PRINTED
    )
    rows = session.execute(query.group_by(PrintJob.printer_id)).all()
    return {printer_id: at for printer_id, at in rows if at is not None}


def has_work(session: Session, now: datetime) -> bool:
    """Whether anything may be to do; one lookup, so that an idle process costs nothing."""
    has_died = (PrintJob.status == S.PRINTING) & (PrintJob.begun_at <= now - LEASE)
    is_due = (PrintJob.status == S.QUEUED) & ((PrintJob.expires_at <= now) | _is_ready(now))
    is_open = PrintJob.status.in_((S.QUEUED, S.PRINTING))  # said for the partial index
    query = select(PrintJob.id).join(Printer).where(is_open, has_died | is_due)
    return bool(session.scalar(select(exists(query))))


def recover(session: Session, now: datetime) -> None:
    """Close what died while it was printed, and what nobody waits for any more."""
    died = update(PrintJob).where(PrintJob.status == S.PRINTING, PrintJob.begun_at <= now - LEASE)
    session.execute(died.values(status=S.UNCERTAIN, reason=INTERRUPTED, done_at=now))
    queued = update(PrintJob).where(PrintJob.status == S.QUEUED)
    late = func.coalesce(PrintJob.reason, LATE)
    session.execute(queued.where(PrintJob.expires_at <= now).values(status=S.FAILED, reason=late, done_at=now))
    over = select(Ticket.id).where(Ticket.id == PrintJob.ticket_id, Ticket.state.not_in(LIVE)).correlate(PrintJob)
    session.execute(queued.where(exists(over)).values(status=S.DROPPED, reason=ENDED, done_at=now))


def claim(session: Session, now: datetime) -> list[tuple[int, str]]:
    """Take every printer that has something to do and is nobody's: their ids, each with the claim's name."""
    waits = select(PrintJob.id).where(PrintJob.printer_id == Printer.id, PrintJob.status == S.QUEUED)
    due = session.scalars(select(Printer.id).where(_is_ready(now), exists(waits.correlate(Printer)))).all()
    taken = []
    for printer_id in due:
        name = secrets.token_hex(8)
        got = session.scalar(
            update(Printer)
            .where(Printer.id == printer_id, _is_ready(now))
            .values(claim=name, claimed_until=now + LEASE)
            .returning(Printer.id)
            .execution_options(synchronize_session=False)
        )
        if got is not None:
            taken.append((printer_id, name))
    return taken


def next_of(session: Session, printer_id: int) -> PrintJob | None:
    """The oldest receipt that the printer is to print, with all that it says loaded."""
    return session.scalar(
        select(PrintJob)
        .where(PrintJob.printer_id == printer_id, PrintJob.status == S.QUEUED)
        .order_by(PrintJob.id)
        .limit(1)
        .options(
            joinedload(PrintJob.printer),
            joinedload(PrintJob.ticket).joinedload(Ticket.service),
            joinedload(PrintJob.ticket).joinedload(Ticket.office),
        )
    )


def begin(session: Session, job: PrintJob, claim_name: str, now: datetime) -> bool:
    """Write down that a receipt is about to be handed over; False when the claim has run out or the job is closed."""
    mine = session.scalar(
        update(Printer)
        .where(Printer.id == job.printer_id, Printer.claim == claim_name, Printer.claimed_until > now)
        .values(claimed_until=now + LEASE)
        .returning(Printer.id)
        .execution_options(synchronize_session=False)
    )
    if mine is None:
        return False
    begun = session.scalar(
        update(PrintJob)
        .where(PrintJob.id == job.id, PrintJob.status == S.QUEUED, PrintJob.expires_at > now)
        .values(status=S.PRINTING, attempts=PrintJob.attempts + 1, begun_at=now)
        .returning(PrintJob.id)
        .execution_options(synchronize_session=False)
    )
    return begun is not None


def conclude(session: Session, job: PrintJob, outcome: Outcome, now: datetime) -> None:
    """Write down what became of a receipt, and how its printer is. What was not begun is tried again after a rest."""
    values: dict[str, object] = {"reason": outcome.problem}
    match outcome.verdict:
        case Verdict.PRINTED:
            values |= {"status": S.PRINTED, "done_at": now}
        case Verdict.UNCERTAIN:
            values |= {"status": S.UNCERTAIN, "done_at": now}
        case Verdict.NOT_PRINTED:
            values |= {"status": S.QUEUED}
    # A process that was taken for dead may still say how it ended: UNCERTAIN becomes what is known.
    session.execute(
        update(PrintJob)
        .where(PrintJob.id == job.id, PrintJob.status.in_((S.PRINTING, S.UNCERTAIN)))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    printer = session.get_one(Printer, job.printer_id, with_for_update=True, populate_existing=True)
    if outcome.verdict is Verdict.PRINTED:
        rested(printer)
    else:
        printer.failures += 1
        printer.rests_until = now + min(FIRST_REST * 2 ** min(printer.failures - 1, 10), LONGEST_REST)
        printer.problem, printer.problem_since = outcome.problem, printer.problem_since or now


def mended(session: Session, printer: Printer) -> None:
    """A printer that had trouble answers again: what waits for it is printed now."""
    rested(session.get_one(Printer, printer.id, with_for_update=True, populate_existing=True))


def release(session: Session, printer_id: int, claim_name: str) -> None:
    """Let go of a printer, for whoever has something for it next."""
    session.execute(
        update(Printer)
        .where(Printer.id == printer_id, Printer.claim == claim_name)
        .values(claim=None, claimed_until=None)
        .execution_options(synchronize_session=False)
    )


def forget_old(session: Session, now: datetime) -> None:
    """Remove what was printed long ago."""
    session.execute(
        delete(PrintJob).where(PrintJob.created_at < now - KEPT).execution_options(synchronize_session=False)
    )


def _put(
    session: Session, ticket: Ticket, printer: Printer, site: str, now: datetime, *, copy: int, wanted_by: User | None
) -> bool:
    is_new = insert_or_ignore(
        session,
        PrintJob,
        printer_id=printer.id,
        ticket_id=ticket.id,
        copy=copy,
        site=site[:200],
        status=S.QUEUED,
        attempts=0,
        wanted_by_id=wanted_by.id if wanted_by else None,
        created_at=now,
        expires_at=now + USEFUL,
    )
    if is_new:
        note(session, Queued())
    return is_new


def _is_ready(now: datetime) -> ColumnElement[bool]:
    """Whether a printer may be tried now by whoever claims it."""
    is_free = or_(Printer.claimed_until.is_(None), Printer.claimed_until <= now)
    is_awake = or_(Printer.rests_until.is_(None), Printer.rests_until <= now)
    return Printer.active & is_free & is_awake

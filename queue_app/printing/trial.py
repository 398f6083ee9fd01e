"""A trial print: a slip that is nobody's, to see label, width and QR code on paper, and whether the printer answers."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.errors import N_, QueueError
from queue_app.models import Office, Printer
from queue_app.printing import jobs, receipt
from queue_app.printing.device import Outcome, Target, Verdict
from queue_app.printing.printers import rested
from queue_app.printing.receipt import Slip


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be handed over, outside any transaction. ``claim`` keeps receipts away from the printer meanwhile."""

    printer_id: int
    target: Target
    data: bytes
    claim: str


def begin(session: Session, office: Office, printer: Printer, now: datetime) -> Trial:
    """Take the printer as whoever prints a receipt does. Raises QueueError ``printer_busy``."""
    name = secrets.token_hex(8)
    taken = session.scalar(
        update(Printer)
        .where(Printer.id == printer.id, or_(Printer.claimed_until.is_(None), Printer.claimed_until <= now))
        .values(claim=name, claimed_until=now + jobs.LEASE)
        .returning(Printer.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise QueueError("printer_busy", N_("Pencetak ini sedang mencetak. Coba lagi sebentar."))
    data = receipt.compose(sample(office, now), printer.width_mm, draws_qr=printer.draws_qr)
    return Trial(printer.id, Target.of(printer), data, name)


def conclude(session: Session, trial: Trial, outcome: Outcome, now: datetime) -> None:
    """Let go of the printer, and write down how it is: what waits for one that answers again is printed now."""
    jobs.release(session, trial.printer_id, trial.claim)
    printer = session.get(Printer, trial.printer_id, with_for_update=True, populate_existing=True)
    if printer is None:  # taken away meanwhile
        return
    if outcome.verdict is Verdict.PRINTED:
        rested(printer)
    else:
        printer.problem, printer.problem_since = outcome.problem, printer.problem_since or now


def sample(office: Office, now: datetime) -> Slip:
    """What a trial prints."""
    return Slip(
        office=office.name,
        label="X-000",
        service={"id": "Percobaan pencetak", "en": "Printer test"},
        category={"id": "Bukan nomor antrean", "en": "Not a queue number"},
        day=opening.local_day(office, now),
        at=f"{now.astimezone(office.zone):%H:%M} {opening.zone_name(office, now)}",
        slot=None,
        ahead=None,
        wait=None,
        url="https://example.org/t/percobaan",
        words=office.receipt_text,
        is_copy=False,
    )

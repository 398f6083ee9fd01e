"""Prints what is queued: each printer by a hand of its own, one receipt after the other, outside any transaction.

A printer that hangs keeps its own hand only; numbers are given, called and shown as if it were not there.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy import select

from queue_app.database import Database
from queue_app.models import Printer, PrinterKind
from queue_app.printing import device, jobs, receipt
from queue_app.printing.device import Connect, Outcome, Target, Verdict

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Apart(Protocol):
    """Runs work where it stops nobody, and waits for it."""

    def __call__(self, work: Callable[[], Result]) -> Result: ...


def _here(work: Callable[[], Result]) -> Result:
    return work()


class Press:
    """One process's printing. ``clock`` tells the time, which passes while paper moves; ``wake``: there may be work.

    ``apart`` runs what would stop the whole process (USB, which waits inside its library) in a real thread.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        *,
        connect: Connect = device.connect,
        apart: Apart = _here,
    ) -> None:
        self.wake = threading.Event()
        self._database = database
        self._clock = clock
        self._connect = connect
        self._apart = apart
        self._changed = threading.Condition()
        self._busy = 0

    def hear(self, notes: Sequence[Any]) -> None:
        """Take note of what was queued: a listener of the database. Cheap, and safe in any thread."""
        if any(isinstance(note, jobs.Queued) for note in notes):
            self.wake.set()

    def work(self, now: datetime) -> int:
        """Begin to print what is due; how many printers were taken. Doesn't wait for them."""
        with self._database.read() as session:
            if not jobs.has_work(session, now):
                return 0
        with self._database.write() as session:
            jobs.recover(session, now)
            taken = jobs.claim(session, now)
        for printer_id, claim in taken:
            self._count(1)
            threading.Thread(target=self._keep_printing, args=(printer_id, claim), daemon=True).start()
        return len(taken)

    def look_after(self, now: datetime) -> None:
        """Ask the printers that had trouble whether it is over, so that nobody is told of what was mended."""
        with self._database.read() as session:
            ill = session.scalars(select(Printer).where(Printer.active, Printer.problem.is_not(None))).all()
        for printer in ill:
            if printer.claimed_until is None or printer.claimed_until <= now:
                target = Target.of(printer)
                if self._run(target, partial(device.look, target, self._connect)) is None:
                    with self._database.write() as session:
                        jobs.mended(session, printer)
                    self.wake.set()

    def forget(self, now: datetime) -> None:
        with self._database.write() as session:
            jobs.forget_old(session, now)

    def finish(self, patience_s: float) -> bool:
        """Wait until nothing is being printed; False when ``patience_s`` was not enough."""
        with self._changed:
            return self._changed.wait_for(lambda: self._busy == 0, patience_s)

    def _keep_printing(self, printer_id: int, claim: str) -> None:
        try:
            while self._print_next(printer_id, claim):
                pass
            with self._database.write() as session:
                jobs.release(session, printer_id, claim)
        except Exception:
            # The claim runs out by itself; what was not begun is tried again then.
            log.exception("printer %s could not be given its receipts", printer_id)
        finally:
            self._count(-1)

    def _print_next(self, printer_id: int, claim: str) -> bool:
        """Print one receipt; whether to go on with the next."""
        with self._database.read() as session:
            job = jobs.next_of(session, printer_id)
            slip = receipt.of(session, job) if job is not None else None
        if job is None or slip is None:
            return False
        printer = job.printer
        data = receipt.compose(slip, printer.width_mm, draws_qr=printer.draws_qr)
        with self._database.write() as session:
            if not jobs.begin(session, job, claim, self._clock()):
                return False
        target = Target.of(printer)
        outcome = self._handed_over(target, data)
        with self._database.write() as session:
            jobs.conclude(session, job, outcome, self._clock())
        if outcome.verdict is not Verdict.PRINTED:
            log.warning("receipt %s on printer %s: %s, %s", job.id, printer.name, outcome.verdict, outcome.problem)
        return outcome.verdict is Verdict.PRINTED

    def _handed_over(self, target: Target, data: bytes) -> Outcome:
        return self._run(target, lambda: device.hand_over(target, data, self._connect))

    def _run(self, target: Target, work: Callable[[], Result]) -> Result:
        return self._apart(work) if target.kind is PrinterKind.USB else work()

    def _count(self, by: int) -> None:
        with self._changed:
            self._busy += by
            self._changed.notify_all()

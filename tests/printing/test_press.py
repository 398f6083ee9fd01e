"""From the number to the paper: once, whatever the printer does, and never a second number for it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from queue_app.errors import QueueError
from queue_app.models import Printer, PrinterKind, PrintJob, PrintStatus, Ticket
from queue_app.printing import device, jobs, printers
from queue_app.printing.device import Problem, Target
from queue_app.printing.press import Press
from tests.office import Desk
from tests.printing.escpos import decoded
from tests.printing.tcp_printer import NO_PAPER, PAPER_THERE, PRINTED, READY, TcpPrinter

S = PrintStatus
SITE = "https://antrean.example.go.id"
NewPrinter = Callable[..., TcpPrinter]


class Kiosk:
    """A kiosk's numbers and the press of its server, on the desk's clock."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.press = Press(desk.db, lambda: desk.now)

    def connect(self, printer: TcpPrinter, name: str = "lobi", **traits: Any) -> None:
        with self.desk.db.write() as session:
            office = self.desk.office(session)
            printers.add(session, office, name, PrinterKind.NETWORK, printer.address, now=self.desk.now, **traits)

    def take(self, service: str = "A") -> Ticket:
        ticket = self.desk.join(service)
        self.want(ticket)
        return ticket

    def want(self, ticket: Ticket) -> bool:
        with self.desk.db.write() as session:
            return jobs.queue(session, ticket, self.printer(session), SITE, self.desk.now)

    def reprint(self, ticket: Ticket, by: str | None = None) -> None:
        with self.desk.db.write() as session:
            found = session.get_one(Ticket, ticket.id)
            who = self.desk.user(session, by) if by else None
            jobs.reprint(session, found, self.printer(session), SITE, self.desk.now, who)

    def work(self) -> int:
        """One round of the background; how many printers it took."""
        taken = self.press.work(self.desk.now)
        assert self.press.finish(10)
        return taken

    def status(self, ticket: Ticket) -> tuple[PrintStatus, str | None]:
        with self.desk.db.read() as session:
            job = session.scalars(
                select(PrintJob).where(PrintJob.ticket_id == ticket.id).order_by(PrintJob.copy.desc())
            ).first()
            assert job is not None
            return job.status, job.reason

    def is_in_trouble(self, ticket: Ticket) -> bool:
        with self.desk.db.read() as session:
            found = jobs.progress(session, ticket)
            assert found is not None
            return found.is_in_trouble

    def printer(self, session: Any) -> Printer:
        found = printers.chosen(session, self.desk.office(session))
        assert found is not None
        return found

    def ill(self, minutes: int = 0) -> list[str | None]:
        with self.desk.db.read() as session:
            found = printers.in_trouble(session, self.desk.office(session), self.desk.now, minutes)
            return [printer.problem for printer in found]


@pytest.fixture
def kiosk(desk: Desk) -> Kiosk:
    return Kiosk(desk)


def test_each_number_is_printed_once_in_order(kiosk: Kiosk, new_printer: NewPrinter) -> None:
    printer = new_printer()
    kiosk.connect(printer)
    tickets = [kiosk.take(code) for code in "ABA"]
    assert not kiosk.want(tickets[0])
    assert kiosk.work() == 1
    assert kiosk.work() == 0
    assert [paper.line(ticket.label).size for paper, ticket in zip(printer.slips(), tickets, strict=True)] == [8, 8, 8]
    assert printer.slips()[0].codes == [f"{SITE}/t/{tickets[0].public_id}"]
    assert [kiosk.status(ticket) for ticket in tickets] == [(S.PRINTED, None)] * 3
    assert "Anda berikutnya" in printer.slips()[0].text
    assert "09:00 WIB" in printer.slips()[0].text
    assert "Umum" in printer.slips()[0].text


def test_a_number_that_was_not_given_is_not_printed(kiosk: Kiosk, new_printer: NewPrinter) -> None:
    printer = new_printer()
    kiosk.connect(printer)
    ticket = kiosk.desk.join()
    with suppress(ZeroDivisionError), kiosk.desk.db.write() as session:
        jobs.queue(session, ticket, kiosk.printer(session), SITE, kiosk.desk.now)
        _ = 1 / 0  # the transaction breaks off
    assert kiosk.work() == 0
    assert printer.visits == 0


@pytest.mark.parametrize(
    ("mood", "problem"),
    [("no_paper", Problem.NO_PAPER), ("offline", Problem.OFFLINE), ("hang", Problem.NO_ANSWER)],
)
def test_what_cannot_be_printed_now_is_printed_when_it_can(
    kiosk: Kiosk, new_printer: NewPrinter, mood: str, problem: Problem
) -> None:
    printer = new_printer(mood)
    kiosk.connect(printer)
    ticket = kiosk.take()
    kiosk.work()
    assert kiosk.status(ticket) == (S.QUEUED, problem)
    assert kiosk.is_in_trouble(ticket)
    assert kiosk.ill() == [problem]
    assert kiosk.work() == 0  # it rests first
    assert not any(b"\x1b@" in data for data in printer.received)  # nothing of the receipt has left
    printer.mood = "well"
    kiosk.desk.wait(seconds=3)
    kiosk.work()
    assert kiosk.status(ticket) == (S.PRINTED, None)
    assert len(printer.slips()) == 1
    assert kiosk.ill() == []
    assert len(kiosk.desk.events()) == 1  # one number, one row of the log


def test_a_printer_that_is_not_there_is_tried_less_and_less_often(kiosk: Kiosk, new_printer: NewPrinter) -> None:
    printer = new_printer()
    kiosk.connect(printer)
    printer.close()
    ticket = kiosk.take()
    tries = []
    for second in range(180):
        if kiosk.work():
            tries.append(second)
        kiosk.desk.wait(seconds=1)
    assert tries == [0, 2, 6, 14, 30, 60, 90, 120, 150]
    kiosk.work()
    assert kiosk.status(ticket) == (S.FAILED, Problem.UNREACHABLE)
    assert kiosk.ill(minutes=2) == [Problem.UNREACHABLE]


@pytest.mark.parametrize(("mood", "problem"), [("dies", Problem.BROKE_OFF), ("jam", Problem.NO_ANSWER)])
def test_what_may_be_on_paper_is_not_printed_again_by_itself(
    kiosk: Kiosk, new_printer: NewPrinter, mood: str, problem: Problem
) -> None:
    printer = new_printer(mood)
    kiosk.connect(printer)
    ticket, next_one = kiosk.take(), kiosk.take()
    kiosk.work()
    assert kiosk.status(ticket) == (S.UNCERTAIN, problem)
    assert kiosk.is_in_trouble(ticket)
    assert kiosk.status(next_one) == (S.QUEUED, None)
    assert kiosk.is_in_trouble(next_one)
    before = len(printer.received)
    printer.mood = "well"
    kiosk.desk.wait(seconds=3)
    kiosk.work()
    assert kiosk.status(ticket)[0] is S.UNCERTAIN
    assert kiosk.status(next_one)[0] is S.PRINTED
    assert [decoded(data).line(next_one.label).size for data in printer.received[before:]] == [8]


def test_a_copy_is_printed_when_somebody_asks_and_says_that_it_is_one(kiosk: Kiosk, new_printer: NewPrinter) -> None:
    printer = new_printer("dies")
    kiosk.connect(printer)
    ticket = kiosk.take()
    kiosk.work()
    printer.mood = "well"
    for _ in range(jobs.MOST_BY_CITIZEN):
        kiosk.reprint(ticket)
        kiosk.reprint(ticket)  # a doubled tap adds none while one is on its way
        kiosk.work()  # at once: somebody stands there
    with pytest.raises(QueueError, match="printed_too_often"):
        kiosk.reprint(ticket)
    kiosk.reprint(ticket, by="petugas1")
    kiosk.work()
    slips = [decoded(data) for data in printer.received if decoded(data).cuts][-3:]
    assert ["Cetak ulang" in slip.text for slip in slips] == [True] * 3
    assert len(kiosk.desk.events()) == 1
    kiosk.desk.cancel(ticket)
    with pytest.raises(QueueError, match="not_live"):
        kiosk.reprint(ticket, by="petugas1")


def test_nobody_gets_a_slip_that_has_come_to_its_end_or_too_late(kiosk: Kiosk, new_printer: NewPrinter) -> None:
    printer = new_printer("offline")
    kiosk.connect(printer)
    gone, late = kiosk.take(), kiosk.take()
    kiosk.desk.cancel(gone)
    kiosk.work()
    assert kiosk.status(gone) == (S.DROPPED, jobs.ENDED)
    kiosk.desk.wait(minutes=4)
    printer.mood = "well"
    kiosk.work()
    assert kiosk.status(late) == (S.FAILED, Problem.OFFLINE)
    assert printer.slips() == []


def test_a_process_that_died_before_it_began_loses_nothing_and_after_it_prints_nothing_twice(
    kiosk: Kiosk, new_printer: NewPrinter
) -> None:
    printer = new_printer()
    kiosk.connect(printer)
    ticket, next_one = kiosk.take(), kiosk.take()
    with kiosk.desk.db.write() as session:
        [(_, claim)] = jobs.claim(session, kiosk.desk.now)
        job = jobs.next_of(session, kiosk.printer(session).id)
        assert job is not None
        assert jobs.begin(session, job, claim, kiosk.desk.now)
    assert kiosk.work() == 0  # it is another's
    kiosk.desk.wait(seconds=61)
    kiosk.work()
    assert kiosk.status(ticket) == (S.UNCERTAIN, jobs.INTERRUPTED)
    assert kiosk.status(next_one) == (S.PRINTED, None)
    assert [slip.line(next_one.label).bold for slip in printer.slips()] == [True]
    with kiosk.desk.db.write() as session:  # and whoever was taken for dead gets no further
        assert not jobs.begin(session, job, claim, kiosk.desk.now)


def test_several_processes_print_each_receipt_once(kiosk: Kiosk, new_printer: NewPrinter) -> None:
    printer = new_printer()
    kiosk.connect(printer)
    tickets = [kiosk.take() for _ in range(6)]
    presses = [Press(kiosk.desk.db, lambda: kiosk.desk.now) for _ in range(4)]
    for press in presses:
        press.work(kiosk.desk.now)
    assert all(press.finish(20) for press in presses)
    assert [slip.lines[-1] is not None for slip in printer.slips()] == [True] * 6
    assert sorted(slip.codes[0][-22:] for slip in printer.slips()) == sorted(t.public_id for t in tickets)


def test_a_printer_that_was_mended_is_noticed_without_printing(kiosk: Kiosk, new_printer: NewPrinter) -> None:
    printer = new_printer("no_paper")
    kiosk.connect(printer)
    kiosk.take()
    kiosk.work()
    kiosk.press.look_after(kiosk.desk.now)
    assert kiosk.ill() == [Problem.NO_PAPER]
    printer.mood = "well"
    kiosk.press.look_after(kiosk.desk.now)
    assert kiosk.ill() == []
    assert printer.slips() == []
    kiosk.work()
    assert len(printer.slips()) == 1


def test_one_that_never_answers_is_believed(kiosk: Kiosk, new_printer: NewPrinter) -> None:
    printer = new_printer("mute")
    kiosk.connect(printer, answers=False, width_mm=58, draws_qr=False)
    ticket = kiosk.take()
    kiosk.work()
    assert kiosk.status(ticket) == (S.PRINTED, None)


class FakeDevice:
    """What stands in for a USB or serial printer: answers like one, through the library's four methods."""

    def __init__(self, *answers: bytes, missing: bool = False) -> None:
        self.written = b""
        self.device = self
        self.write_timeout: float | None = None
        self.closed = False
        self._missing = missing
        self._answers = list(answers)

    def open(self) -> None:
        if self._missing:
            raise RuntimeError("no such device")

    def close(self) -> None:
        self.closed = True

    def _raw(self, msg: bytes) -> None:
        self.written += msg

    def _read(self) -> bytes:
        if not self._answers:
            raise OSError(110, "timed out")  # as pyusb says it
        return self._answers.pop(0)


@pytest.mark.parametrize(
    ("kind", "address"), [(PrinterKind.USB, "04b8:0e15"), (PrinterKind.SERIAL, "/dev/ttyUSB0@19200")]
)
def test_usb_and_serial_printers_are_asked_and_given_the_same(desk: Desk, kind: PrinterKind, address: str) -> None:
    targets: list[Target] = []
    ran_apart: list[bool] = []
    made = FakeDevice(b"", PAPER_THERE, READY, b"", PRINTED)

    def connect(target: Target) -> FakeDevice:
        targets.append(target)
        return made

    def apart(work: Callable[[], Any]) -> Any:
        ran_apart.append(True)
        return work()

    kiosk = Kiosk(desk)
    kiosk.press = Press(desk.db, lambda: desk.now, connect=connect, apart=apart)
    with desk.db.write() as session:
        printers.add(session, desk.office(session), "lobi", kind, address, width_mm=58, now=desk.now)
    ticket = kiosk.take()
    kiosk.work()
    assert kiosk.status(ticket) == (S.PRINTED, None)
    assert decoded(made.written).line(ticket.label).size == 6
    assert made.closed
    assert targets == [Target(kind, address, answers=True)]
    assert ran_apart == ([True] if kind is PrinterKind.USB else [])  # the USB library would stop the whole process
    assert (made.write_timeout is not None) == (kind is PrinterKind.SERIAL)
    made = FakeDevice(NO_PAPER)
    ticket = kiosk.take()
    kiosk.work()
    assert kiosk.status(ticket) == (S.QUEUED, Problem.NO_PAPER)
    made = FakeDevice(missing=True)
    desk.wait(seconds=3)
    kiosk.work()
    assert kiosk.status(ticket) == (S.QUEUED, Problem.UNREACHABLE)


def test_old_receipts_are_forgotten(kiosk: Kiosk, new_printer: NewPrinter) -> None:
    kiosk.connect(new_printer())
    kiosk.take()
    kiosk.press.forget(kiosk.desk.now + jobs.KEPT + timedelta(minutes=1))
    with kiosk.desk.db.read() as session:
        assert session.scalars(select(PrintJob)).all() == []


def test_a_name_that_leads_where_no_printer_is_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The addresses of machines' own secrets in data centres; also in the clothes of IPv6."""
    opened: list[Any] = []
    monkeypatch.setattr(device.socket, "create_connection", lambda *asked: opened.append(asked))
    for found in ("169.254.169.254", "::ffff:169.254.169.254", "fe80::1%eth0", "0.0.0.0"):
        monkeypatch.setattr(device.socket, "getaddrinfo", lambda *_, found=found, **__: [(0, 0, 0, "", (found, 80))])
        assert device.look(Target(PrinterKind.NETWORK, "printer.lan:80", answers=False)) is Problem.UNREACHABLE
    assert opened == []

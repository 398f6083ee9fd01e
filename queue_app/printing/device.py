"""A printer at the other end of a cable: is it ready, take this, have you printed it?

Before a receipt is sent the printer is asked how it is (``DLE EOT``, answered at once even when offline): one that
hangs, has no paper or an open cover is found out while nothing of the receipt has left. Behind the receipt stands a
question that waits its turn in the printer's buffer (``GS r 1``): its answer means that all before it was printed. An
answer is of one byte; its bits are those of Epson's reference of ESC/POS commands.
"""

import errno
import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Any, Protocol, cast

from queue_app.guarded_post import is_nowhere
from queue_app.models import Printer, PrinterKind
from queue_app.printing import addresses
from queue_app.printing.addresses import NetworkAddress, SerialAddress, UsbAddress

log = logging.getLogger(__name__)

PATIENCE_S = 5.0
"""For one step: reaching the printer, an answer, taking the bytes."""

PRINTING_S = 15.0
"""For the answer that stands behind the receipt: it comes when the paper has moved."""

_STATUS, _PAPER, _IS_PRINTED = b"\x10\x04\x01", b"\x10\x04\x04", b"\x1dr\x01"
_OFFLINE, _NO_PAPER = 0x08, 0x60


class Verdict(StrEnum):
    """NOT_PRINTED: nothing of it left. UNCERTAIN: it may be on paper, whole or in part."""

    PRINTED = "printed"
    NOT_PRINTED = "not printed"
    UNCERTAIN = "uncertain"


class Problem(StrEnum):
    """What is wrong with a printer, as it is kept."""

    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"
    NO_PAPER = "no_paper"
    OFFLINE = "offline"
    BROKE_OFF = "broke_off"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Outcome:
    verdict: Verdict
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A printer as it is reached."""

    kind: PrinterKind
    address: str
    answers: bool

    @classmethod
    def of(cls, printer: Printer) -> "Target":
        return cls(printer.kind, printer.address, printer.answers)


class _Trouble(Exception):
    """Why a printer is not ready, or fell silent."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class Device(Protocol):
    """What is used of the library's devices. ``_read`` gives what there is: no bytes, or TimeoutError, for nothing."""

    def open(self) -> None: ...
    def close(self) -> None: ...
    def _raw(self, msg: bytes) -> None: ...
    def _read(self) -> bytes: ...


Connect = Callable[[Target], Device]
"""Gives the device of a target, not yet opened."""


def connect(target: Target) -> Device:
    """The library's device. The library is loaded with the first receipt: that takes half a second."""
    from escpos.printer import Network, Serial, Usb  # noqa: PLC0415 - see above

    device: Any
    match addresses.read(target.kind, target.address):
        case NetworkAddress(host, port):
            device = Network(host, port, timeout=PATIENCE_S)
            # Where nobody listens, its own way of opening leaves the socket behind.
            device.open = lambda: setattr(device, "device", _connected(host, port))
        case UsbAddress(vendor, product):
            device = Usb(vendor, product, timeout=int(PATIENCE_S * 1000))
        case SerialAddress(path, baud):
            device = Serial(path, baud, timeout=1)  # a read waits for so long even when a byte has come
    return cast(Device, device)


def _connected(host: str, port: int) -> socket.socket:
    """A line to a host, whose name is looked up once. Raises OSError, also where the name leads to no printer."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if any(is_nowhere(ip_address(address.partition("%")[0])) for address in found):
        raise OSError(f"{host} leads where no printer is")
    failure = OSError("no address")
    for address in found:
        try:
            return socket.create_connection((address, port), PATIENCE_S)
        except OSError as error:
            failure = error
    raise failure


def hand_over(target: Target, receipt: bytes, connect_by: Connect = connect) -> Outcome:
    """Print within ``jobs.LEASE``. Raises nothing for what the printer or the network does."""
    begun = False
    try:
        with _opened(target, connect_by) as line:
            if target.answers:
                line.require_ready()
            begun = True
            line.write(receipt)
            if target.answers:
                line.require_printed()
    except _Trouble as trouble:
        return Outcome(Verdict.UNCERTAIN if begun else Verdict.NOT_PRINTED, trouble.problem)
    return Outcome(Verdict.PRINTED)


def look(target: Target, connect_by: Connect = connect) -> Problem | None:
    """What is wrong with a printer, without printing anything; of one that never answers, whether it is reached."""
    try:
        with _opened(target, connect_by) as line:
            if target.answers:
                line.require_ready()
    except _Trouble as trouble:
        return trouble.problem
    return None


@contextmanager
def _opened(target: Target, connect_by: Connect) -> Iterator["_Line"]:
    """The line to a printer. Whatever its device or the library raises becomes a _Trouble."""
    is_open = False
    try:
        device: Any = connect_by(target)
        device.open()
        is_open = True
        try:
            if target.kind is PrinterKind.SERIAL:
                device.device.write_timeout = PRINTING_S  # else a port that takes nothing is waited for without end
            yield _Line(device, ends_without_bytes=target.kind is PrinterKind.NETWORK)
        finally:
            device.close()
    except _Trouble:
        raise
    except Exception as error:
        # Each way has errors of its own (sockets, serial ports, USB, the library): what they mean is the same.
        log.info("printer %s %s: %s: %s", target.kind, target.address, type(error).__name__, error)
        silent = Problem.NO_ANSWER if _is_timeout(error) else Problem.BROKE_OFF
        raise _Trouble(silent if is_open else Problem.UNREACHABLE) from error


class _Line:
    """An open device. ``ends_without_bytes``: reading no bytes means that the other side has gone, not that it is
    silent."""

    def __init__(self, device: Device, *, ends_without_bytes: bool) -> None:
        self._device = device
        self._ends_without_bytes = ends_without_bytes

    def write(self, data: bytes) -> None:
        self._device._raw(data)

    def require_ready(self) -> None:
        if self._ask(_PAPER, _is_real_time) & _NO_PAPER:
            raise _Trouble(Problem.NO_PAPER)
        if self._ask(_STATUS, _is_real_time) & _OFFLINE:
            raise _Trouble(Problem.OFFLINE)

    def require_printed(self) -> None:
        """Wait for the answer that stands behind the receipt; where none comes, ask what is wrong."""
        try:
            self._ask(_IS_PRINTED, _is_of_sensor, PRINTING_S)
        except _Trouble as silence:
            if silence.problem is Problem.NO_ANSWER:
                self.require_ready()
            raise

    def _ask(self, question: bytes, is_meant: Callable[[int], bool], patience_s: float = PATIENCE_S) -> int:
        """The byte that answers. What else the printer says of its own accord meanwhile is passed over."""
        self.write(question)
        over = time.monotonic() + patience_s
        while time.monotonic() < over:
            found = next((byte for byte in self._said() if is_meant(byte)), None)
            if found is not None:
                return found
        raise _Trouble(Problem.NO_ANSWER)

    def _said(self) -> bytes:
        try:
            said = bytes(self._device._read())
        except OSError as error:
            if not _is_timeout(error):
                raise
            return b""
        if not said and self._ends_without_bytes:
            raise _Trouble(Problem.BROKE_OFF)
        return said


def _is_timeout(error: Exception) -> bool:
    return isinstance(error, TimeoutError) or getattr(error, "errno", None) == errno.ETIMEDOUT


def _is_real_time(byte: int) -> bool:
    return byte & 0x93 == 0x12


def _is_of_sensor(byte: int) -> bool:
    return byte & 0x90 == 0x00

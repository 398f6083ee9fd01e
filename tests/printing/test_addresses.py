"""An address is one, or is refused in words that say what it must look like."""

import pytest

from queue_app.errors import Invalid
from queue_app.models import PrinterKind
from queue_app.printing import addresses

N, U, SERIAL = PrinterKind.NETWORK, PrinterKind.USB, PrinterKind.SERIAL


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        (N, "192.168.1.50:9100", "192.168.1.50:9100"),
        (N, " 10.0.0.7 ", "10.0.0.7:9100"),
        (N, "127.0.0.1:1", "127.0.0.1:1"),
        (N, "Printer-Lobi.kantor.lan:9101", "printer-lobi.kantor.lan:9101"),
        (U, "04B8:0E15", "04b8:0e15"),
        (SERIAL, "/dev/ttyUSB0", "/dev/ttyUSB0@9600"),
        (SERIAL, "/dev/serial/by-id/usb-EPSON_TM@115200", "/dev/serial/by-id/usb-EPSON_TM@115200"),
    ],
)
def test_it_is_kept_in_one_form(kind: PrinterKind, text: str, kept: str) -> None:
    assert addresses.tidy(kind, text) == kept
    assert addresses.tidy(kind, kept) == kept


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *((N, bad) for bad in ("", ":9100", "http://192.168.1.50", "192.168.1.50:9100/x", "192.168.1.50:")),
        *((N, bad) for bad in ("192.168.1.500:9100", "1.2.3:9100", "a:0", "a:65536", "a:٩١٠٠", "a b:9100")),
        *((N, bad) for bad in ("-a:9100", "a..b", "0.0.0.0:9100", "224.0.0.1", "user@host:9100", "[::1]:9100")),
        *((N, bad) for bad in ("169.254.169.254:80", "169.254.1.1")),
        *((N, bad) for bad in ("a\n:9100", "x" * 300, "host:9100\x00")),
        *((U, bad) for bad in ("", "4b8:e15", "04b8-0e15", "04b8:0e15:1", "/dev/usb/lp0")),
        *((SERIAL, bad) for bad in ("", "ttyUSB0", "/etc/passwd", "/dev/../etc/passwd", "/dev/ttyUSB0@7", "COM1")),
    ],
)
def test_what_is_no_address_is_refused(kind: PrinterKind, text: str) -> None:
    with pytest.raises(Invalid, match="bad_printer_address"):
        addresses.tidy(kind, text)

"""Where a printer is: checked when it is entered, and read when it is used. Pure.

A printer stands in the office, so private addresses are what is expected. It is no URL: nothing of the web is asked.
"""

import re
from ipaddress import AddressValueError, IPv4Address
from typing import NamedTuple

from queue_app.errors import N_, Invalid
from queue_app.guarded_post import is_nowhere
from queue_app.models import PrinterKind

PORT = 9100
"""Where network printers listen, by custom, for raw data."""

BAUD = 9600
BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.ASCII | re.IGNORECASE)
_USB = re.compile(r"([0-9a-f]{4}):([0-9a-f]{4})", re.ASCII | re.IGNORECASE)
_DEVICE = re.compile(r"/dev/[A-Za-z0-9._/-]{1,80}", re.ASCII)


class NetworkAddress(NamedTuple):
    host: str
    port: int


class UsbAddress(NamedTuple):
    """The two numbers that ``lsusb`` shows."""

    vendor: int
    product: int


class SerialAddress(NamedTuple):
    device: str
    baud: int


Address = NetworkAddress | UsbAddress | SerialAddress


def read(kind: PrinterKind, text: str) -> Address:
    """The address of a printer of that kind. Raises Invalid ``bad_printer_address`` saying what it must look like."""
    match kind:
        case PrinterKind.NETWORK:
            return _network(text.strip())
        case PrinterKind.USB:
            return _usb(text.strip())
        case PrinterKind.SERIAL:
            return _serial(text.strip())


def tidy(kind: PrinterKind, text: str) -> str:
    """The address in the one form in which it is kept. Raises as ``read``."""
    match read(kind, text):
        case NetworkAddress(host, port):
            return f"{host}:{port}"
        case UsbAddress(vendor, product):
            return f"{vendor:04x}:{product:04x}"
        case SerialAddress(device, baud):
            return f"{device}@{baud}"


def _network(text: str) -> NetworkAddress:
    host, colon, port = text.partition(":")
    number = int(port) if re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) else 0 if colon else PORT
    if not 1 <= number <= 65535 or not _is_host(host):
        raise Invalid(
            "bad_printer_address",
            N_("%(address)s bukan alamat pencetak jaringan. Tulis host:port tanpa http, misalnya 192.168.1.50:9100."),
            address=text[:80],
        )
    return NetworkAddress(host.lower(), number)


def _is_host(host: str) -> bool:
    if re.fullmatch(r"[0-9.]+", host):  # meant as an address of four numbers, and not as a name
        try:
            address = IPv4Address(host)
        except AddressValueError:
            return False
        return not is_nowhere(address)  # loopback may be: a print server beside this program
    return len(host) <= 253 and _HOST.fullmatch(host) is not None


def _usb(text: str) -> UsbAddress:
    found = _USB.fullmatch(text)
    if found is None:
        raise Invalid(
            "bad_printer_address",
            N_("%(address)s bukan alamat pencetak USB. Tulis vendor:produk seperti di lsusb, misalnya 04b8:0e15."),
            address=text[:80],
        )
    return UsbAddress(int(found[1], 16), int(found[2], 16))


def _serial(text: str) -> SerialAddress:
    device, at, baud = text.partition("@")
    known = int(baud) if baud in {str(each) for each in BAUDS} else 0 if at else BAUD
    if not known or ".." in device or _DEVICE.fullmatch(device) is None:
        raise Invalid(
            "bad_printer_address",
            N_("%(address)s bukan alamat pencetak serial. Tulis perangkat@baud, misalnya /dev/ttyUSB0@9600."),
            address=text[:80],
        )
    return SerialAddress(device, known)

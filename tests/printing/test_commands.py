"""The commands on printers say what they did, and refuse in words."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.office import SLUG
from tests.printing.tcp_printer import TcpPrinter


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["printer", *arguments, "--office", SLUG])
    return done.exit_code, done.output


def test_a_printer_is_added_tested_listed_and_removed(app: Flask, new_printer: Callable[..., TcpPrinter]) -> None:
    printer = new_printer()
    assert run(app, "add", "lobi", "--address", printer.address, "--width", "58")[0] == 0
    assert run(app, "test", "lobi") == (0, "lobi: printed.\n")
    [slip] = printer.slips()
    assert slip.line("X-000").size == 6
    assert "58 mm" in run(app, "list")[1]
    assert run(app, "add", "lobi", "--address", printer.address, "--width", "80", "--qr-picture")[0] == 0
    assert "80 mm, QR as picture" in run(app, "list")[1]
    assert run(app, "remove", "lobi")[0] == 0
    assert run(app, "list") == (0, "")


@pytest.mark.parametrize(
    ("mood", "said"),
    [("no_paper", "it has no paper"), ("offline", "it is offline"), ("hang", "it does not answer")],
)
def test_the_test_says_what_is_wrong(app: Flask, new_printer: Callable[..., TcpPrinter], mood: str, said: str) -> None:
    run(app, "add", "lobi", "--address", new_printer(mood).address)
    code, output = run(app, "test", "lobi")
    assert code == 1
    assert said in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "lobi", "--address", "http://10.0.0.1"), "host:port"),
        (("add", "lobi", "--kind", "usb", "--address", "lp0"), "lsusb"),
        (("add", "lobi", "--kind", "serial", "--address", "COM1"), "/dev/ttyUSB0@9600"),
        (("add", " ", "--address", "10.0.0.1"), "Nama pencetak"),
        (("test", "lobi"), "Tidak ada pencetak lobi"),
        (("remove", "lobi"), "Tidak ada pencetak lobi"),
    ],
)
def test_what_cannot_be_is_refused(app: Flask, arguments: tuple[str, ...], said: str) -> None:
    code, output = run(app, *arguments)
    assert code == 1
    assert said in output

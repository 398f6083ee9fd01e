"""Printers to try things on."""

from collections.abc import Callable, Iterator

import pytest

from tests.printing.tcp_printer import TcpPrinter


@pytest.fixture
def new_printer() -> Iterator[Callable[..., TcpPrinter]]:
    """Start printers on loopback; all end with the test."""
    made: list[TcpPrinter] = []

    def start(mood: str = "well") -> TcpPrinter:
        made.append(TcpPrinter(mood))
        return made[-1]

    yield start
    for printer in made:
        printer.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent printer is given up at once."""
    monkeypatch.setattr("queue_app.printing.device.PATIENCE_S", 0.3)
    monkeypatch.setattr("queue_app.printing.device.PRINTING_S", 0.5)

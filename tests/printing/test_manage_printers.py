"""The administrator's printers: added, tried, changed, taken out of use and brought back, on a page."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from queue_app.models import Printer
from queue_app.printing import jobs, printers, trial
from tests.office import Desk
from tests.printing.tcp_printer import TcpPrinter
from tests.routes.managing import Manager

PAGE = "/manage/printers"
WELL: dict[str, Any] = {"kind": "network", "width": "80", "answers": "yes", "draws_qr": "yes"}


@pytest.fixture
def manager(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Manager:
    monkeypatch.setattr("queue_app.clock.now", lambda: desk.now)
    return Manager(app, desk.db)


def there(desk: Desk) -> list[Printer]:
    with desk.db.read() as session:
        return list(printers.of_office(session, desk.office(session)))


def added(manager: Manager, desk: Desk, address: str, **wish: str) -> str:
    """The address of the new printer's pages."""
    answer = manager.send(f"{PAGE}/add", name="Lobi", address=address, **{**WELL, **wish})
    assert answer.status_code == 303, answer.text
    manager.open(PAGE)
    return f"{PAGE}/{there(desk)[-1].id}"


def test_a_printer_is_added_and_tried(manager: Manager, desk: Desk, new_printer: Callable[..., TcpPrinter]) -> None:
    printer = new_printer()
    at = added(manager, desk, printer.address, width="58")
    assert "Belum pernah mencetak" in manager.open(PAGE)
    assert manager.send(f"{at}/test").status_code == 303
    assert printer.slips()[0].line("X-000").size == 6
    assert "“Lobi” sudah mencetak" in manager.open(PAGE)
    assert manager.history() == [
        (
            "printer:Lobi",
            {},
            {"kind": "network", "address": printer.address, "width_mm": 58, "answers": True, "draws_qr": True},
        )
    ]


@pytest.mark.parametrize(("mood", "said"), [("no_paper", "kehabisan kertas"), ("hang", "tidak menjawab")])
def test_a_trial_that_fails_says_what_is_wrong_until_it_is_mended(
    manager: Manager, desk: Desk, new_printer: Callable[..., TcpPrinter], mood: str, said: str
) -> None:
    at = added(manager, desk, new_printer(mood).address)
    manager.send(f"{at}/test")
    assert f"Pencetak Lobi {said}" in manager.open(PAGE)
    assert "Bermasalah" in manager.open(PAGE)
    well = new_printer()
    assert manager.send(f"{at}/change", address=well.address, **WELL).status_code == 303
    assert "Bermasalah" not in manager.open(PAGE)


def test_a_trial_waits_for_who_prints_on_it(
    manager: Manager, desk: Desk, new_printer: Callable[..., TcpPrinter]
) -> None:
    printer = new_printer()
    at = added(manager, desk, printer.address)
    with desk.db.write() as session:
        office = desk.office(session)
        begun = trial.begin(session, office, printers.of_office(session, office)[0], desk.now)
    busy = manager.send(f"{at}/test")
    assert busy.status_code == 409
    assert "sedang mencetak" in busy.text
    assert printer.slips() == []
    desk.wait(seconds=jobs.LEASE.total_seconds())  # whoever had it has died
    assert manager.send(f"{at}/test").status_code == 303
    assert len(printer.slips()) == 1
    assert begun.claim != there(desk)[0].claim


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"address": "http://10.0.0.1"}, "tanpa http"),
        ({"address": "169.254.169.254:80"}, "bukan alamat pencetak jaringan"),
        ({"kind": "usb", "address": "lp0"}, "lsusb"),
        ({"kind": "serial", "address": "/etc/passwd"}, "bukan alamat pencetak serial"),
        ({"kind": "fax"}, "Pilih cara menghubungi"),
        ({"width": "81"}, "58 atau 80 milimeter"),
        ({"name": " "}, "1 sampai 40 huruf"),
        ({"name": "n" * 41}, "1 sampai 40 huruf"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(manager: Manager, desk: Desk, typed: dict[str, str], words: str) -> None:
    refused = manager.send(f"{PAGE}/add", **{**WELL, "name": "Lobi", "address": "10.0.0.7", **typed})
    assert refused.status_code == 422
    assert words in refused.text
    assert typed.get("address", "10.0.0.7") in refused.text
    assert there(desk) == []


def test_a_name_is_no_other_printers(manager: Manager, desk: Desk) -> None:
    added(manager, desk, "10.0.0.7")
    refused = manager.send(f"{PAGE}/add", **{**WELL, "name": "Lobi ", "address": "10.0.0.8"})
    assert refused.status_code == 422
    assert "Sudah ada pencetak dengan nama itu" in refused.text
    assert [printer.address for printer in there(desk)] == ["10.0.0.7:9100"]


def test_it_is_taken_out_of_use_and_brought_back(manager: Manager, desk: Desk) -> None:
    at = added(manager, desk, "10.0.0.7")
    assert manager.send(f"{at}/retire").status_code == 303
    assert [printer.active for printer in there(desk)] == [False]
    assert manager.send(f"{at}/test").status_code == 404
    assert manager.send(f"{at}/change", address="10.0.0.9", **WELL).status_code == 404
    assert "Pakai lagi Lobi" in manager.open(PAGE)
    added(manager, desk, "10.0.0.7")
    assert [printer.active for printer in there(desk)] == [True]


def test_of_two_managers_the_second_is_told(manager: Manager, desk: Desk) -> None:
    at = added(manager, desk, "10.0.0.7")
    old = manager.seen
    assert manager.send(f"{at}/change", address="10.0.0.8", **WELL).status_code == 303
    late = manager.send(f"{at}/change", seen=old, address="10.0.0.9", **WELL)
    assert late.status_code == 409
    assert "10.0.0.8:9100" in late.text
    assert 'value="10.0.0.9"' in late.text
    assert there(desk)[0].address == "10.0.0.8:9100"


def test_printers_of_other_offices_are_not_there(manager: Manager, desk: Desk) -> None:
    assert manager.send(f"{PAGE}/999/test").status_code == 404

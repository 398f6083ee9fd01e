"""A rush for bookings on a cheap phone: the place, the form kept, the network lost, with and without scripts."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from queue_app.config import Config
from queue_app.factory import create_app
from queue_app.models import Ticket
from queue_app.personal import Vault
from tests.browser.axe import barriers
from tests.browser.pages import Pages
from tests.office import SECRET

PHONE = ViewportSize(width=360, height=740)
BOOK = "/o/senapelan/A"
OFFLINE = "ERR_INTERNET_DISCONNECTED"


class Rush:
    """The server's waiting room, where nobody comes in unless ``let_in`` so many more."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_on, self._more = False, 0
        pace = app.extensions["antrean_room"]._pace
        monkeypatch.setattr(pace, "may_enter", lambda *_: not self.is_on)
        monkeypatch.setattr(pace, "to_call", lambda *_: self._taken())

    def let_in(self, more: int) -> None:
        self._more = more

    def _taken(self) -> int:
        more, self._more = self._more, 0
        return more


@pytest.fixture
def site(new_sqlite_url: str, config: Config) -> Iterator[Flask]:
    """A server in this process, so that the test decides who comes in."""
    app = create_app(config)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    app.config["ADDRESS"] = f"http://127.0.0.1:{server.server_port}"
    yield app
    server.shutdown()
    thread.join()
    app.extensions["antrean_database"].dispose()


@pytest.fixture
def database_url(new_sqlite_url: str) -> str:
    return new_sqlite_url


@pytest.fixture
def rush(site: Flask, monkeypatch: pytest.MonkeyPatch) -> Rush:
    return Rush(site, monkeypatch)


def fill_in(page: Page) -> None:
    page.goto(BOOK)
    page.get_by_label("Dokumen ini sudah saya siapkan").check()
    page.get_by_label("Nama", exact=False).first.fill("Siti Nurbaya")
    page.get_by_label("Nomor telepon", exact=False).first.fill("0812 3456 7890")


def others(site: Flask, count: int) -> None:
    for _ in range(count):
        site.test_client().get(BOOK)


def test_the_form_waits_in_line_and_passes_on_by_itself(new_page: Pages, site: Flask, rush: Rush) -> None:
    new_page.allow(OFFLINE)
    page = new_page(viewport=PHONE, base_url=site.config["ADDRESS"])
    fill_in(page)
    rush.is_on = True
    others(site, 40)
    page.get_by_role("button", name="Ambil nomor").click()

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Anda di urutan ke\u201141")
    expect(page.get_by_text("You are number 41 in the line")).to_be_visible()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.reload()
    expect(heading).to_have_text("Anda di urutan ke\u201141")
    tab = new_page(beside=page)
    tab.goto(f"{BOOK}/turn")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Anda di urutan ke\u201141")
    tab.close()

    rush.let_in(30)
    expect(heading).to_have_text("Anda di urutan ke\u201111")

    page.context.set_offline(True)
    expect(page.get_by_text("Jaringan terputus")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Jaringan terputus")).to_be_hidden(timeout=20_000)
    expect(heading).to_have_text("Anda di urutan ke\u201111")

    rush.let_in(11)
    page.wait_for_url("**/t/*", timeout=20_000)
    with site.extensions["antrean_database"].read() as session:
        ticket = session.scalars(select(Ticket)).one()
        assert Vault(SECRET).open(ticket.name_sealed) == "Siti Nurbaya"
        assert page.url.endswith(ticket.public_id)


def test_without_scripts_it_comes_by_itself_too(new_page: Pages, site: Flask, rush: Rush) -> None:
    page = new_page(viewport=PHONE, base_url=site.config["ADDRESS"], java_script_enabled=False)
    page.goto(BOOK)
    rush.is_on = True
    others(site, 2)
    page.goto(BOOK)
    expect(page.get_by_role("heading", level=1)).to_have_text("Anda di urutan ke\u20113")
    rush.let_in(3)
    expect(page.get_by_role("button", name="Ambil nomor").last).to_be_visible(timeout=20_000)


def test_whoever_leaves_the_line_is_at_the_office_again(new_page: Pages, site: Flask, rush: Rush) -> None:
    page = new_page(viewport=PHONE, base_url=site.config["ADDRESS"])
    rush.is_on = True
    page.goto(BOOK)
    page.get_by_role("button", name="Keluar dari antrean").click()
    page.wait_for_url("**/o/senapelan")

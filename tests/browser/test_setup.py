"""From a server without an office to one that works, by the keyboard, with a restart in the middle."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from queue_app import schema
from queue_app.database import Database
from tests.browser.axe import barriers
from tests.browser.pages import Pages
from tests.live_server import LiveServer

PHONE = ViewportSize(width=360, height=740)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    """On a database as `init` makes it: of today's form, with nothing in it."""
    url = f"sqlite:///{tmp_path}/antrean.sqlite"
    database = Database(url)
    schema.upgrade(database)
    database.dispose()
    server = LiveServer(url, tmp_path / "instance", {})
    server.start()
    yield server
    server.stop()


def on(page: Page, heading: str) -> None:
    """The step is here, for everybody, and nothing reaches beyond the window."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def go_on(page: Page) -> None:
    """Press Enter in the form, as who has no mouse."""
    page.locator("main form button[type=submit]").press("Enter")


def bring_in(page: Page, file: Path) -> None:
    """The administrator brings in another configuration, after a look."""
    page.goto("/manage/configuration")
    on(page, "Konfigurasi")
    file.write_text("version: 1\noffice:\n  address: Jalan Sago 1\n", encoding="utf-8")
    page.get_by_label("Berkas YAML").set_input_files(file)
    page.get_by_role("button", name="Lihat pratinjau").press("Enter")
    on(page, "Konfigurasi")
    page.get_by_role("button", name="Berlakukan 1 perubahan").press("Enter")
    expect(page.get_by_text("1 perubahan sudah berlaku.")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("contentinfo")).to_contain_text("Jalan Sago 1")


def test_an_office_is_set_up_on_a_phone(server: LiveServer, new_page: Pages, tmp_path: Path) -> None:
    page = new_page(base_url=server.url, viewport=PHONE)
    page.goto("/")
    on(page, "Siapkan kantor Anda")
    expect(page.get_by_label("Kode penyiapan")).to_be_focused()
    page.keyboard.type((tmp_path / "instance" / "setup_code").read_text(encoding="ascii"))
    page.keyboard.press("Enter")
    on(page, "Bahasa")
    go_on(page)
    on(page, "Kantor")
    page.get_by_label("Nama kantor").fill("Kelurahan Sago")
    page.get_by_label("Nama pendek").fill("sago")
    go_on(page)
    on(page, "Mulai dari contoh")
    page.get_by_label("Kelurahan atau desa").check()
    go_on(page)
    on(page, "Layanan")
    page.locator("input[name=take][value=E]").uncheck()
    go_on(page)
    on(page, "Jam buka")

    server.stop()
    server.start()
    page.reload()
    on(page, "Jam buka")
    go_on(page)
    on(page, "Loket")
    page.get_by_label("Jumlah loket").fill("3")
    go_on(page)
    expect(page.get_by_text("Loket 3 melayani")).to_be_visible()
    go_on(page)
    on(page, "Akun administrator")
    page.get_by_label("Nama pengguna").fill("kepala")
    page.get_by_label("Kata sandi").fill("sungai siak jernih")
    page.get_by_label("Sekali lagi").fill("sungai siak jernih")
    go_on(page)
    on(page, "Ringkasan")
    page.get_by_role("button", name="Selesai").press("Enter")
    expect(page.get_by_text("Kelurahan Sago sudah siap.")).to_be_visible()

    page.get_by_label("Nama pengguna").fill("kepala")
    page.get_by_label("Kata sandi").fill("sungai siak jernih")
    page.keyboard.press("Enter")
    page.wait_for_url("**/supervisor")
    bring_in(page, tmp_path / "more.yaml")

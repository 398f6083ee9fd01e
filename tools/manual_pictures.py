"""The pictures of the manuals, and of the first set-up, made anew from the demonstration office: ``make pictures``.

One Tuesday at ten, always the same: the clock of the program and of the browser stand still, chance has a seed. The
office is in a folder of its own that is thrown away; nobody in it has a name.
"""

import logging
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

sys.path.insert(0, str(Path(__file__).parents[1]))

from queue_app import clock, create_app, demo, schema, tickets
from queue_app.config import Config
from queue_app.manuals import PICTURES
from queue_app.models import Category, Ticket
from queue_app.setup import code
from tests.browser.conftest import LAUNCH_OPTIONS
from tests.office import PASSWORD, SECRET, SLUG, Desk

TEN = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PAST_DAYS = 60
SERVED = (
    *((100, "C", 1, 7), (99, "B", 3, 8), (98, "A", 2, 13)),
    *((85, "B", 1, 9), (80, "C", 2, 8), (70, "F", 3, 9)),
)
"""So many minutes before ten: for what, at which counter, how many minutes it took."""

WAITING = (
    *((31, "C", Category.REGULAR), (27, "B", Category.REGULAR), (22, "A", Category.REGULAR)),
    *((18, "C", Category.ELDERLY), (14, "D", Category.REGULAR), (9, "F", Category.INFANT)),
    (4, "C", Category.REGULAR),
)
GUEST_BOOK = """Tanggal;Jam Datang;Mulai;Selesai;Layanan;Petugas;Loket;Hasil
01/09/2026;08:02;08:06;08:13;KTP;Petugas 1;Loket 1;selesai
01/09/2026;08:07;08:09;08:21;Akta Kelahiran;Petugas 2;Loket 2;selesai
01/09/2026;08:13;08:15;08:19;KK;Petugas 1;Loket 1;selesai
01/09/2026;08:19;08:22;08:30;KTP;Petugas 2;Loket 2;selesai
01/09/2026;08:26;;;KK;;;batal
"""
"""A table as an office keeps it on paper, to be brought in."""

DOCUMENTS = Path(__file__).parents[1] / "docs" / "images"
WIDTH, HEIGHT = 1366, 768
QUALITY = 82
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SCRIPT_MS = 500
"""What a page's scripts may take."""


@dataclass(frozen=True, slots=True)
class Picture:
    """``of``: the part of the page that is taken (None: what the window shows); ``folder``: where it is kept."""

    name: str
    who: str
    path: str
    of: str | None = None
    before: Callable[[Page], Any] | None = None
    height: int = HEIGHT
    folder: Path = PICTURES


def _upload(page: Page) -> None:
    """Give the guest book to the page of imports, and see how its columns were understood."""
    page.locator("[name=file]").set_input_files(
        {"name": "buku tamu.csv", "mimeType": "text/csv", "buffer": GUEST_BOOK.encode()}
    )
    page.get_by_role("button", name="Unggah").click()
    page.wait_for_url("**/manage/import/*")


def _ask(name: str) -> Callable[[Page], Any]:
    """Open one of the desk's questions."""
    return lambda page: page.locator(f"#do-{name}").click()


class Morning:
    """What happens in the office until ten and a little later; ``now`` is what its clock shows."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.now = desk.now

    def line_up(self) -> None:
        """Counters open at eight; at ten some wait, each since another time."""
        desk = self.desk
        desk.now = TEN - timedelta(hours=2)
        for number in (1, 2, 3, 5):
            desk.open(f"petugas{number}", number)
        for minutes, service, officer, took in SERVED:
            desk.now = TEN - timedelta(minutes=minutes)
            desk.serve(service, f"petugas{officer}", officer, minutes=took)
        desk.now = TEN - timedelta(minutes=60)
        for service in "DA":
            desk.book(service)
        for minutes, service, category in WAITING:
            desk.now = TEN - timedelta(minutes=minutes)
            desk.join(service, category=category)
        desk.now = TEN - timedelta(minutes=11)
        desk.pause("petugas5", 5, "Istirahat")
        desk.now = TEN - timedelta(minutes=6)
        second = desk.call_next("petugas2", 2)
        desk.wait(seconds=40)
        self._start(second, "petugas2")
        desk.now = TEN - timedelta(minutes=2)
        desk.call_next("petugas3", 3)
        desk.now = self.now

    def call(self) -> None:
        self.called = self.desk.call_next("petugas1", 1)
        self._later(seconds=34)

    def serve(self) -> None:
        self.called = self._start(self.called, "petugas1")
        self._later(minutes=4, seconds=12)

    def finish(self) -> None:
        self.desk.act(tickets.finish, self.called)
        self._later(seconds=20)

    def _start(self, ticket: Ticket | None, officer: str) -> Ticket:
        if ticket is None:
            raise LookupError("nobody waits")
        return self.desk.act(tickets.start, ticket, officer=officer)

    def _later(self, **duration: float) -> None:
        self.desk.wait(**duration)
        self.now = self.desk.now


def take_all(browser: Browser, url: str, morning: Morning) -> None:
    pages = Pages(browser, url, morning)
    pages.take(Picture("pilih-loket", "petugas4", "/desk", height=420))
    morning.line_up()
    pages.take(Picture("loket-bebas", "petugas1", "/desk"))
    pages.take(Picture("jeda", "petugas1", "/desk", of="dialog[open]", before=_ask("pause")))
    morning.call()
    pages.take(Picture("loket-memanggil", "petugas1", "/desk"))
    morning.serve()
    pages.take(Picture("loket-melayani", "petugas1", "/desk"))
    pages.take(Picture("hasil-lain", "petugas1", "/desk", of="dialog[open]", before=_ask("outcome"), height=900))
    pages.take(Picture("pindahkan", "petugas1", "/desk", of="dialog[open]", before=_ask("transfer"), height=900))
    morning.finish()
    pages.take(Picture("angka-saya", "petugas1", "/desk/figures", height=900))
    pages.take(Picture("penerimaan", "petugas1", "/reception", height=880))
    pages.take(Picture("pengawasan", "supervisor", "/supervisor", height=900))
    pages.take(Picture("sanggahan", "supervisor", "/supervisor/claims", height=640))
    pages.take(Picture("angka-kantor", "supervisor", "/supervisor/figures", height=900))
    pages.take(Picture("pengaduan", "supervisor", "/supervisor/complaints", height=640))
    pages.take(Picture("pengaturan", "admin", "/manage"))
    pages.take(Picture("layanan", "admin", "/manage/services", height=680))
    pages.take(Picture("impor", "admin", "/manage/import", of="main", before=_upload, height=1300))
    pages.take(Picture("webhook", "admin", "/manage/webhooks", of="main"))
    pages.take(Picture("api", "admin", "/api", height=900, folder=DOCUMENTS))


def keep(folder: Path, name: str, shot: bytes) -> None:
    path = folder / f"{name}.webp"
    Image.open(BytesIO(shot)).convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)
    print(f"{path.name}  {path.stat().st_size // 1024} KB")


def take_setup(browser: Browser, url: str, secret: str) -> None:
    """The first set-up, at the step of the services, as an office takes the template of a civil registry."""
    page = browser.new_context(base_url=url, locale="id-ID", viewport={"width": WIDTH, "height": HEIGHT}).new_page()
    page.goto("/setup")
    page.locator("[name=code]").fill(secret)
    page.locator("[name=code]").press("Enter")
    page.wait_for_url("**/setup/language")
    page.get_by_role("button", name="Lanjut").click()
    page.locator("[name=slug]").fill("sago")
    page.locator("[name=name]").fill("Disdukcapil Sago")
    page.get_by_role("button", name="Lanjut").click()
    page.wait_for_url("**/setup/template")
    page.get_by_role("button", name="Lanjut").click()
    page.wait_for_url("**/setup/services")
    page.wait_for_timeout(SCRIPT_MS)
    keep(DOCUMENTS, "penyiapan", page.screenshot())


class Pages:
    """Signed-in pages, one for each person, on a browser whose clock stands still."""

    def __init__(self, browser: Browser, url: str, morning: Morning) -> None:
        self._browser, self._url, self._morning = browser, url, morning
        self._open: dict[str, Page] = {}

    def take(self, picture: Picture) -> None:
        page = self._of(picture.who)
        page.clock.set_fixed_time(self._morning.now)
        page.set_viewport_size({"width": WIDTH, "height": picture.height})
        page.goto(picture.path)
        page.wait_for_timeout(SCRIPT_MS)
        if picture.before:
            picture.before(page)
            page.wait_for_timeout(SCRIPT_MS)
        page.evaluate("document.activeElement?.blur()")
        keep(picture.folder, picture.name, page.locator(picture.of).screenshot() if picture.of else page.screenshot())

    def _of(self, who: str) -> Page:
        if who not in self._open:
            context = self._browser.new_context(base_url=self._url, locale="id-ID", timezone_id="Asia/Jakarta")
            context.add_cookies([{"name": "lang", "value": "id", "url": self._url}])
            page = context.new_page()
            page.clock.set_fixed_time(self._morning.now)
            page.goto("/signin")
            page.locator("[name=username]").fill(who)
            page.locator("[name=password]").fill(PASSWORD)
            page.locator("[name=password]").press("Enter")
            page.wait_for_url(lambda address: not address.endswith("/signin"))
            self._open[who] = page
        return self._open[who]


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextmanager
def nothing_yet() -> Iterator[tuple[str, str]]:
    """A server without an office: its address, and the code of the first set-up."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(f"sqlite:///{folder}/antrean.sqlite", SECRET, instance_dir=Path(folder)))
        schema.upgrade(app.extensions["antrean_database"])
        with served(app) as url:
            yield url, code.of(Path(folder))
        app.extensions["antrean_database"].dispose()


@contextmanager
def an_office() -> Iterator[tuple[str, Morning]]:
    """The demonstration office with a past, served at the address that is given."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Config(f"sqlite:///{folder}/antrean.sqlite", SECRET, instance_dir=Path(folder))
        app = create_app(settings)
        database = app.extensions["antrean_database"]
        schema.upgrade(database)
        with database.write() as session:
            demo.seed(session, PASSWORD)
            demo.invent(session, app.extensions["antrean_vault"], SLUG, PAST_DAYS, TEN)
        morning = Morning(Desk(database, TEN))
        clock.now = lambda: morning.now
        with served(app) as url:
            yield url, morning
        database.dispose()


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=LAUNCH_OPTIONS)
        with nothing_yet() as (url, secret):
            take_setup(browser, url, secret)
        with an_office() as (url, morning):
            take_all(browser, url, morning)
        browser.close()


if __name__ == "__main__":
    main()

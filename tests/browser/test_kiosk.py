"""The kiosk as somebody at it meets it: by touch, in a hurry or slowly, with the server there or away."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import func, select

from queue_app.models import PrinterKind, Ticket
from queue_app.printing import printers
from tests.browser.axe import barriers
from tests.browser.pages import Pages
from tests.browser.staff import SERVER_IS_GONE, beyond_the_window, clean_office, running_server
from tests.live_server import LiveServer
from tests.office import SLUG, Desk
from tests.printing.tcp_printer import TcpPrinter

TALL, WIDE = ViewportSize(width=1080, height=1920), ViewportSize(width=1280, height=800)
KIOSK = f"/kiosk/{SLUG}"
NUMBER = re.compile(r"/kiosk/senapelan/ticket/[\w-]+$")
# A camera that sees what the page's test draws: a QR code, on a canvas.
CAMERA = """
  navigator.mediaDevices.getUserMedia = async () => {
    if (window.cameraFails) throw new DOMException("", window.cameraFails);
    const canvas = document.createElement("canvas");
    canvas.width = 640; canvas.height = 480;
    const picture = canvas.getContext("2d");
    setInterval(() => {
      picture.fillStyle = "#fff"; picture.fillRect(0, 0, 640, 480);
      picture.save(); picture.translate(140, 60); picture.scale(360 / SIDE, 360 / SIDE);
      picture.fillStyle = "#000"; picture.fill(new Path2D("PATH")); picture.restore();
    }, 50);
    return canvas.captureStream(20);
  };
"""

# The first number is made, and then the server dies before anybody hears of it.
ANSWER_LOST = """
  const real = window.fetch;
  window.fetch = async (address, options) => {
    const answer = await real(address, options);
    if (options?.method !== "POST" || window.lost) return answer;
    window.lost = true;
    await window.serverDies();
    throw new TypeError("the answer is lost");
  };
"""


@pytest.fixture(scope="module")
def server(sqlite_template: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with running_server(sqlite_template, tmp_path_factory.mktemp("kiosk")) as server:  # type: ignore[arg-type]
        yield server


@pytest.fixture
def desk(server: LiveServer) -> Iterator[Desk]:
    with clean_office(server, hours=0) as desk:
        yield desk


@pytest.fixture
def kiosk(new_page: Pages, server: LiveServer) -> Callable[..., Page]:
    def open_kiosk(viewport: ViewportSize = TALL, **options: object) -> Page:
        return new_page(viewport=viewport, base_url=server.url, has_touch=True, **options)

    return open_kiosk


@pytest.fixture
def printer(desk: Desk) -> Iterator[TcpPrinter]:
    printer = TcpPrinter()
    with desk.db.write() as session:
        printers.add(session, desk.office(session), "lobi", PrinterKind.NETWORK, printer.address, now=desk.now)
    yield printer
    with desk.db.write() as session:
        printers.remove(session, desk.office(session), "lobi", desk.now)
    printer.close()


def count(desk: Desk) -> int:
    with desk.db.read() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def to_the_last_step(page: Page, category: str = "Tidak ada, lanjut") -> None:
    page.goto(KIOSK)
    page.get_by_role("link", name="Ambil nomor").tap()
    page.locator(".kiosk__service").first.tap()
    page.get_by_role("link", name=category).tap()
    expect(page.get_by_role("heading", name="Sudah benar?")).to_be_visible()


def take(page: Page) -> None:
    page.get_by_role("button", name="Ambil nomor").tap()


def assert_good(page: Page) -> None:
    assert barriers(page) == []
    assert beyond_the_window(page) == (0, 0)
    for target in page.locator("main a:visible, main button:visible, nav a:visible, nav button:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


@pytest.mark.parametrize("viewport", [TALL, WIDE], ids=["tall", "wide"])
def test_a_number_by_touch_with_its_receipt(
    kiosk: Callable[..., Page], desk: Desk, printer: TcpPrinter, viewport: ViewportSize
) -> None:
    page = kiosk(viewport)
    page.goto(KIOSK)
    assert_good(page)
    page.get_by_role("link", name="Ambil nomor").tap()
    expect(page.get_by_role("heading", name="Untuk keperluan apa Anda datang?")).to_be_visible()
    assert_good(page)
    page.locator(".kiosk__service").first.tap()
    expect(page.get_by_role("heading", name="Apakah ada yang perlu didahulukan?")).to_be_visible()
    assert_good(page)
    page.get_by_role("link", name="Penyandang disabilitas").tap()
    expect(page.get_by_role("heading", name="Sudah benar?")).to_be_visible()
    assert_good(page)
    take(page)
    expect(page).to_have_url(NUMBER)
    expect(page.get_by_text("Ambil kertas Anda")).to_be_visible()
    assert_good(page)
    [slip] = printer.slips()
    assert slip.line(page.locator(".kiosk__label").inner_text()).size > 1
    assert "Penyandang disabilitas" in slip.text
    page.get_by_role("link", name="Baik, selesai").tap()
    expect(page.get_by_role("heading", name="Selamat datang")).to_be_visible()


def test_a_silent_printer_leaves_the_number_and_says_what_to_do(
    kiosk: Callable[..., Page], desk: Desk, printer: TcpPrinter
) -> None:
    printer.mood = "no_paper"
    before, page = count(desk), kiosk()
    to_the_last_step(page)
    take(page)
    expect(page.get_by_text("Pencetak tidak menjawab. Nomor Anda tetap berlaku")).to_be_visible()
    expect(page.get_by_role("button", name="Cetak sekali lagi")).to_be_visible()
    assert_good(page)
    printer.mood = "well"
    page.get_by_role("button", name="Cetak sekali lagi").tap()  # it is tried at once, and nothing is added
    expect(page.get_by_text("Ambil kertas Anda")).to_be_visible()
    assert len(printer.slips()) == 1
    assert count(desk) == before + 1


def test_a_doubled_tap_gives_one_number(kiosk: Callable[..., Page], desk: Desk) -> None:
    before, page = count(desk), kiosk()
    to_the_last_step(page)
    page.get_by_role("button", name="Ambil nomor").dblclick()
    expect(page).to_have_url(NUMBER)
    assert count(desk) == before + 1


def test_a_server_that_dies_at_the_tap_gives_one_number_when_it_is_back(
    kiosk: Callable[..., Page], desk: Desk, server: LiveServer, new_page: Pages
) -> None:
    new_page.allow(SERVER_IS_GONE)
    before, page = count(desk), kiosk()
    page.expose_function("serverDies", server.kill)
    page.add_init_script(ANSWER_LOST)
    to_the_last_step(page)
    take(page)
    expect(page.get_by_text("Anda tidak akan mendapat dua nomor")).to_be_visible()
    assert barriers(page) == []
    server.start()
    expect(page).to_have_url(NUMBER)
    assert count(desk) == before + 1


def test_a_page_is_opened_only_when_the_server_answers(
    kiosk: Callable[..., Page], server: LiveServer, new_page: Pages
) -> None:
    new_page.allow(SERVER_IS_GONE)
    page = kiosk(WIDE)
    page.goto(KIOSK)
    server.kill()
    page.get_by_role("link", name="Ambil nomor").tap()
    expect(page.get_by_role("heading", name="Sistem sedang tidak menjawab")).to_be_visible()
    server.start()
    expect(page.get_by_role("heading", name="Untuk keperluan apa Anda datang?")).to_be_visible()


def test_nobody_there_goes_back_to_the_start_after_a_warning(kiosk: Callable[..., Page]) -> None:
    page = kiosk()
    page.clock.install()
    page.goto(f"{KIOSK}/services")
    page.get_by_role("button", name="English").tap()
    expect(page.get_by_role("heading", name="What have you come for?")).to_be_visible()
    page.clock.run_for(61_000)
    warning = page.get_by_role("dialog", name="Are you still here?")
    expect(warning).to_be_visible()
    page.get_by_role("button", name="Yes, I need time").tap()
    expect(warning).to_be_hidden()
    page.clock.run_for(30_000)
    expect(page.get_by_role("heading", name="What have you come for?")).to_be_visible()
    page.clock.run_for(31_000)
    expect(warning).to_be_visible()
    page.clock.run_for(21_000)
    expect(page.get_by_role("heading", name="Selamat datang")).to_be_visible()  # and in Indonesian for the next one


def test_the_warning_has_no_barriers(kiosk: Callable[..., Page]) -> None:
    page = kiosk()
    page.goto(f"{KIOSK}/services")
    page.evaluate("document.querySelector('[data-idle]').showModal()")
    expect(page.get_by_role("dialog", name="Masih di sini?")).to_be_visible()
    assert barriers(page) == []


def test_from_a_wheelchair_everything_to_press_is_in_the_lower_half(kiosk: Callable[..., Page], desk: Desk) -> None:
    page = kiosk()
    page.goto(KIOSK)
    page.get_by_role("button", name="Tombol lebih rendah").tap()
    expect(page.locator("body.kiosk--reach")).to_be_visible()
    for path in ("", "/services", "/services/A", "/services/A/regular", "/check-in"):
        page.goto(KIOSK + path)
        for target in page.locator("main a:visible, main button:visible, main input:visible, nav a:visible").all():
            box = target.bounding_box()
            assert box is not None
            assert box["y"] >= TALL["height"] / 2, path
        assert beyond_the_window(page) == (0, 0), path


class TestCamera:
    def open(self, kiosk: Callable[..., Page], path: str, side: int = 1, fails: str = "") -> Page:
        page = kiosk()
        page.add_init_script(CAMERA.replace("SIDE", str(side)).replace("PATH", path))
        page.add_init_script(f"window.cameraFails = '{fails}'")
        page.goto(f"{KIOSK}/check-in")
        page.get_by_role("button", name="Pakai kamera").tap()
        return page

    def test_a_ticket_held_before_it_checks_in(
        self, kiosk: Callable[..., Page], desk: Desk, server: LiveServer
    ) -> None:
        from queue_app.routes.qr import qr_code

        ticket = desk.book()
        code = qr_code(f"{server.url}/t/{ticket.public_id}")
        page = self.open(kiosk, code.path, code.side)
        expect(page.get_by_role("heading", name="Anda sudah tercatat")).to_be_visible()
        assert desk.actions(ticket) == ["book", "check_in"]

    def test_another_code_is_said_to_be_another(self, kiosk: Callable[..., Page]) -> None:
        from queue_app.routes.qr import qr_code

        code = qr_code("https://example.org/menu")
        page = self.open(kiosk, code.path, code.side)
        expect(page.get_by_text("Itu bukan kode tiket antrean")).to_be_visible()
        assert_good(page)

    @pytest.mark.parametrize(
        ("fails", "said"), [("NotAllowedError", "tidak diizinkan"), ("NotFoundError", "tidak ditemukan")]
    )
    def test_refused_or_absent_it_says_so_and_typing_remains(
        self, kiosk: Callable[..., Page], fails: str, said: str
    ) -> None:
        page = self.open(kiosk, "", fails=fails)
        expect(page.get_by_text(f"Kamera {said}")).to_be_visible()
        expect(page.locator("#code")).to_be_focused()
        assert_good(page)

"""The ticket on a phone: live, right again after every kind of interruption, kept without a connection; and coming to
the office with it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select

from queue_app import day_end, tickets
from queue_app.database import Database
from queue_app.models import Ticket
from queue_app.presence import Presence
from tests.browser.axe import barriers
from tests.browser.pages import TIMEOUT_MS, TV, Pages
from tests.browser.staff import SERVER_IS_GONE, running_server
from tests.live_server import LiveServer
from tests.office import PASSWORD, SECRET, SLUG, Desk

PHONE = ViewportSize(width=360, height=740)
OFFLINE = SERVER_IS_GONE + r"|ERR_INTERNET_DISCONNECTED|ERR_FAILED|net::ERR_"


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for the tests here that don't kill theirs."""
    with running_server(sqlite_template, tmp_path_factory.mktemp("ticket")) as server:
        yield server


def office_of(server: LiveServer) -> Desk:
    return Desk(Database(server.database_url), datetime.now(UTC))


@pytest.fixture
def desk(server: LiveServer) -> Iterator[Desk]:
    """The officers and the other citizens; afterwards nobody waits and no counter is open."""
    desk = office_of(server)
    yield desk
    now = datetime.now(UTC)
    with desk.db.write() as session:
        day_end.close_day(session, desk.office(session), now.date() + timedelta(days=1), now)
    desk.db.dispose()


@pytest.fixture
def own_desk(live_server: LiveServer) -> Iterator[Desk]:
    """The same on a server of the test's own, which it may kill."""
    desk = office_of(live_server)
    yield desk
    desk.db.dispose()


def opened(new_page: Pages, server: LiveServer, ticket: Ticket) -> Page:
    """A ticket's page, live, with the service worker keeping it."""
    page = new_page(viewport=PHONE, base_url=server.url)
    with page.expect_websocket() as socket:
        page.goto(f"/t/{ticket.public_id}")
    socket.value.wait_for_event("framereceived", lambda frame: "office_version" in str(frame))
    page.evaluate(CONTROLLED)
    kept(page, f"/t/{ticket.public_id}")
    page.evaluate("window.stayed = true")
    return page


CONTROLLED = """async () => {
  const workers = navigator.serviceWorker;
  if (!workers.controller) await new Promise((done) => { workers.oncontrollerchange = done; });
}"""

# Whether something with `part` in it is kept at `path` within `patience` milliseconds.
KEPT = """async ([path, part, patience]) => {
  const until = performance.now() + patience;
  while (performance.now() < until) {
    const kept = await (await caches.open("antrean-ticket")).match(path);
    if (kept && (await kept.text()).includes(part)) return true;
    await new Promise((done) => { setTimeout(done, 50); });
  }
  return false;
}"""


def kept(page: Page, path: str, part: str = "") -> None:
    """Waits until the service worker keeps ``path``, with ``part`` in it."""
    assert page.evaluate(KEPT, [path, part, TIMEOUT_MS]), f"{path} is not kept"


def assert_good(page: Page) -> None:
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def now_panel(page: Page) -> object:
    return page.locator("[data-now]")


class TestLive:
    def test_it_is_right_again_after_airplane_mode(self, new_page: Pages, server: LiveServer, desk: Desk) -> None:
        desk.open()
        others = [desk.join("A") for _ in range(3)]
        page = opened(new_page, server, desk.join("A"))
        expect(page.locator("[data-ahead]")).to_have_text("3")
        new_page.allow(OFFLINE)
        page.context.set_offline(True)
        expect(page.locator("[data-stale]")).to_contain_text(re.compile(r"Data per \d\d:\d\d"))
        for button in page.locator("form:not([data-way-form]) button").all():  # when to leave is worked out here
            expect(button).to_be_disabled()
        for _ in others:
            called = desk.call_next()
            assert called is not None
            desk.act(tickets.no_show, called)
        page.context.set_offline(False)
        expect(page.get_by_text("Anda berikutnya")).to_be_visible()
        expect(page.locator("[data-stale]")).to_be_hidden()
        assert page.evaluate("window.stayed")

    def test_it_is_right_again_after_sleep(self, new_page: Pages, server: LiveServer, desk: Desk) -> None:
        """A phone that slept: its clock jumps, timers fire late, the link is dead without having said so."""
        desk.open()
        mine = desk.join("A")
        page = new_page(viewport=PHONE, base_url=server.url)
        page.clock.install()
        page.goto(f"/t/{mine.public_id}")
        expect(page.get_by_text("Anda berikutnya")).to_be_visible()
        new_page.allow(OFFLINE)
        page.context.set_offline(True)
        desk.call_next()
        page.clock.fast_forward("02:00:00")
        page.context.set_offline(False)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator(".now__call [data-counter]")).to_be_visible()
        expect(page.locator(".now__call .now__why")).to_contain_text("karena paling lama menunggu")

    def test_more_time_and_leaving(self, new_page: Pages, server: LiveServer, desk: Desk) -> None:
        desk.open()
        mine, *_ = [desk.join("A") for _ in range(5)]
        page = opened(new_page, server, mine)
        expect(page.get_by_text("Anda berikutnya")).to_be_visible()
        page.get_by_text("Saya butuh waktu").click()
        assert_good(page)
        page.get_by_role("button", name="Dahulukan tiga orang").click()
        expect(page.locator("[data-ahead]")).to_have_text("3")
        page.get_by_text("Saya pulang", exact=True).click()
        assert_good(page)
        page.get_by_role("button", name="Ya, saya pulang").click()
        expect(page.locator("[data-now]")).to_contain_text("Dibatalkan")

    def test_a_visit_goes_on_to_its_next_service(self, new_page: Pages, server: LiveServer, desk: Desk) -> None:
        desk.open()
        page = opened(new_page, server, desk.book("A", also="B"))
        page.get_by_role("button", name="Saya sudah di kantor").click()
        called = desk.call_next()
        assert called is not None
        desk.act(tickets.finish, desk.act(tickets.start, called))
        expect(page.locator(".stub__service")).to_have_text("Kartu keluarga")
        expect(page.get_by_text("Anda berikutnya")).to_be_visible()

    def test_when_to_leave(self, new_page: Pages, server: LiveServer, desk: Desk) -> None:
        soon = desk.now.astimezone(UTC) + timedelta(hours=7)
        tomorrow = soon.date() + timedelta(days=1)
        page = opened(new_page, server, desk.book(day=tomorrow, slot=600))
        travel = page.get_by_label("Lama perjalanan Anda (menit)")
        answer = page.locator("[data-leave-answer]")
        travel.fill("25")
        expect(answer).to_have_text("Berangkat paling lambat pukul 09:25 WIB", use_inner_text=True)
        page.reload()
        expect(travel).to_have_value("25")  # kept in this browser, and nowhere else
        page.get_by_role("button", name="45 menit").click()
        expect(answer).to_contain_text("pukul 09:05 WIB")
        assert_good(page)
        travel.fill("9999")
        travel.press("Enter")
        expect(page.get_by_text("isi angka 0 sampai 600")).to_be_visible()
        expect(answer).to_be_hidden()
        desk.open()
        ticket = desk.join("A")
        page = opened(new_page, server, ticket)
        page.get_by_role("button", name="30 menit").click()
        expect(page.get_by_text("Berangkat sekarang")).to_be_visible()
        expect(page.get_by_text("Berangkat paling lambat")).to_be_hidden()
        desk.call_next()
        expect(page.get_by_role("heading", name="Kapan berangkat?")).to_be_hidden()

    def test_sharing_warns_and_copies_where_the_phone_cannot_share(
        self, new_page: Pages, server: LiveServer, desk: Desk
    ) -> None:
        page = opened(new_page, server, desk.join("A"))
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
        page.get_by_text("Bagikan tiket").click()
        expect(page.get_by_text("dapat membatalkan atau mengganti jadwal")).to_be_visible()
        assert_good(page)
        page.get_by_role("button", name="Salin alamat").click()
        expect(page.get_by_text("Alamat sudah disalin.")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == page.url


class TestWithoutConnection:
    def test_the_last_ticket_is_shown_with_its_time_and_never_as_new(
        self, new_page: Pages, live_server: LiveServer, own_desk: Desk
    ) -> None:
        desk = own_desk
        desk.open()
        mine = desk.join("A")
        page = opened(new_page, live_server, mine)
        called = desk.call_next()
        assert called is not None
        expect(page.locator(".now__call")).to_be_visible()
        kept(page, f"/kept/t/{mine.public_id}", "CALLED")
        new_page.allow(OFFLINE)
        live_server.kill()
        page.reload()
        expect(page.get_by_role("heading", name="A-001")).to_be_visible()
        expect(page.locator("[data-stale]")).to_contain_text(re.compile(r"Data per \d\d:\d\d"))
        expect(page.locator(".now__call")).to_be_visible()  # what the link said last, not what the page once was
        expect(page.locator(".ticket-page")).to_have_class(re.compile("is-stale"))
        assert (
            page.locator("[data-now]").evaluate("part => getComputedStyle(part).backgroundColor") != "rgb(246, 185, 43)"
        )
        expect(page.locator("svg.qr")).to_be_visible()
        assert_good(page)
        page.goto("/tickets")  # where the installed app starts
        expect(page).to_have_url(re.compile(f"/t/{mine.public_id}$"))
        expect(page.locator("[data-stale]")).to_be_visible()
        desk.act(tickets.no_show, called)
        live_server.start()
        expect(page.locator("[data-now]")).to_contain_text("Terlewat")
        expect(page.locator("[data-stale]")).to_be_hidden()

    def test_only_the_last_ticket_is_kept_and_old_shells_are_dropped(
        self, new_page: Pages, server: LiveServer, desk: Desk
    ) -> None:
        first, second = desk.join("A"), desk.join("A")
        page = new_page(viewport=PHONE, base_url=server.url)
        page.goto("/tickets")
        page.evaluate("caches.open('antrean-shell-0000000000000000')")
        page.goto(f"/t/{first.public_id}")
        kept(page, f"/t/{first.public_id}")
        page.goto(f"/t/{second.public_id}")
        kept(page, f"/t/{second.public_id}")
        paths = page.evaluate(
            "async () => (await (await caches.open('antrean-ticket')).keys()).map((one) => new URL(one.url).pathname)"
        )
        assert {path.removeprefix("/kept") for path in paths} == {f"/t/{second.public_id}"}
        names = page.evaluate("caches.keys()")
        assert len(names) == 2
        assert "antrean-shell-0000000000000000" not in names


class TestComing:
    def test_the_display_s_code_leads_the_phone_to_its_check_in(
        self, new_page: Pages, server: LiveServer, desk: Desk
    ) -> None:
        mine = desk.book("B")
        display = new_page(viewport=TV, base_url=server.url)
        display.goto(f"/display/{SLUG}")
        expect(display.locator("#newest")).to_be_visible()
        expect(display.locator("#here")).to_be_hidden()  # anybody's browser: no code
        sign_in(display, "supervisor")
        display.goto("/reception")
        display.get_by_role("button", name="Ini layar ruang tunggu").click()
        expect(display.locator("#here")).to_be_visible()
        display.context.clear_cookies(name="session")
        display.reload()
        drawn = display.locator("#here path")
        expect(drawn).to_have_attribute("d", re.compile("M"))
        assert barriers(display) == []
        page = opened(new_page, server, mine)
        address = f"/o/{SLUG}/here/{Presence(SECRET).code(SLUG, datetime.now(UTC))}"
        page.goto(address)
        expect(page).to_have_url(re.compile(f"/o/{SLUG}/here$"))
        assert_good(page)
        page.get_by_role("button", name="Saya di sini").click()
        expect(page.locator("[data-now]")).to_contain_text("Menunggu")
        assert desk.events(mine)[-1].data == {"presence": "qr"}

    def test_the_code_changes_on_the_display_by_itself(self, new_page: Pages, server: LiveServer) -> None:
        display = new_page(viewport=TV, base_url=server.url)
        sign_in(display, "supervisor")
        codes: list[str] = []
        display.on("response", lambda answer: codes.append(answer.url) if answer.url.endswith("/here") else None)
        display.clock.install()
        display.goto(f"/display/{SLUG}")
        expect(display.locator("#here")).to_be_visible()
        asked = len(codes)
        display.clock.fast_forward(31_000)
        display.wait_for_event("response", lambda answer: answer.url.endswith("/here")) if len(codes) == asked else None
        assert len(codes) > asked

    def test_the_kiosk_by_touch_and_by_scanner(self, new_page: Pages, server: LiveServer, desk: Desk) -> None:
        touched, scanned = desk.book("C"), desk.book("C")
        kiosk = new_page(viewport=ViewportSize(width=768, height=1024), base_url=server.url)
        kiosk.goto(f"/kiosk/{SLUG}/check-in")
        assert_good(kiosk)
        label, code = touched.label, Presence(SECRET).short_code(touched.public_id)
        kiosk.get_by_role("button", name=label[0], exact=True).click()
        for sign in f"{label[2:]} {code}":
            kiosk.get_by_role("button", name="spasi" if sign == " " else sign, exact=True).click()
        expect(kiosk.locator("#code")).to_have_value(f"{label} {code}")
        kiosk.get_by_role("button", name="Saya datang").click()
        expect(kiosk.get_by_role("heading", name="Anda sudah tercatat")).to_be_visible()
        assert_good(kiosk)
        kiosk.get_by_role("link", name="Baik, selesai").click()
        expect(kiosk.get_by_role("heading", name="Selamat datang")).to_be_visible()
        kiosk.keyboard.type(f"{server.url}/t/{scanned.public_id}\n")  # what a scanner sends
        expect(kiosk.get_by_text(scanned.label)).to_be_visible()
        assert desk.actions(scanned) == ["book", "check_in"]

    def test_the_reception_by_keys_alone(self, new_page: Pages, server: LiveServer, desk: Desk) -> None:
        mine = desk.book("D")
        page = new_page(base_url=server.url)
        sign_in(page, "petugas2")
        page.goto("/reception")
        assert_good(page)
        page.keyboard.type(mine.label.lower())
        page.keyboard.press("Enter")
        expect(page.locator(".found__label")).to_have_text(mine.label)
        assert_good(page)
        page.keyboard.press("Enter")  # the button has the focus
        expect(page.get_by_text(f"{mine.label} sudah dicatat hadir")).to_be_visible()


def sign_in(page: Page, username: str) -> None:
    page.goto("/signin")
    page.locator("#username").fill(username)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(desk|supervisor)"))


class TestWholeJourney:
    def test_from_a_form_over_a_killed_server_to_another_slot_and_off(
        self, new_page: Pages, live_server: LiveServer, own_desk: Desk
    ) -> None:
        """Two services in one visit, on a later day; the calendar's file, paper, another time, and giving it up."""
        page = new_page(viewport=PHONE, base_url=live_server.url, accept_downloads=True)
        page.goto(f"/o/{SLUG}/A")
        page.locator("a.day").nth(2).click()
        expect(page.locator("a.day").nth(2)).to_have_attribute("aria-current", "date")
        choose(page, "10:00")
        expect(page.locator("[data-held] p")).to_be_visible()
        page.get_by_text("Sekalian layanan lain?").click()
        page.get_by_label("Kartu keluarga").check()
        page.get_by_label("Dokumen ini sudah saya siapkan").check()
        new_page.allow(OFFLINE)
        live_server.kill()
        live_server.start()
        page.get_by_role("button", name="Ambil nomor").click()
        expect(page.locator(".stub__further")).to_have_text("lalu: Kartu keluarga")
        expect(page.locator(".stub__facts")).to_contain_text("10:00–10:30 WIB")
        with page.expect_download() as started:
            page.get_by_role("link", name="Simpan ke kalender").click()
        assert b"BEGIN:VEVENT" in Path(started.value.path()).read_bytes()
        page.emulate_media(media="print")
        expect(page.locator("svg.qr")).to_be_visible()
        for part in (
            page.locator(".site-header"),
            page.get_by_text("Batalkan nomor ini", exact=True),
            page.locator(".share"),
        ):
            expect(part).to_be_hidden()
        page.emulate_media(media="screen")
        page.get_by_role("link", name="Ganti jadwal").click()
        choose(page, "11:30")
        page.get_by_role("button", name="Simpan jadwal").click()
        expect(page.locator(".stub__facts")).to_contain_text("11:30–12:00 WIB")
        page.get_by_text("Batalkan nomor ini", exact=True).click()
        page.get_by_role("button", name="Ya, batalkan").click()
        expect(page.locator("[data-now]")).to_contain_text("Dibatalkan")
        (ticket,) = booked(own_desk)
        assert own_desk.actions(ticket) == ["book", "reschedule", "cancel"]


def booked(desk: Desk) -> list[Ticket]:
    with desk.db.read() as session:
        return list(session.scalars(select(Ticket)))


def choose(page: Page, slot: str) -> None:
    """Press a slot in its part of the day."""
    part = page.locator(f"details.slot-group:has(input[value='{slot}'])")
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    page.locator(f"label.slot:has(input[value='{slot}'])").click()

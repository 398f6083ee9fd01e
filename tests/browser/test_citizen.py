"""A citizen at a phone: books, moves, cancels, follows; in both languages, by keyboard, without barriers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from queue_app import tickets
from queue_app.database import Database
from tests.browser.axe import barriers
from tests.browser.pages import Pages
from tests.browser.staff import SERVER_IS_GONE
from tests.live_server import LiveServer
from tests.office import Desk

PHONE = ViewportSize(width=360, height=740)
OFFICE = "/o/senapelan"
REFUSED = "the server responded with a status of 422"

TARGETS_TOO_SMALL = """() => [...document.querySelectorAll(
    'button, .btn, select, input:not([type=hidden], .slot input), .slot, a.day, a.choice, summary')]
  .filter(part => part.checkVisibility())
  .map(part => [part.closest('label') ?? part, part])
  .filter(([target]) => target.getBoundingClientRect().height < 36)
  .map(([, part]) => part.outerHTML.slice(0, 90))"""


@pytest.fixture
def office(live_server: LiveServer) -> Iterator[Desk]:
    """The officers and the other citizens on the server's database."""
    desk = Desk(Database(live_server.database_url), datetime.now(UTC))
    yield desk
    desk.db.dispose()


@pytest.fixture
def phone(new_page: Pages, live_server: LiveServer) -> Page:
    return new_page(viewport=PHONE, base_url=live_server.url)


def assert_good(page: Page) -> None:
    """No barrier, nothing beside the window, nothing too small for a thumb."""
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(TARGETS_TOO_SMALL) == []


def follow(new_page: Pages, server: LiveServer, public_id: str, **options: Any) -> Page:
    """The page of a ticket, once it is live."""
    page = new_page(viewport=PHONE, base_url=server.url, **options)
    with page.expect_websocket() as socket:
        page.goto(f"/t/{public_id}")
    socket.value.wait_for_event("framereceived", lambda frame: "office_version" in str(frame))
    page.evaluate("window.stayed = true")
    return page


def tab_to(page: Page, selector: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by Tab")


def test_a_citizen_books_reads_english_moves_and_cancels(new_page: Pages, phone: Page) -> None:
    phone.goto("/")
    expect(phone.get_by_role("heading", name="Ambil nomor antrean")).to_be_visible()
    assert_good(phone)
    phone.locator(f"a.choice[href='{OFFICE}/B']").click()
    assert_good(phone)
    new_page.allow(REFUSED)
    phone.get_by_label("Dokumen ini sudah saya siapkan").check()
    phone.get_by_label("NIK").fill("123")
    phone.get_by_role("button", name="Ambil nomor").click()
    expect(phone.get_by_text("NIK harus 16 angka.")).to_be_visible()
    assert_good(phone)
    phone.get_by_label("NIK").fill("")
    phone.get_by_role("button", name="Ambil nomor").click()
    expect(phone.get_by_role("heading", name="B-001")).to_be_visible()
    assert_good(phone)

    phone.get_by_role("button", name="English").click()
    expect(phone.get_by_text("Family card", exact=True)).to_be_visible()
    assert_good(phone)
    phone.get_by_role("link", name="Change day or time").click()
    phone.locator("a.day").nth(2).click()
    expect(phone.locator("a.day").nth(2)).to_have_attribute("aria-current", "date")
    assert_good(phone)
    phone.get_by_role("button", name="Save the new time").click()
    expect(phone.get_by_text("Your booking has been moved.")).to_be_visible()
    expect(phone.get_by_role("button", name="I am at the office")).to_have_count(0)

    phone.get_by_text("Cancel this number").click()
    assert_good(phone)
    phone.get_by_role("button", name="Yes, cancel it").click()
    expect(phone.locator("[data-now]")).to_contain_text("Cancelled")
    assert_good(phone)


def test_what_was_typed_stays_when_another_day_is_chosen(phone: Page) -> None:
    phone.goto(f"{OFFICE}/A")
    phone.get_by_label("Nama").fill("Nama Warga")
    phone.get_by_label("Dokumen ini sudah saya siapkan").check()
    third = phone.locator("a.day").nth(2)
    day = third.get_attribute("data-day")
    third.click()
    expect(phone.locator("a.day").nth(2)).to_have_attribute("aria-current", "date")
    expect(phone.locator("a.day").nth(2)).to_be_focused()
    expect(phone.get_by_label("Nama")).to_have_value("Nama Warga")
    phone.get_by_text("Tanggal lain").click()
    phone.get_by_label("Tanggal", exact=True).fill(day or "")
    phone.get_by_role("button", name="Tampilkan").click()
    expect(phone.locator("input[name=day]")).to_have_value(day or "")
    expect(phone.get_by_label("Nama")).to_have_value("Nama Warga")


def test_a_booking_by_keys_alone(phone: Page) -> None:
    phone.goto(OFFICE)
    phone.keyboard.press("Tab")
    expect(phone.get_by_role("link", name="Langsung ke isi")).to_be_in_viewport()
    tab_to(phone, "a.choice")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/o/senapelan/A")
    tab_to(phone, "a.day:not([aria-current])")
    phone.keyboard.press("Enter")
    expect(phone.locator("a.day").nth(1)).to_be_focused()
    tab_to(phone, "input[name=slot]")
    tab_to(phone, "input[name=ready]")
    phone.keyboard.press("Space")
    tab_to(phone, "#name")
    phone.keyboard.type("Nama Warga")
    tab_to(phone, ".book-bar button")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="A-001")).to_be_visible()
    tab_to(phone, ".cancel summary")
    phone.keyboard.press("Enter")
    tab_to(phone, ".cancel button")
    phone.keyboard.press("Enter")
    expect(phone.locator("[data-now]")).to_contain_text("Dibatalkan")


def test_a_waiting_citizen_is_called_without_a_reload(new_page: Pages, live_server: LiveServer, office: Desk) -> None:
    office.open(counter=3)
    first, mine = office.join("A"), office.join("A")
    page = follow(new_page, live_server, mine.public_id)
    expect(page.locator("[data-position]")).to_have_text("2")
    office.act(tickets.no_show, office.call_next(counter=3) or first)
    expect(page.get_by_text("Anda berikutnya")).to_be_visible()
    office.call_next(counter=3)
    expect(page.locator(".now__call [data-counter]")).to_have_text("3")
    expect(page.locator(".now__call")).to_be_visible()
    expect(page).to_have_title("Dipanggil ke loket 3 · A-002")
    expect(page.locator("[data-now]")).to_have_attribute("aria-live", "polite")
    assert_good(page)
    started = office.act(tickets.start, office.fresh(mine))
    expect(page.locator("[data-now]")).to_contain_text("Sedang dilayani")
    office.act(tickets.finish, started)
    expect(page.locator("[data-now]")).to_contain_text("Pelayanan Anda selesai.")
    assert page.evaluate("window.stayed")


def test_a_page_that_is_not_live_says_since_when_and_heals(
    new_page: Pages, live_server: LiveServer, office: Desk
) -> None:
    office.open()
    office.join("A")
    mine = office.join("A")
    page = follow(new_page, live_server, mine.public_id)
    new_page.allow(SERVER_IS_GONE)
    live_server.kill()
    banner = page.locator("[data-stale]")
    expect(banner).to_contain_text("Data per", timeout=60_000)
    assert_good(page)
    live_server.start()
    expect(banner).to_be_hidden(timeout=30_000)
    office.call_next()
    expect(page.get_by_text("Anda berikutnya")).to_be_visible()
    assert page.evaluate("window.stayed")


def test_everything_works_without_scripts(new_page: Pages, live_server: LiveServer, office: Desk) -> None:
    page = new_page(viewport=PHONE, base_url=live_server.url, java_script_enabled=False)
    page.goto(OFFICE)
    page.locator(f"a.choice[href='{OFFICE}/A']").click()
    page.locator("a.day").nth(1).click()
    page.locator("a.day").first.click()
    page.get_by_label("Dokumen ini sudah saya siapkan").check()
    page.get_by_role("button", name="Ambil nomor").last.click()
    expect(page.get_by_role("heading", name="A-001")).to_be_visible()
    page.get_by_role("button", name="Saya sudah di kantor").click()
    expect(page.locator("[data-now]")).to_contain_text("Menunggu")
    assert page.locator("noscript meta[http-equiv=refresh], meta[http-equiv=refresh]").count() == 1
    office.open()
    office.call_next()
    page.reload()
    expect(page.locator(".now__call [data-counter]")).to_have_text("1")
    expect(page.get_by_role("button", name="Cetak")).to_be_hidden()


def test_a_second_tap_while_the_first_is_on_its_way_is_not_sent(phone: Page) -> None:
    phone.goto(f"{OFFICE}/A")
    phone.get_by_label("Dokumen ini sudah saya siapkan").check()
    sent: list[str] = []
    phone.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    phone.get_by_role("button", name="Ambil nomor").dblclick(no_wait_after=True)
    expect(phone.get_by_role("heading", name="A-001")).to_be_visible()
    assert len([url for url in sent if url.endswith("/A")]) == 1


@pytest.mark.parametrize("language", ["id", "en"])
def test_long_names_and_crowds_fit_a_small_phone(
    new_page: Pages, live_server: LiveServer, office: Desk, language: str
) -> None:
    long_name = "Penerbitan Dokumen " + "Kewarganegaraanantarkabupaten" * 2
    office.change_service("A", name_id=long_name, name_en=long_name)
    office.change_office(name="Dinas Kependudukan dan Pencatatan Sipil Kabupaten Kepulauan Meranti Selatpanjang")
    for _ in range(12):
        office.join("A")
    page = new_page(viewport=PHONE, base_url=live_server.url)
    page.context.add_cookies([{"name": "lang", "value": language, "url": live_server.url}])
    mine = office.join("A")
    for path in (OFFICE, f"{OFFICE}/A", f"/t/{mine.public_id}", "/signin", f"{OFFICE}/A?date=2020-01-01"):
        page.goto(path)
        assert_good(page)

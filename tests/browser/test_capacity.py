"""The booking page in a real browser where places are few: the chosen slot is kept, with and without scripts."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select

from queue_app.database import Database
from queue_app.models import SlotHold, SlotUsage
from queue_app.release import Stage
from tests.browser.axe import barriers
from tests.browser.pages import DESK, Pages
from tests.live_server import LiveServer
from tests.office import Desk

PHONE = ViewportSize(width=360, height=740)
BOOK = "/o/senapelan/A"


@pytest.fixture
def elsewhere(live_server: LiveServer) -> Iterator[Desk]:
    """Other citizens on the server's database."""
    desk = Desk(Database(live_server.database_url), datetime.now(UTC))
    yield desk
    desk.db.dispose()


@pytest.fixture
def phone(new_page: Pages, live_server: LiveServer) -> Page:
    page = new_page(viewport=PHONE, base_url=live_server.url)
    open_later_day(page)
    return page


def open_later_day(page: Page) -> None:
    """The booking page of the second day offered: on the first the clock may run out of slots."""
    page.goto(BOOK)
    page.goto(page.locator("a.day").nth(1).get_attribute("href") or "")


def choose(page: Page, slot: str) -> None:
    """Press a slot in its part of the day."""
    part = page.locator(f"details.slot-group:has(input[value='{slot}'])")
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    page.locator(f"label.slot:has(input[value='{slot}'])").click()


def taken(desk: Desk) -> dict[int, int]:
    with desk.db.read() as session:
        usages = session.scalars(select(SlotUsage))
        return {usage.start_minute: usage.taken for usage in usages if usage.taken}


def test_the_chosen_slot_is_kept_and_becomes_a_number(phone: Page, elsewhere: Desk) -> None:
    choose(phone, "10:00")
    expect(phone.get_by_text("Pukul 10:00 kami simpan untuk Anda sampai pukul")).to_be_visible()
    assert taken(elsewhere) == {600: 1}
    choose(phone, "10:30")
    expect(phone.get_by_text("Pukul 10:30 kami simpan untuk Anda")).to_be_visible()
    assert taken(elsewhere) == {630: 1}
    phone.get_by_label("Dokumen ini sudah saya siapkan").check()
    phone.get_by_label("Nama").fill("Nama Warga")
    phone.get_by_role("button", name="Ambil nomor").click()
    expect(phone.locator("#label")).to_have_text("A-001")
    assert taken(elsewhere) == {630: 1}
    with elsewhere.db.read() as session:
        assert session.scalars(select(SlotHold)).all() == []
    phone.go_back()
    expect(phone.get_by_role("button", name="Ambil nomor")).to_be_visible()


def test_the_way_back_leads_to_the_number_that_was_given(phone: Page, new_page: Pages) -> None:
    new_page.allow("409")
    phone.get_by_label("Dokumen ini sudah saya siapkan").check()
    phone.get_by_label("Nama").fill("Nama Warga")
    phone.get_by_role("button", name="Ambil nomor").click()
    expect(phone.locator("#label")).to_have_text("A-001")
    phone.go_back()
    expect(phone.get_by_label("Nama")).to_have_value("Nama Warga")
    phone.get_by_role("button", name="Ambil nomor").click()
    phone.get_by_role("link", name="Lihat nomor yang sudah diambil").click()
    expect(phone.locator("#label")).to_have_text("A-001")


def test_a_slot_that_filled_up_meanwhile_says_so_at_once(phone: Page, elsewhere: Desk, new_page: Pages) -> None:
    new_page.allow("409")  # the browser logs every refused request
    elsewhere.change_service("A", slot_capacity=1)
    day = phone.locator("input[name=day]").input_value()
    elsewhere.book(slot=600, day=datetime.fromisoformat(day).date())
    phone.get_by_label("Nama").fill("Nama Warga")
    choose(phone, "10:00")
    expect(phone.get_by_text("Sesi kedatangan itu sudah penuh.")).to_be_visible()
    expect(phone.locator("input[value='10:00']")).to_be_disabled()
    expect(phone.get_by_label("Nama")).to_have_value("Nama Warga")


def test_without_scripts_a_button_keeps_it_and_nothing_typed_is_lost(
    new_page: Pages, live_server: LiveServer, elsewhere: Desk
) -> None:
    page = new_page(viewport=PHONE, base_url=live_server.url, java_script_enabled=False)
    open_later_day(page)
    choose(page, "10:00")
    page.get_by_role("button", name="Simpan jam pilihan selama 5 menit").click()
    expect(page.get_by_text("Pukul 10:00 kami simpan untuk Anda sampai pukul")).to_be_visible()
    assert taken(elsewhere) == {600: 1}
    page.get_by_label("Nama").fill("Nama Warga")
    page.get_by_label("Dokumen ini sudah saya siapkan").check()
    page.get_by_label("Nama").press("Enter")
    expect(page.locator("#label")).to_have_text("A-001")


def test_a_slot_stays_kept_over_a_killed_server(phone: Page, live_server: LiveServer, elsewhere: Desk) -> None:
    elsewhere.change_service("A", slot_capacity=1)
    choose(phone, "10:00")
    expect(phone.get_by_text("Pukul 10:00 kami simpan untuk Anda")).to_be_visible()
    live_server.kill()
    live_server.start()
    phone.get_by_label("Dokumen ini sudah saya siapkan").check()
    phone.get_by_role("button", name="Ambil nomor").click()
    expect(phone.locator("#label")).to_have_text("A-001")
    assert taken(elsewhere) == {600: 1}


def test_the_pages_are_free_of_barriers(new_page: Pages, live_server: LiveServer, elsewhere: Desk) -> None:
    plan = [Stage(2, 7 * 60, 50), Stage(0, 23 * 60 + 59, 50)]
    elsewhere.change_service("A", release=[stage.as_stored() for stage in plan], cost_rupiah=50_000)
    for size, language in ((PHONE, "id"), (PHONE, "en"), (DESK, "id"), (DESK, "en")):
        page = new_page(viewport=size, base_url=live_server.url)
        page.context.add_cookies([{"name": "lang", "value": language, "url": live_server.url}])
        page.goto("/o/senapelan")
        assert barriers(page) == []
        open_later_day(page)
        page.locator("label.slot:has(input:not(:disabled):not([value=''])):visible").first.click()
        expect(page.locator("[data-held] p")).to_be_visible()
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.goto(page.locator("a.day--later").first.get_attribute("href") or "")
        expect(page.locator("#day-error")).to_be_visible()
        assert barriers(page) == []

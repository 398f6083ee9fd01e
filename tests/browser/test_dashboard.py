"""The supervisor's dashboard in a real browser: it fits, can be read by everybody, and leads to the visits."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize, expect

from queue_app.database import Database
from tests.browser.axe import barriers
from tests.browser.pages import DESK, TV, Pages
from tests.browser.staff import beyond_the_window, signed_in
from tests.live_server import LiveServer
from tests.office import Desk
from tests.past_office import remember

SMALL_PHONE = ViewportSize(width=360, height=740)


@pytest.fixture
def _some_days(server: LiveServer, sqlite_template: Path) -> None:
    """Two officers on four days that are over, and nothing else."""
    server.put_back(sqlite_template)
    desk = Desk(Database(server.database_url), datetime.now(UTC))
    for day in range(5, 1, -1):
        desk.now = (datetime.now(UTC) - timedelta(days=day)).replace(hour=2, minute=0)
        with desk.at_once():
            desk.open()
            desk.open("petugas2", 2)
            for n in range(20):
                officer, counter = (("petugas1", 1), ("petugas2", 2))[n % 2]
                desk.serve("AAB"[n % 3], officer, counter, minutes=5 + 3 * (n % 6))
            desk.close()
            desk.close("petugas2", 2)
    desk.db.dispose()


def test_without_a_past_it_has_no_barriers(new_page: Pages, server: LiveServer, sqlite_template: Path) -> None:
    server.put_back(sqlite_template)
    page = signed_in(new_page, server, "supervisor")
    page.goto("/supervisor/figures")
    assert barriers(page) == []


@pytest.mark.usefixtures("_some_days")
@pytest.mark.parametrize("language", ["id", "en"])
def test_it_fits_every_window_and_has_no_barriers(new_page: Pages, server: LiveServer, language: str) -> None:
    page = signed_in(new_page, server, "supervisor", language=language)
    page.goto("/supervisor/figures?period=7d")
    for window in (SMALL_PHONE, DESK, TV):
        page.set_viewport_size(window)
        assert barriers(page) == []
        assert beyond_the_window(page)[0] <= 0
        expect(page.locator("svg.chart:visible")).to_have_count(9)


@pytest.mark.usefixtures("_some_days")
def test_a_figure_leads_to_its_visits_and_a_visit_to_its_story(new_page: Pages, server: LiveServer) -> None:
    page = signed_in(new_page, server, "supervisor")
    page.goto("/supervisor/figures?period=7d")
    page.get_by_label("Petugas", exact=True).select_option("petugas2")
    page.get_by_role("button", name="Tampilkan").press("Enter")
    page.get_by_role("link", name="Lihat kunjungan di balik angka ini").click()
    assert "officer=petugas2" in page.url
    assert barriers(page) == []
    page.locator("tbody a").first.click()
    expect(page.get_by_role("cell", name="Selesaikan")).to_be_visible()
    assert barriers(page) == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_scenarios_are_compared_while_the_page_looks_on(new_page: Pages, server: LiveServer, language: str) -> None:
    page = signed_in(new_page, server, "supervisor", language=language)
    page.goto("/supervisor/planning")
    assert barriers(page) == []
    expect(page.locator("#rule-1")).to_be_hidden()  # only what the change needs
    page.locator("#from-1").fill("09:00")
    page.locator("#to-1").fill("12:00")
    page.locator("#kind-2").select_option("rule")
    page.locator("#rule-2").select_option("strict")
    page.locator(".planning-form button").click()
    expect(page.locator("#what-if-answer table")).to_be_visible(timeout=90_000)
    assert "kind-2=rule" in page.url
    for window in (SMALL_PHONE, DESK):
        page.set_viewport_size(window)
        assert barriers(page) == []
        assert beyond_the_window(page)[0] <= 0


def test_before_and_after_from_the_plan_to_the_words(new_page: Pages, server: LiveServer, tmp_path: Path) -> None:
    desk = Desk(Database(server.database_url), datetime.now(UTC).replace(hour=1))
    remember(desk, tmp_path, days=100, changed=40, factor=0.6)
    desk.db.dispose()
    page = signed_in(new_page, server, "supervisor")
    page.set_viewport_size(SMALL_PHONE)
    page.goto("/supervisor/interventions")
    page.get_by_label("Nama", exact=True).fill("Pelatihan akta kelahiran")
    page.get_by_label("Mulai berlaku").fill((desk.now - timedelta(days=40)).date().isoformat())
    page.get_by_label("Apa yang dilakukan?").fill("Dua hari.")
    page.get_by_label("Waktu layanan").check()
    page.get_by_label("Layanan tertentu").first.check()
    page.locator("summary").filter(has_text="Layanan").first.click()
    page.locator("input[name=services]").first.check()
    page.get_by_role("button", name="Simpan rencana").click()
    page.get_by_role("button", name="Buka hasil").click(timeout=60_000)  # the server loads its statistics
    expect(page.locator(".intervention-finding--better strong")).to_contain_text("Lebih cepat")
    for window in (SMALL_PHONE, DESK):
        page.set_viewport_size(window)
        assert barriers(page) == []
        assert beyond_the_window(page)[0] <= 0
        expect(page.locator("svg.chart:visible").first).to_be_visible()

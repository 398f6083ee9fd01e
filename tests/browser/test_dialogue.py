"""The performance dialogue in a real browser: supervisor, officer, supervisor; it fits and has no barriers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.axe import barriers
from tests.browser.pages import DESK, Pages
from tests.browser.staff import beyond_the_window, clean_office, signed_in
from tests.live_server import LiveServer
from tests.office import Desk

SMALL_PHONE = ViewportSize(width=360, height=740)


@pytest.fixture
def office(server: LiveServer) -> Iterator[Desk]:
    with clean_office(server) as desk:
        yield desk


def a_month_that_is_final(office: Desk) -> date:
    """Two officers on a day two months ago; the first day of that month."""
    today = office.now.astimezone(UTC).date()
    month = (today.replace(day=1) - timedelta(days=40)).replace(day=1)
    office.now = datetime(month.year, month.month, 15, 2, tzinfo=UTC)
    with office.at_once():
        office.open()
        office.open("petugas2", 2)
        for n in range(35):
            office.serve("AB"[n % 2], minutes=4 + n % 5)
            office.serve("AB"[n % 2], "petugas2", 2, minutes=4 + n % 5)
        office.close()
        office.close("petugas2", 2)
    return month


def fits(page: Page) -> None:
    for window in (SMALL_PHONE, DESK):
        page.set_viewport_size(window)
        assert barriers(page) == []
        assert beyond_the_window(page)[0] <= 0


def test_from_the_supervisor_to_the_officer_and_back(new_page: Pages, server: LiveServer, office: Desk) -> None:
    month = a_month_that_is_final(office)
    supervisor = signed_in(new_page, server, "supervisor")
    supervisor.goto(f"/supervisor/dialogue?span=month&start={month}")
    fits(supervisor)
    supervisor.get_by_role("row", name="Petugas 1").get_by_role("button", name="Mulai").click()
    supervisor.get_by_label("Perilaku", exact=True).select_option("as")
    supervisor.get_by_label("Alasannya").fill("Ramah dan tertib; mempertanggungjawabkan ketidaklengkapan berkas.")
    supervisor.get_by_role("button", name="Simpan penilaian perilaku").click()
    supervisor.get_by_role("button", name="Buka untuk petugas").click()
    expect(supervisor.get_by_text("Menunggu tanggapan petugas").first).to_be_visible()
    fits(supervisor)
    paper = supervisor.request.get(f"{supervisor.url}.pdf")
    assert paper.body().startswith(b"%PDF"), paper.text()
    officer = signed_in(new_page, server, "petugas1")
    officer.goto("/desk/dialogue")
    fits(officer)
    officer.locator("a.dialogue-link").click()
    fits(officer)
    officer.get_by_label("Setuju", exact=True).check()
    officer.get_by_label("Dengan kata-kata Anda").fill("Terima kasih.")
    officer.get_by_label("Saya sudah membacanya").check()
    officer.get_by_role("button", name="Kirim tanggapan").click()
    expect(officer.get_by_text("Tanggapan Anda dicatat.")).to_be_visible()
    supervisor.reload()
    supervisor.get_by_label("Putusan Anda").select_option("good")
    supervisor.get_by_label("Alasan (wajib").fill("Sesuai catatan.")
    supervisor.get_by_role("button", name="Putuskan dan tutup").click()
    expect(supervisor.locator(".dialogue-predikat")).to_have_text("Baik")
    fits(supervisor)


def test_a_report_is_made_while_the_page_looks_on(new_page: Pages, server: LiveServer, office: Desk) -> None:
    month = a_month_that_is_final(office)
    page = signed_in(new_page, server, "supervisor")
    page.goto("/supervisor/reports")
    page.get_by_label("Bulan", exact=True).select_option(f"{month:%Y-%m}")
    page.get_by_role("button", name="Buat laporan").click()
    expect(page.locator("#reports progress")).to_be_visible()
    fits(page)
    page.evaluate("window.looksOn = true")
    expect(page.get_by_role("link", name="PDF")).to_be_visible(timeout=90_000)
    assert page.evaluate("window.looksOn"), "without a reload"
    fits(page)

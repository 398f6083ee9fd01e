"""The supervisor's page in a real browser: live, for everyone, on a desk, a wall and a phone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import ViewportSize, expect

from queue_app import tickets
from tests.browser.axe import barriers
from tests.browser.pages import DESK, TV, Pages
from tests.browser.staff import beyond_the_window, clean_office, signed_in
from tests.live_server import LiveServer
from tests.office import Desk

SMALL_PHONE = ViewportSize(width=360, height=740)


@pytest.fixture
def office(server: LiveServer) -> Iterator[Desk]:
    with clean_office(server) as desk:
        yield desk


def a_busy_day(office: Desk) -> None:
    """petugas1 has enough visits for an index, petugas2 too few; one is at the counter, some wait."""
    office.now = datetime.now(UTC) - timedelta(days=3)
    with office.at_once():
        office.open()
        office.open("petugas2", 2)
        for n in range(32):
            office.serve("AB"[n % 2], seconds=200 + 40 * (n % 5))
        for _ in range(3):
            office.serve("A", "petugas2", 2, minutes=7)
        office.close()
        office.close("petugas2", 2)
    office.now = datetime.now(UTC) - timedelta(minutes=9)
    office.open()
    office.join("A")
    called = office.call_next()
    assert called is not None
    office.act(tickets.start, called)
    office.join("B")


@pytest.mark.parametrize("language", ["id", "en"])
def test_it_has_no_barriers_and_fits_every_screen(
    new_page: Pages, server: LiveServer, office: Desk, language: str
) -> None:
    page = signed_in(new_page, server, "supervisor", language=language)
    assert barriers(page) == []
    a_busy_day(office)
    page.goto("/supervisor?period=7d")
    page.locator(".officers__explained summary").click()
    for window in (DESK, TV, SMALL_PHONE):
        page.set_viewport_size(window)
        assert barriers(page) == []
        assert beyond_the_window(page)[0] <= 0
    expect(page.locator(".chart__dot")).to_have_count(1)


def test_what_happens_appears_by_itself_and_times_run(new_page: Pages, server: LiveServer, office: Desk) -> None:
    page = signed_in(new_page, server, "supervisor")
    waiting = page.locator(".totals .stat__figure").first
    expect(waiting).to_have_text("0")
    office.now = datetime.now(UTC) - timedelta(minutes=4)
    office.open()
    office.join("A")
    expect(waiting).to_have_text("1")
    called = office.call_next()
    assert called is not None
    office.act(tickets.start, called)
    counter = page.get_by_role("row", name="1 Petugas 1")
    expect(counter).to_contain_text(called.label)
    expect(counter).to_contain_text("4:0")
    expect(waiting).to_have_text("0")


def test_a_period_is_chosen_and_wrong_dates_are_said(new_page: Pages, server: LiveServer, office: Desk) -> None:
    new_page.allow("the server responded with a status of 422")
    a_busy_day(office)
    page = signed_in(new_page, server, "supervisor")
    officers = page.locator(".officers__table tbody tr:not(.basis-row)")
    expect(officers).to_have_count(2)
    expect(officers.last).to_contain_text("belum cukup data")
    page.get_by_role("button", name="Hari ini").click()
    expect(page.get_by_text("Angka hari ini dilihat petugasnya dahulu.")).to_be_visible()
    page.get_by_label("dari", exact=True).fill("2026-11-20")
    page.get_by_label("sampai").fill("2026-11-02")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page.get_by_role("alert")).to_contain_text("Tanggal akhir mendahului tanggal awal.")

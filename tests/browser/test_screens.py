"""A TV becomes a display of the office, and ceases to be one, beside the supervisor who sees to it."""

import re

from playwright.sync_api import expect

from tests.browser.axe import barriers
from tests.browser.pages import TV, Pages
from tests.browser.staff import beyond_the_window, clean_office, signed_in
from tests.live_server import LiveServer


def test_a_tv_is_paired_shows_its_counters_and_says_that_it_was_revoked(new_page: Pages, server: LiveServer) -> None:
    with clean_office(server, minutes=1) as office:
        office.open("petugas1", 1)
        office.open("petugas2", 2)
        page = signed_in(new_page, server, "supervisor", viewport={"width": 360, "height": 740})
        page.goto("/manage/displays")
        expect(page.get_by_text("Belum ada layar yang terdaftar")).to_be_visible()
        page.get_by_label("Nama").fill("Ruang tunggu lantai 1")
        page.get_by_role("button", name="Buat layar").click()

        tv = new_page(viewport=TV, base_url=server.url)
        new_page.allow("status of 403")  # the page that says it was revoked
        tv.goto("/tv")
        expect(tv.locator("#code")).to_have_text(re.compile(r"^[A-Z2-9]{3} [A-Z2-9]{3}$"))
        assert barriers(tv) == []
        page.get_by_text("Pasangkan dengan TV", exact=True).click()
        page.get_by_label("Kode di TV").fill(tv.locator("#code").inner_text())
        page.get_by_role("button", name="Pasangkan", exact=True).click()
        tv.wait_for_url(re.compile(r"/display/senapelan/screen/\d+$"))
        expect(page.get_by_text("Menyala", exact=True)).to_be_visible()
        expect(page.locator(".device__now")).to_contain_text("1920×1080")

        page.get_by_text("Nama dan isi", exact=True).click()
        page.get_by_role("checkbox", name="2", exact=True).check()
        page.get_by_role("button", name="Simpan").click()
        labels = []
        for number in (1, 2):
            office.join()
            called = office.call_next(f"petugas{number}", number)
            assert called is not None
            labels.append(called.label)
        expect(tv.locator("#newest .number-label")).to_have_text(labels[1])
        assert labels[0] not in tv.locator("main").inner_text()
        assert beyond_the_window(page)[0] <= 0
        assert barriers(page) == []

        page.get_by_role("button", name="Tampilkan namanya").click()
        expect(tv.get_by_text("Ruang tunggu lantai 1")).to_be_visible()
        with tv.expect_navigation():
            page.get_by_role("button", name="Muat ulang").click()
        expect(tv.locator("#newest .number-label")).to_have_text(labels[1])

        page.get_by_text("Lepas dari TV", exact=True).click()
        page.get_by_role("button", name="Ya, lepas").click()
        expect(tv.get_by_text("This screen was taken out of use by the office.")).to_be_visible()
        expect(tv.locator("#code")).to_have_text(re.compile(r"^[A-Z2-9]{3} [A-Z2-9]{3}$"))
        expect(page.get_by_text("Dilepas", exact=True)).to_be_visible()
        assert beyond_the_window(tv) <= (0, 0), "nobody can scroll a TV"

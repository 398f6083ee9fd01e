"""A person's request at the office: found, and given a copy on paper."""

from pathlib import Path

from playwright.sync_api import expect

from queue_app.personal import Holder
from tests.browser.axe import barriers
from tests.browser.pages import Pages
from tests.browser.staff import clean_office, signed_in
from tests.live_server import LiveServer


def test_a_copy_is_handed_over(new_page: Pages, live_server: LiveServer, tmp_path: Path) -> None:
    with clean_office(live_server) as office:
        ticket = office.join(holder=Holder("Nama Contoh", "081234567890", "1471055708900001"))
        page = signed_in(new_page, live_server, "admin")
        page.goto("/manage/privacy")
        page.get_by_label("Tiket, NIK, atau nomor telepon").fill(ticket.public_id)
        page.get_by_role("button", name="Cari").click()
        expect(page.get_by_text(ticket.label).first).to_be_visible()
        assert barriers(page) == []
        with page.expect_download() as handed:
            page.get_by_role("button", name="Salinan PDF").click()
        handed.value.save_as(tmp_path / "copy.pdf")
    assert (tmp_path / "copy.pdf").read_bytes().startswith(b"%PDF")

"""A complaint from the citizen to the supervisor and back, with the officer's view between, in real browsers."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from queue_app.models import Ticket
from tests.browser.axe import barriers
from tests.browser.pages import Pages
from tests.browser.staff import beyond_the_window, clean_office, signed_in
from tests.live_server import LiveServer
from tests.office import Desk

PHONE = ViewportSize(width=360, height=740)
LONG = "Ketidaksesuaianpenyelenggaraanpelayananadministrasikependudukan"


@pytest.fixture
def office(server: LiveServer) -> Iterator[Desk]:
    with clean_office(server) as desk:
        yield desk


def complain(citizen: Page, ticket: Ticket) -> None:
    """File a complaint from the ticket's page, at first a far too long one."""
    citizen.goto(f"/t/{ticket.public_id}")
    citizen.get_by_role("link", name="Sampaikan pengaduan").click()
    citizen.get_by_label("Tentang apa?").select_option("information")
    citizen.get_by_label("Apa yang terjadi?").fill("x" * 20_000)
    citizen.get_by_role("button", name="Kirim pengaduan").click()
    expect(citizen.get_by_role("alert")).to_contain_text("paling banyak 4000 huruf")
    expect(citizen.get_by_label("Apa yang terjadi?")).to_have_value("x" * 20_000)
    assert barriers(citizen) == []
    citizen.get_by_label("Apa yang terjadi?").fill(f"Saya diberi tahu dua syarat yang berbeda. {LONG}")
    citizen.get_by_label("Nama").fill("Zubaidah Marpaung")
    citizen.get_by_role("button", name="Kirim pengaduan").click()
    expect(citizen.get_by_role("heading", level=1)).to_have_text("Pengaduan P-0001")


def answer(page: Page) -> None:
    """Find the complaint, write its summary, take it in hand and ask back."""
    page.get_by_role("link", name="Pengaduan", exact=True).click()
    page.get_by_label("Tentang").select_option("information")
    page.get_by_role("button", name="Tampilkan").click()
    assert barriers(page) == []
    page.get_by_role("link", name="P-0001").click()
    expect(page.get_by_text("Zubaidah Marpaung")).to_be_visible()
    page.get_by_label("Yang dibaca petugas").fill("Dua petugas menyebut syarat yang berbeda.")
    page.get_by_role("button", name="Simpan ringkasan").click()
    page.get_by_role("button", name="Tunjuk", exact=True).click()
    page.get_by_label("Balasan").fill("Syarat mana yang disebut lebih dahulu?")
    page.get_by_role("button", name="Kirim balasan").click()
    expect(page.get_by_role("status")).to_contain_text("Balasan terkirim")
    assert barriers(page) == []


def test_a_complaint_goes_from_the_citizen_to_the_supervisor_and_back(
    new_page: Pages, server: LiveServer, office: Desk
) -> None:
    new_page.allow(r"status of 422")
    office.now = datetime.now(UTC)
    office.open()
    ticket = office.serve(minutes=0)
    citizen = new_page(viewport=PHONE, base_url=server.url)
    complain(citizen, ticket)
    page = signed_in(new_page, server, "supervisor")
    answer(page)

    citizen.reload()
    expect(citizen.get_by_text("Syarat mana yang disebut lebih dahulu?")).to_be_visible()
    citizen.get_by_label("Pesan Anda").fill("Surat nikah, lalu tidak perlu.")
    citizen.get_by_role("button", name="Kirim pesan").click()
    expect(citizen.get_by_text("Surat nikah, lalu tidak perlu.")).to_be_visible()

    officer = signed_in(new_page, server, "petugas1", viewport=PHONE)
    officer.goto("/desk/feedback")
    expect(officer.get_by_text("Dua petugas menyebut syarat yang berbeda.")).to_be_visible()
    assert "Zubaidah" not in officer.content()
    officer.get_by_label("Menurut saya").fill("Aturannya berubah pekan itu.")
    officer.get_by_role("button", name="Simpan pandangan").click()
    assert barriers(officer) == []

    page.reload()
    page.get_by_text("Putuskan", exact=True).click()
    page.get_by_label("Putusan").select_option("upheld")
    page.get_by_label("Alasan", exact=True).fill("Kami keliru menjelaskan syaratnya, dan mohon maaf.")
    page.get_by_role("button", name="Catat putusan").click()
    expect(page.locator(".standing__state")).to_have_text("Terbukti")

    citizen.reload()
    expect(citizen.locator(".standing__state")).to_have_text("Terbukti")
    expect(citizen.get_by_label("Mengapa putusan ini keliru?")).to_be_visible()
    assert barriers(citizen) == []
    for screen in (citizen, officer, page):
        assert beyond_the_window(screen)[0] <= 0
    citizen.goto(f"/t/{ticket.public_id}")
    expect(citizen.get_by_role("link", name="Pengaduan P-0001: Terbukti")).to_be_visible()

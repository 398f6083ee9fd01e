"""The supervisor's levers and the reception in real browsers, beside officers and citizens who look on."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from queue_app.personal import Holder
from tests.browser.axe import barriers
from tests.browser.pages import PHONE, Pages
from tests.browser.staff import beyond_the_window, clean_office, signed_in, tab_to
from tests.live_server import LiveServer
from tests.office import Desk


@pytest.fixture
def office(server: LiveServer) -> Iterator[Desk]:
    with clean_office(server) as desk:
        yield desk


def test_a_supervisor_pauses_tells_and_opens_again_while_an_officer_and_a_citizen_look_on(
    new_page: Pages, server: LiveServer, office: Desk
) -> None:
    office.now = datetime.now(UTC)
    office.open()
    ticket = office.join("A")
    officer = signed_in(new_page, server, "petugas1")
    citizen = new_page(viewport=PHONE, base_url=server.url)
    citizen.goto(f"/t/{ticket.public_id}")
    wall = new_page(base_url=server.url)
    wall.goto("/display/senapelan")
    page = signed_in(new_page, server, "supervisor")

    page.get_by_text("Jeda layanan", exact=True).click()
    lever = page.locator("#lever-pause")
    lever.get_by_label("Layanan").select_option("A")
    lever.get_by_label("Alasan").select_option("power")
    lever.get_by_role("button", name="Jeda layanan ini").click()
    expect(page.get_by_text("Layanan A dijeda")).to_be_visible()
    expect(officer.get_by_text("Layanan A sedang dijeda")).to_be_visible()
    expect(citizen.get_by_text("Layanan ini sedang dijeda.")).to_be_visible()
    expect(wall.locator(".queue--paused .queue__paused")).to_be_visible()
    assert barriers(page) == []

    page.get_by_text("Kirim pesan kepada yang menunggu").click()
    page.get_by_label("Pesan", exact=True).fill("Listrik padam, sebentar lagi menyala.")
    page.get_by_role("button", name="Kirim pesan ini").click()
    for screen in (citizen.locator("[data-said]"), wall.locator("#told-all"), officer.locator(".desk-notices")):
        expect(screen).to_contain_text("Listrik padam, sebentar lagi menyala.")

    page.get_by_role("button", name="Buka lagi layanan A").click()
    expect(citizen.get_by_text("Layanan ini sedang dijeda.")).to_be_hidden()
    page.get_by_role("button", name="Tarik pesan").click()
    expect(citizen.locator("[data-said] li")).to_have_count(0)
    expect(wall.locator("#told-all")).to_be_hidden()
    called = office.call_next()
    assert called is not None
    expect(page.get_by_role("row", name="1 Petugas 1")).to_contain_text(called.label)


def test_what_is_being_typed_in_a_lever_outlives_what_happens_meanwhile(
    new_page: Pages, server: LiveServer, office: Desk
) -> None:
    office.now = datetime.now(UTC)
    page = signed_in(new_page, server, "supervisor")
    page.get_by_text("Kirim pesan kepada yang menunggu").click()
    page.get_by_label("Pesan", exact=True).fill("Blangko habis")
    office.join("A")
    expect(page.locator(".totals .stat__figure").first).to_have_text("1")
    expect(page.get_by_label("Pesan", exact=True)).to_have_value("Blangko habis")


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_reception_gives_a_number_by_keyboard_prints_it_once_and_finds_it_by_name(
    new_page: Pages, server: LiveServer, office: Desk, language: str
) -> None:
    office.now = datetime.now(UTC)
    office.join("B", holder=Holder(name="Budi Santoso"))
    page = signed_in(new_page, server, "petugas2", language=language)
    page.add_init_script("window.print = () => { window.printed = (window.printed ?? 0) + 1; };")
    page.goto("/reception")
    assert barriers(page) == []
    assert beyond_the_window(page)[0] <= 0
    page.locator("h1").click()
    page.keyboard.press("n")
    page.keyboard.press("Space")
    tab_to(page, "[name=name]")
    page.keyboard.type("Siti Aminah")
    page.keyboard.press("Enter")
    expect(page.locator(".slip__label")).to_have_text(re.compile(r"A-\d+"))
    label = page.locator(".slip__label").inner_text()
    # The slip is seen before its script has run. A function: the page's security policy forbids an expression to be
    # evaluated again.
    page.wait_for_function("() => window.printed")
    assert page.evaluate("window.printed") == 1
    assert barriers(page) == []
    page.emulate_media(media="print")
    expect(page.locator(".site-header")).to_be_hidden()
    page.emulate_media(media="screen")
    page.reload()
    assert page.evaluate("window.printed ?? 0") == 0
    page.locator("[data-print]").click()
    assert page.evaluate("window.printed") == 1

    page.goto("/reception")
    page.keyboard.press("Escape")
    page.locator("#q").fill("aminah")
    page.keyboard.press("Enter")
    expect(page.locator(".found__label").first).to_have_text(label)
    assert barriers(page) == []
    page.locator(".found__change summary").first.click()
    page.locator(".found__change[open] [name=category]").select_option("elderly")
    page.locator(".found__change[open] button").click()
    expect(page.locator(".found__what strong").first).to_be_visible()

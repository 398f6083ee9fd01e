"""A citizen is handed to a colleague: two officers, each with a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from queue_app.models import Ticket
from tests.browser.axe import barriers
from tests.browser.pages import PHONE, Pages
from tests.browser.staff import clean_office, signed_in, tab_to
from tests.live_server import LiveServer
from tests.office import Desk


@pytest.fixture
def office(server: LiveServer) -> Iterator[Desk]:
    with clean_office(server, seconds=1) as desk:
        yield desk


def at_desk(new_page: Pages, server: LiveServer, officer: str, language: str = "id") -> Page:
    page = signed_in(new_page, server, officer, language=language)
    expect(page.locator("body")).to_have_attribute("data-live", "socket")
    return page


def first_in_line(page: Page, ticket: Ticket) -> None:
    expect(page.locator("#current-label + .number-label")).to_have_text(ticket.label)


def test_a_colleague_gets_the_citizen_and_nobody_else_does(new_page: Pages, server: LiveServer, office: Desk) -> None:
    office.equip(2, "A:2,C:1")
    office.open("petugas1", 1)
    office.open("petugas2", 2)
    sent, other = office.join("A"), office.join("A")
    ana, budi = at_desk(new_page, server, "petugas1"), at_desk(new_page, server, "petugas2", "en")
    expect(budi.get_by_text("serves")).to_contain_text("C, then A")

    ana.keyboard.press("n")
    expect(ana.locator("#current-label")).to_have_text(sent.label)
    expect(ana.locator("body")).to_have_attribute("data-live", "socket")
    ana.keyboard.press("t")
    question = ana.get_by_role("dialog", name=f"Pindahkan {sent.label}")
    question.get_by_label("Tetap A").check()
    question.get_by_label("Kepada").select_option(label="Petugas 2 · loket 2 (C A)")
    assert barriers(ana) == []
    tab_to(ana, "#transfer-detail")
    ana.keyboard.type("berkas sudah diperiksa")
    ana.keyboard.press("Enter")
    expect(ana.locator("#desk-told")).to_contain_text(f"{sent.label} menunggu Petugas 2.")
    first_in_line(ana, other)

    row = budi.locator(f"#wait-{sent.public_id}")
    expect(row).to_contain_text("for you")
    first_in_line(budi, sent)
    budi.keyboard.press("n")
    expect(budi.locator("#current-label")).to_have_text(sent.label)
    assert office.fresh(other).state.value == "WAITING"
    assert office.told_of_transfer(sent) == {"from_service": "A", "to_service": "A", "to_officer": "petugas2"}
    assert "berkas sudah diperiksa" in [event.reason for event in office.events(sent)]


def test_the_question_fits_a_phone(new_page: Pages, server: LiveServer, office: Desk) -> None:
    office.open("petugas1", 1)
    office.open("petugas2", 2)
    office.join("A")
    office.call_next()
    page = signed_in(new_page, server, "petugas1", viewport=PHONE)
    page.goto("/desk?ask=transfer")
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert (box["x"] >= 0, box["x"] + box["width"] <= PHONE["width"]) == (True, True)
    assert barriers(page) == []

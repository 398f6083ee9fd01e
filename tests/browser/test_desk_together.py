"""Three officers at once in real browsers: nothing is called twice, no time is lost, every desk says what happened."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from queue_app import tickets
from queue_app.lifecycle import TicketState
from queue_app.models import Counter, Ticket
from tests.browser.pages import Pages
from tests.browser.staff import REFUSED, SERVER_IS_GONE, clean_office, signed_in
from tests.live_server import LiveServer
from tests.office import PASSWORD, Desk

OFFLINE = r"ERR_INTERNET_DISCONNECTED|ERR_NETWORK|ERR_FAILED"


@pytest.fixture
def office(server: LiveServer) -> Iterator[Desk]:
    with clean_office(server, hours=1) as desk:
        yield desk


@pytest.fixture
def desks(new_page: Pages, server: LiveServer, office: Desk) -> list[Page]:
    """Three officers, each at the counter of the same number, each page following the office."""
    pages = []
    for number in (1, 2, 3):
        office.open(f"petugas{number}", number)
        pages.append(signed_in(new_page, server, f"petugas{number}"))
    for page in pages:
        expect(page.locator("body")).to_have_attribute("data-live", "socket")
    return pages


def told(page: Page) -> str:
    return page.locator("#desk-told").inner_text()


def says(page: Page, words: str) -> None:
    expect(page.locator("#desk-told")).to_contain_text(words)


def current(page: Page, ticket: Ticket, state: str = "serving") -> None:
    expect(page.locator(f".current--{state} .current__label")).to_have_text(ticket.label)


def served_for(page: Page) -> int:
    """Seconds that the desk's running time shows."""
    minutes, seconds = page.locator(".current__clock").inner_text().split(":")[-2:]
    return int(minutes) * 60 + int(seconds)


def serve_first(office: Desk, page: Page, *, minutes: int, officer: str = "petugas1", counter: int = 1) -> Ticket:
    """Somebody whom the officer has been serving for some minutes, on the page too."""
    office.join("A")
    called = office.call_next(officer, counter)
    assert called is not None
    office.now = datetime.now(UTC) - timedelta(minutes=minutes)
    started = office.act(tickets.start, called, officer=officer)
    current(page, started)
    return started


def test_three_call_at_once_and_nobody_is_called_twice(desks: list[Page], office: Desk, new_page: Pages) -> None:
    waiting = [office.join("ABC"[n]) for n in range(3)]
    for page in desks:
        expect(page.locator(".list--waiting .count")).to_have_text("3")
        expect(page.locator(".current__why")).to_contain_text("paling lama menunggu")
    second_tab = new_page(beside=desks[0])
    second_tab.goto("/desk")
    expect(second_tab.locator("body")).to_have_attribute("data-live", "socket")
    for page in desks:
        page.keyboard.press("n")
    for page in desks:
        expect(page.locator(".current--called")).to_be_visible()
        expect(page.locator(".list--waiting .count")).to_have_text("0")
    for ticket in waiting:
        assert office.actions(ticket) == ["join", "call"]

    # What one tab does, the other of the same officer shows; a slip there is taken back here.
    expect(second_tab.locator(".current--called")).to_be_visible()
    desks[0].keyboard.press("s")
    expect(second_tab.locator(".current--serving")).to_be_visible()
    second_tab.keyboard.press("h")
    second_tab.keyboard.press("Enter")
    for page in desks:
        expect(page.locator(".list--held .count")).to_have_text("1")
    desks[0].keyboard.press("z")
    says(desks[0], "Diurungkan.")
    for page in (desks[0], second_tab):
        expect(page.locator(".current--serving")).to_be_visible()
    for page in desks:
        expect(page.locator(".list--held")).to_have_count(0)


def test_a_transfer_by_mistake_is_taken_back_unless_a_colleague_was_faster(
    desks: list[Page], office: Desk, new_page: Pages
) -> None:
    new_page.allow(REFUSED)
    first, second, _ = desks
    ticket = serve_first(office, first, minutes=4)
    first.keyboard.press("k")
    first.keyboard.type("KK lama")
    first.keyboard.press("Enter")
    first.keyboard.press("t")
    first.locator("#ask-transfer").get_by_role("button", name="Pindahkan").click()
    expect(first.locator("#do-undo")).to_be_visible()
    first.keyboard.press("z")
    current(first, ticket)
    assert served_for(first) >= 4 * 60
    expect(first.locator(".current__note")).not_to_contain_text("KK lama")  # nor its words

    expect(second.locator(".list--waiting .count")).to_have_text("0")
    first.keyboard.press("t")
    first.locator("#transfer-detail").fill("KK lama")
    first.locator("#ask-transfer").get_by_role("button", name="Pindahkan").click()
    expect(second.locator(".list--waiting .count")).to_have_text("1")
    second.keyboard.press("n")
    current(second, ticket, "called")
    expect(second.locator(".current__note")).to_contain_text("KK lama")
    expect(first.locator("#do-undo")).to_have_count(0)  # the page has heard that it is too late
    assert office.fresh(ticket).state is TicketState.CALLED


def test_a_desk_that_is_cut_off_calls_nobody_and_says_so(desks: list[Page], office: Desk, new_page: Pages) -> None:
    new_page.allow(OFFLINE)
    new_page.allow(SERVER_IS_GONE)
    first, second, _ = desks
    ticket, other = office.join("A"), office.join("B")
    expect(first.locator(".list--waiting .count")).to_have_text("2")
    first.context.set_offline(True)
    says(first, "Tidak tersambung: loket belum bisa memanggil.")
    expect(first.locator("#primary")).to_have_attribute("aria-disabled", "true")
    first.keyboard.press("n")
    first.keyboard.press("c")
    expect(first.get_by_role("dialog")).to_have_count(0)
    says(first, "Tidak ada yang dikirim belakangan.")
    second.keyboard.press("n")
    current(second, ticket, "called")
    first.context.set_offline(False)
    says(first, "Tersambung lagi.")
    expect(first.locator(".list--waiting .count")).to_have_text("1")
    expect(first.locator("#primary")).not_to_have_attribute("aria-disabled", "true")
    assert office.actions(other) == ["join"]
    first.keyboard.press("n")
    current(first, other, "called")


def test_a_session_that_ends_and_a_computer_that_sleeps_lose_no_time(
    desks: list[Page], office: Desk, new_page: Pages
) -> None:
    new_page.allow("the server responded with a status of 400")  # the form of a session that has ended
    page = desks[0]
    ticket = serve_first(office, page, minutes=7)
    page.locator("[data-paper]").first.check()
    page.keyboard.press("k")
    page.keyboard.type("surat kuasa")
    page.keyboard.press("Enter")
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 3600e3; }")
    says(page, "Layar sempat tidur.")
    assert 7 * 60 <= served_for(page) < 8 * 60

    page.context.clear_cookies(name="session")
    page.keyboard.press("f")
    page.locator("[name=username]").fill("petugas1")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    says(page, f"Anda masuk lagi. {ticket.label} masih di loket Anda")
    current(page, ticket)
    assert served_for(page) >= 7 * 60
    expect(page.locator("[data-note]")).to_have_value("surat kuasa")
    expect(page.locator("[data-paper]").first).to_be_checked()
    assert office.fresh(ticket).state is TicketState.SERVING  # the key was pressed into nothing
    expect(page.locator("body")).to_have_attribute("data-live", "socket")

    # The outcome by keyboard alone: what was not ticked is what was missing.
    page.keyboard.press("o")
    expect(page.locator("#outcome-detail")).to_have_value("surat kuasa")
    page.keyboard.press("Enter")
    says(page, f"{ticket.label} selesai: berkas kurang.")
    event = office.events(ticket)[-1]
    with office.db.read() as session:
        papers = [paper["id"] for paper in office.service(session, "A").documents]
    assert (event.data["outcome"], event.data["missing"], event.reason) == ("papers_missing", papers[1:], "surat kuasa")


def test_a_server_that_dies_while_all_are_serving_costs_nobody_anything(
    desks: list[Page], office: Desk, new_page: Pages, server: LiveServer
) -> None:
    new_page.allow(SERVER_IS_GONE)
    served = [
        serve_first(office, page, minutes=3, officer=f"petugas{n}", counter=n) for n, page in enumerate(desks, start=1)
    ]
    waiting = [office.join("B") for _ in range(2)]
    expect(desks[0].locator(".list--waiting .count")).to_have_text("2")
    server.kill()
    desks[0].keyboard.press("f")
    says(desks[0], "Server tidak menjawab.")
    expect(desks[0].locator("#primary")).to_have_attribute("aria-disabled", "true")
    server.start()
    for page, ticket in zip(desks, served, strict=True):
        expect(page.locator("[data-stale]")).to_be_hidden()
        current(page, ticket)
        assert served_for(page) >= 3 * 60
    expect(desks[0].locator("#primary")).not_to_have_attribute("aria-disabled", "true")

    # Finish and call the next in one step, asked first; who was waiting longest is called, once. A question that is
    # open already names who is next by then.
    for page in desks[:2]:
        expect(page.locator("body")).to_have_attribute("data-live", "socket")
        page.keyboard.press("n")
        expect(page.get_by_role("dialog")).to_contain_text(waiting[0].label)
    for page, ticket in zip(desks[:2], waiting, strict=True):
        expect(page.get_by_role("dialog")).to_contain_text(ticket.label)
        page.keyboard.press("Enter")
        current(page, ticket, "called")
    for ticket in waiting:
        assert office.actions(ticket) == ["join", "call"]
    for ticket in served[:2]:
        assert office.actions(ticket) == ["join", "call", "start", "finish"]
    assert office.fresh(served[2]).state is TicketState.SERVING


def test_nobody_is_forgotten_on_hold_or_at_the_end_of_the_day(desks: list[Page], office: Desk) -> None:
    first, second, third = desks
    with office.db.write() as session:
        for number in (2, 3, 4, 5):
            counter = session.get_one(Counter, office.counter_id(session, number))
            counter.services = [service for service in counter.services if service.code != "A"]
    parked = serve_first(office, first, minutes=20)
    office.now = datetime.now(UTC) - timedelta(minutes=15) + timedelta(seconds=4)
    office.act(tickets.hold, parked, "Membuat fotokopi")
    due = f"[data-reminder='{parked.public_id}']"
    for page in desks:
        expect(page.locator(".list--held")).to_contain_text(parked.label)
    for page in desks:  # by the desk's own clock: nobody has moved anything
        expect(page.locator(due)).to_be_visible()
    says(first, f"{parked.label} ditahan cukup lama.")
    assert "ditahan cukup lama" not in told(second)

    waiting = office.join("A")
    expect(first.locator(".list--waiting .count")).to_have_text("1")
    first.keyboard.press("q")
    question = first.get_by_role("dialog")
    expect(question).to_contain_text(waiting.label)
    expect(question).to_contain_text(parked.label)
    question.get_by_label("Loket 2").check()
    first.locator("#close-detail").fill("KK di laci kiri")
    first.keyboard.press("Enter")
    says(first, "Loket 1 ditutup.")
    expect(second.locator(".list--handed")).to_contain_text(f"{parked.label}, {waiting.label}")
    expect(second.locator(".list--handed")).to_contain_text("KK di laci kiri")
    expect(third.locator(".list--handed")).to_have_count(0)
    third.locator(f"#resume-{parked.public_id}").focus()
    second.keyboard.press("l")
    current(second, parked)
    expect(third.locator("#primary")).to_be_focused()  # what had the focus is gone
    expect(second.locator(".list--handed")).to_contain_text(waiting.label)

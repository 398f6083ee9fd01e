"""The display's voice in a real browser, against a real server that really speaks (nobody listens: what is checked is
what is played, when, and for how long)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from queue_app import tickets
from queue_app.database import Database
from queue_app.models import Ticket, VoiceDisplays
from tests.browser.axe import barriers
from tests.browser.pages import TV, Pages
from tests.browser.staff import SERVER_IS_GONE, keep_off_midnight
from tests.browser.test_display import overflowing
from tests.live_server import LiveServer
from tests.office import SLUG, Desk

Said = list[dict[str, Any]]


@pytest.fixture(scope="module")
def server_environment() -> dict[str, str]:
    """It speaks fast, so that the tests need not wait long."""
    return {"VOICE_SPEED": "300"}


@pytest.fixture
def server(live_server: LiveServer) -> LiveServer:
    return live_server


@pytest.fixture
def desk(server: LiveServer) -> Iterator[Desk]:
    """Counters 1 to 3 are open and ten people wait."""
    desk = Desk(Database(server.database_url), datetime.now(UTC) - timedelta(seconds=80))
    keep_off_midnight(desk)
    for number in range(1, 4):
        desk.open(f"petugas{number}", number)
    for _ in range(10):
        desk.join()
    yield desk
    desk.db.dispose()


def call(desk: Desk, number: int, seconds_ago: float = 0) -> Ticket:
    desk.now = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    called = desk.call_next(f"petugas{number}", number)
    assert called is not None
    return called


def open_display(new_page: Pages, server: LiveServer) -> Page:
    page = new_page(viewport=TV, base_url=server.url)
    page.add_init_script(
        "window.heard = []; document.addEventListener('voice', ({ detail }) => window.heard.push(detail));"
    )
    page.goto(f"/display/{SLUG}")
    return page


def turn_on(page: Page) -> None:
    """As somebody without a mouse does."""
    page.get_by_role("button", name="Aktifkan suara").press("Enter")
    expect(page.locator("#voice-start")).to_be_hidden()
    expect(page.locator("#voice-mute")).to_be_focused()


def heard(page: Page, what: str) -> Said:
    found: Said = page.evaluate("what => window.heard.filter((one) => one.what === what)", what)
    return found


def labels(page: Page, what: str = "end") -> list[str]:
    return [said["label"] for said in heard(page, what)]


def wait_until_said(page: Page, label: str, times: int = 1) -> None:
    page.wait_for_function(
        "([label, times]) => window.heard.filter((one) => one.what === 'end' && one.label === label).length >= times",
        arg=[label, times],
        timeout=40_000,
    )


def test_calls_are_said_one_after_another_each_once_and_none_that_was_taken_back(
    new_page: Pages, server: LiveServer, desk: Desk
) -> None:
    page = open_display(new_page, server)
    expect(page.locator("#voice-state")).to_have_text("Suara belum diaktifkan.")
    assert overflowing(page) == []
    assert barriers(page) == []
    first, _, third = (call(desk, number) for number in (1, 2, 3))
    expect(page.locator("#serving .call")).to_have_count(3)
    turn_on(page)
    expect(page.locator("#voice-state")).to_have_text("Suara menyala.")
    page.wait_for_function("() => window.heard.length > 0")
    desk.act(tickets.put_back, third, officer="petugas3")
    wait_until_said(page, "A-002")
    assert labels(page) == ["A-001", "A-002"]
    assert [(said["label"], said["part"]) for said in heard(page, "play")] == [
        ("A-001", "chime"),
        ("A-001", "id"),
        ("A-002", "chime"),
        ("A-002", "id"),
    ]
    assert_nothing_overlaps(page)

    desk.now = datetime.now(UTC)
    desk.act(tickets.recall, first)
    wait_until_said(page, "A-001", times=2)

    page.reload()
    turn_on(page)
    expect(page.locator("#serving .call")).to_have_count(2)
    call(desk, 3)
    wait_until_said(page, "A-003")
    assert labels(page, "start") == ["A-003"], "what was said before the reload was said again"
    assert barriers(page) == []

    new_page.allow("ERR_FAILED")
    page.route("**/voice/*.ogg", lambda route: route.abort())
    desk.change_office(voice_languages=["id", "en"])
    desk.act(tickets.no_show, desk.fresh(first))
    call(desk, 1)
    wait_until_said(page, "A-004")
    assert [said["part"] for said in heard(page, "play") if said["label"] == "A-004"] == ["chime"]


def assert_nothing_overlaps(page: Page) -> None:
    sounds = list(zip(heard(page, "play"), heard(page, "ended"), strict=True))
    for start, end in sounds:
        assert (start["id"], start["part"]) == (end["id"], end["part"])
    for (_, end), (start, _) in pairwise(sounds):
        assert end["at"] <= start["at"]
    for start, end in sounds:
        assert end["at"] - start["at"] > 1000, "it was cut short"


# Before the page's own scripts run.
NEWER_PAGE = """
  document.addEventListener("readystatechange", () => {
    if (document.readyState !== "interactive") return;
    const board = JSON.parse(document.body.dataset.board);
    const at = new Date(Date.parse(board.as_of) + 60_000).toISOString();
    document.body.dataset.board = JSON.stringify({ ...board, as_of: at });
  });
"""


def test_a_display_whose_page_is_newer_than_the_board_that_all_share_has_its_voice_at_once(
    new_page: Pages, server: LiveServer, desk: Desk
) -> None:
    page = new_page(viewport=TV, base_url=server.url)
    page.add_init_script(NEWER_PAGE)
    page.goto(f"/display/{SLUG}")
    turn_on(page)


def test_muted_it_is_silent_and_makes_up_for_nothing(new_page: Pages, server: LiveServer, desk: Desk) -> None:
    page = open_display(new_page, server)
    turn_on(page)
    page.locator("#voice-volume").fill("40")
    page.get_by_role("button", name="Bisukan").press("Enter")
    expect(page.locator("#voice-state")).to_have_text("Suara dibisukan.")
    call(desk, 1)
    expect(page.locator(".newest__label")).to_have_text("A-001")
    page.reload()
    expect(page.locator("#voice-state")).to_have_text("Suara dibisukan.")
    assert page.locator("#voice-volume").input_value() == "40"
    page.get_by_role("button", name="Bisukan").click()
    turn_on(page)
    call(desk, 2)
    wait_until_said(page, "A-002")
    assert labels(page, "start") == ["A-002"]


def test_after_an_outage_only_what_is_younger_than_a_minute_is_said(
    new_page: Pages, server: LiveServer, desk: Desk
) -> None:
    page = open_display(new_page, server)
    turn_on(page)
    new_page.allow(SERVER_IS_GONE)
    server.kill()
    call(desk, 1, seconds_ago=70)
    call(desk, 2, seconds_ago=20)
    server.start()
    wait_until_said(page, "A-002")
    assert labels(page, "start") == ["A-002"]
    expect(page.locator("#serving .call")).to_have_count(2)


def test_only_one_of_two_displays_speaks_and_the_other_takes_over(
    new_page: Pages, server: LiveServer, desk: Desk
) -> None:
    desk.change_office(voice_displays=VoiceDisplays.ONE)
    one = open_display(new_page, server)
    turn_on(one)
    expect(one.locator("#voice-state")).to_have_text("Suara menyala.")
    other = open_display(new_page, server)
    turn_on(other)
    expect(other.locator("#voice-state")).to_have_text("Suara keluar dari layar lain.")
    call(desk, 1)
    wait_until_said(one, "A-001")
    assert labels(other, "start") == []
    one.close()
    call(desk, 2)
    wait_until_said(other, "A-002")
    assert labels(other, "start") == ["A-002"], "what the first one had said was said again"


SPEAKING_BROWSER = """
  window.spoken = [];
  window.speechSynthesis.getVoices = () => [{ lang: "id-ID", name: "Browser" }];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  window.speechSynthesis.speak = (words) => {
    const one = { text: words.text, from: performance.now(), until: null };
    window.spoken.push(one);
    setTimeout(() => { one.until = performance.now(); words.onend(); }, 1500);
  };
"""


def test_where_the_server_cannot_speak_the_browser_does_once_in_order_and_nothing_old(
    new_page: Pages, server: LiveServer, desk: Desk
) -> None:
    new_page.allow("ERR_FAILED")
    page = new_page(viewport=TV, base_url=server.url)
    page.route("**/voice/*.ogg", lambda route: route.abort())
    page.add_init_script(SPEAKING_BROWSER)
    page.add_init_script(
        "window.heard = []; document.addEventListener('voice', ({ detail }) => window.heard.push(detail));"
    )
    call(desk, 1, seconds_ago=65)
    page.goto(f"/display/{SLUG}")
    turn_on(page)
    for number in (2, 3):
        call(desk, number)
    wait_until_said(page, "A-003")
    assert labels(page) == ["A-002", "A-003"]
    spoken = page.evaluate("window.spoken")
    assert ["dua" in one["text"] or "2" in one["text"] for one in spoken] == [True, False]
    assert spoken[0]["until"] <= spoken[1]["from"]

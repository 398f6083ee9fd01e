"""The display in a real browser, against a real server that is killed, restarted and set back."""

import json
import shutil
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select
from sqlalchemy.engine import make_url

from queue_app import tickets
from queue_app.database import Database
from queue_app.lifecycle import TicketState
from queue_app.models import Ticket
from tests.browser.axe import barriers
from tests.browser.pages import TV, Pages
from tests.browser.staff import SERVER_IS_GONE, keep_off_midnight
from tests.live_server import LiveServer
from tests.office import SLUG, Desk

SIZES = [
    ViewportSize(width=1280, height=720),
    TV,
    ViewportSize(width=3840, height=2160),
    ViewportSize(width=1080, height=1920),
]
RIGHT_AGAIN_MS = 5000


@pytest.fixture
def elsewhere(live_server: LiveServer) -> Iterator[Desk]:
    """Another process on the server's database, whose commits the server does not hear of."""
    desk = Desk(Database(live_server.database_url), datetime.now(UTC) - timedelta(hours=2))
    keep_off_midnight(desk)
    yield desk
    desk.db.dispose()


class Program:
    """An officer's program that uses the API of the server."""

    def __init__(self, server: LiveServer, officer: str) -> None:
        self.server = server
        self.token = server.run("token", "create", officer).strip()

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"{self.server.url}/api/v1{path}",
            data=json.dumps(body or {}).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def open_display(new_page: Pages, server: LiveServer, *, viewport: ViewportSize = TV, **options: Any) -> Page:
    page = new_page(viewport=viewport, base_url=server.url, **options)
    page.goto(f"/display/{SLUG}")
    return page


def newest(page: Page) -> Any:
    return page.locator(".newest__label")


def watch_flashes(page: Page) -> None:
    """Note from here on every number that the page shows as new."""
    page.evaluate(
        """() => {
          window.flashed = [];
          new MutationObserver((changes) => {
            for (const { target } of changes) {
              if (target.classList.contains("is-new")) window.flashed.push(target.textContent.match(/[A-Z]+-\\d+/)[0]);
            }
          }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["class"] });
        }"""
    )


def flashed(page: Page) -> set[str]:
    return set(page.evaluate("window.flashed"))


def counter_id(desk: Desk, number: int) -> int:
    with desk.db.read() as session:
        return desk.counter_id(session, number)


def fill(desk: Desk) -> None:
    """A crowded morning: five counters busy, more than ten calls before, some in every line."""
    for number in range(1, 6):
        desk.open(f"petugas{number}", number)
    for service in "AABBCCDDEEFFAABBCC":
        desk.join(service)
    for number in (1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1):
        desk.serve("C", f"petugas{number}", number, seconds=70)
    for number in range(1, 6):
        desk.wait(seconds=15)
        called = desk.call_next(f"petugas{number}", number)
        assert called is not None
        if number % 2:
            desk.act(tickets.start, called, officer=f"petugas{number}")


def test_a_call_changes_every_open_display_without_a_reload(
    new_page: Pages, live_server: LiveServer, elsewhere: Desk
) -> None:
    counter = counter_id(elsewhere, 2)
    displays = [open_display(new_page, live_server) for _ in range(2)]
    for page in displays:
        expect(page.get_by_text("Silakan menunggu")).to_be_visible()
        page.evaluate("window.neverReloaded = true")
    officer = Program(live_server, "petugas2")
    officer.post(f"/counters/{counter}/open")
    officer.post(f"/offices/{SLUG}/tickets", {"service": "B", "channel": "kiosk"})
    called = officer.post(f"/counters/{counter}/call-next")
    for page in displays:
        expect(newest(page)).to_have_text("B-001")
        expect(page.locator(".newest__number")).to_have_text("2")
        expect(page.locator("#newest")).to_have_class("newest is-new")
        expect(page.locator("#serving .call")).to_contain_text("Dipanggil")
    started = officer.post(f"/tickets/{called['id']}/start", {"version": called["version"]})
    for page in displays:
        expect(page.locator("#serving .call .call__state--serving")).to_be_visible()
    officer.post(f"/tickets/{called['id']}/finish", {"version": started["version"]})
    for page in displays:
        expect(page.locator("#recent .past__label")).to_have_text("B-001")
        expect(page.get_by_text("Silakan menunggu")).to_be_visible()
        assert page.evaluate("window.neverReloaded")


def test_killed_and_started_again_every_display_is_right_within_seconds(
    new_page: Pages, live_server: LiveServer, elsewhere: Desk
) -> None:
    elsewhere.open()
    elsewhere.join("A")
    elsewhere.call_next()
    displays = [open_display(new_page, live_server) for _ in range(2)]
    for page in displays:
        expect(newest(page)).to_have_text("A-001")
        expect(page.locator("#stale")).to_be_hidden()
        watch_flashes(page)
    new_page.allow(SERVER_IS_GONE)
    live_server.kill()
    elsewhere.open("petugas4", 4)
    elsewhere.join("D")
    elsewhere.wait(minutes=1)
    elsewhere.call_next("petugas4", 4)
    for page in displays:
        expect(page.locator("#stale")).to_be_visible()
        expect(page.locator("#stale")).to_contain_text("Tidak langsung sejak")
        expect(newest(page)).to_have_text("A-001")
        assert overflowing(page) == []
        assert newest(page).evaluate("e => e.offsetHeight") >= TV["height"] / 6
    live_server.start()
    for page in displays:
        expect(newest(page)).to_have_text("D-001", timeout=RIGHT_AGAIN_MS)
        expect(page.locator("#stale")).to_be_hidden()
        expect(page.locator(".newest__number")).to_have_text("4")
        assert flashed(page) == set(), "a call of an hour ago was shown as new"


def test_a_call_made_while_the_server_was_down_a_moment_is_still_new(
    new_page: Pages, live_server: LiveServer, elsewhere: Desk
) -> None:
    elsewhere.open()
    elsewhere.join("A")
    page = open_display(new_page, live_server)
    expect(page.get_by_text("Silakan menunggu")).to_be_visible()
    new_page.allow(SERVER_IS_GONE)
    live_server.kill()
    live_server.start()
    watch_flashes(page)
    elsewhere.now = datetime.now(UTC)
    elsewhere.call_next()
    expect(newest(page)).to_have_text("A-001", timeout=RIGHT_AGAIN_MS)
    assert flashed(page) == {"A-001"}


def test_a_server_that_comes_back_with_an_older_database_is_believed(
    new_page: Pages, live_server: LiveServer, elsewhere: Desk, tmp_path: Path
) -> None:
    elsewhere.open()
    elsewhere.join("A")
    elsewhere.join("A")
    called = elsewhere.call_next()
    assert called is not None
    live_server.stop()
    elsewhere.db.dispose()
    database = Path(make_url(live_server.database_url).database or "")
    shutil.copy(database, tmp_path / "backup.sqlite")
    live_server.start()
    page = open_display(new_page, live_server)
    expect(newest(page)).to_have_text("A-001")
    finish_and_call(elsewhere, called)
    expect(newest(page)).to_have_text("A-002")
    watch_flashes(page)
    new_page.allow(SERVER_IS_GONE)
    live_server.kill()
    elsewhere.db.dispose()
    for rest in database.parent.glob(f"{database.name}*"):
        rest.unlink()
    shutil.copy(tmp_path / "backup.sqlite", database)
    live_server.start()
    expect(newest(page)).to_have_text("A-001", timeout=RIGHT_AGAIN_MS)
    assert flashed(page) == set()


def finish_and_call(desk: Desk, called: Ticket) -> None:
    desk.act(tickets.finish, desk.act(tickets.start, called))
    desk.call_next()


def test_without_any_socket_it_asks_by_http(new_page: Pages, live_server: LiveServer, elsewhere: Desk) -> None:
    elsewhere.open()
    elsewhere.join("A")
    new_page.allow("ERR_FAILED|WebSocket")
    page = new_page(viewport=TV, base_url=live_server.url)
    page.route("**/socket.io/**", lambda route: route.abort())
    page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    page.goto(f"/display/{SLUG}")
    expect(page.get_by_text("Silakan menunggu")).to_be_visible()
    elsewhere.call_next()
    expect(newest(page)).to_have_text("A-001", timeout=RIGHT_AGAIN_MS)
    expect(page.locator("#stale")).to_be_hidden()


def test_the_clock_and_the_news_do_not_depend_on_the_tv(
    new_page: Pages, live_server: LiveServer, elsewhere: Desk
) -> None:
    elsewhere.open()
    elsewhere.join("A")
    elsewhere.call_next()
    page = new_page(viewport=TV, base_url=live_server.url)
    page.clock.set_fixed_time("2001-02-03T04:05:06Z")
    page.goto(f"/display/{SLUG}")
    expect(newest(page)).to_have_text("A-001")
    with elsewhere.db.read() as session:
        here = datetime.now(elsewhere.office(session).zone)
    expect(page.locator("#date")).to_contain_text(str(here.year))
    assert page.locator("#time").text_content() in {
        f"{at:%H:%M}" for at in (here, here - timedelta(minutes=1), here + timedelta(minutes=1))
    }
    expect(page.locator("#newest")).to_have_class("newest")


def test_a_new_call_moves_only_for_those_who_want_it(new_page: Pages, live_server: LiveServer, elsewhere: Desk) -> None:
    elsewhere.open()
    elsewhere.join("A")
    displays = {
        motion: open_display(new_page, live_server, reduced_motion=motion) for motion in ("no-preference", "reduce")
    }
    elsewhere.now = datetime.now(UTC)
    elsewhere.call_next()
    for motion, animation in (("no-preference", "breathe"), ("reduce", "none")):
        page = displays[motion]
        expect(page.locator("#newest")).to_have_class("newest is-new")
        frame = "getComputedStyle(document.getElementById('newest'), '::after')"
        assert page.evaluate(f"{frame}.animationName") == animation
    assert displays["reduce"].evaluate(f"{frame}.opacity") == "1", "a steady frame instead"


def test_whatever_it_shows_fits_every_screen_and_the_newest_number_is_seen_from_afar(
    new_page: Pages, live_server: LiveServer, elsewhere: Desk
) -> None:
    displays = [open_display(new_page, live_server, viewport=size) for size in SIZES]
    for page in displays:
        expect(page.get_by_text("Belum ada nomor di loket.")).to_be_visible()
        assert overflowing(page) == []
        assert barriers(page) == []
    fill(elsewhere)
    for page, size in zip(displays, SIZES, strict=True):
        expect(page.locator("#serving .call")).to_have_count(5)
        expect(page.locator("#recent .past")).to_have_count(10)
        assert overflowing(page) == []
        height, width = newest(page).evaluate("e => [e.offsetHeight, e.scrollWidth]")
        assert height >= size["height"] / 6
        assert width <= page.locator("#newest").evaluate("e => e.clientWidth")
        assert barriers(page) == []
    elsewhere.change_service("A", prefix="KTP-EL")
    ticket = elsewhere.join("A")
    call_chosen(elsewhere, ticket)
    for page in displays:
        expect(newest(page)).to_have_text(ticket.label)
        assert overflowing(page) == []


def call_chosen(desk: Desk, ticket: Ticket) -> None:
    """Call a ticket to counter 2, whose present one did not come."""
    with desk.db.read() as session:
        present = session.scalars(
            select(Ticket).where(Ticket.counter_id == desk.counter_id(session, 2), Ticket.state == TicketState.CALLED)
        ).one()
    desk.act(tickets.no_show, present, officer="petugas2")
    desk.call_chosen(ticket, "petugas2", 2)


def overflowing(page: Page) -> list[str]:
    """The elements that leave the screen or are cut off by what they are in."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("body, body *:not(.visually-hidden, template, svg *)")]
          .filter((element) => {
            const box = element.getBoundingClientRect();
            if (!box.width) return false;
            const leaves = box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
            const cuts = getComputedStyle(element).overflow !== "visible" &&
              (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
            const parent = element.parentElement.getBoundingClientRect();
            const spills = element.matches(".newest__content > *, li") && box.bottom > parent.bottom + 1;
            return leaves || cuts || spills;
          })
          .map((element) => `${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 40)}`)"""
    )
    return found

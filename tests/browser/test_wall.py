"""Screens on a wall: the light above a counter, and what the waiting room's display shows of the office's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize, expect

from queue_app import tickets
from queue_app.models import Ticket
from tests.browser.axe import barriers
from tests.browser.pages import Pages
from tests.browser.staff import SERVER_IS_GONE, clean_office, running_server
from tests.browser.test_display import overflowing
from tests.live_server import LiveServer
from tests.office import SLUG, Desk

TABLET = ViewportSize(width=1024, height=600)
ON_ITS_SIDE = ViewportSize(width=600, height=1024)


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with running_server(sqlite_template, tmp_path_factory.mktemp("wall")) as server:
        yield server


@pytest.fixture
def desk(server: LiveServer) -> Iterator[Desk]:
    with clean_office(server) as desk:
        yield desk


def test_a_counter_s_light_follows_its_counter_and_says_when_it_is_not_live(
    new_page: Pages, server: LiveServer, desk: Desk
) -> None:
    lights = [new_page(viewport=size, base_url=server.url) for size in (TABLET, ON_ITS_SIDE)]
    # A page of an edition before: it is loaded anew by itself, since no call was shown for a minute.
    lights[0].route(
        f"**/display/{SLUG}/counter/2",
        lambda route: route.fulfill(
            response=(answer := route.fetch()), body=answer.text().replace('data-edition="', 'data-edition="old-')
        ),
        times=1,
    )
    for light in lights:
        light.goto(f"/display/{SLUG}/counter/2")
        expect(light.locator("body")).to_have_attribute("data-state", "closed")
        expect(light.get_by_text("Loket tutup")).to_be_visible()
    expect(lights[0].locator("body")).to_have_attribute(
        "data-edition", lights[1].locator("body").get_attribute("data-edition") or ""
    )
    desk.open("petugas2", 2)
    for label in ("A-001", "B-001"):
        called = _called(desk, label[0])
        for light in lights:
            expect(light.locator("body")).to_have_attribute("data-state", "called")
            expect(light.locator("#label")).to_have_text(label)
            assert overflowing(light) == []
            assert barriers(light) == []
        desk.act(tickets.finish, desk.act(tickets.start, called, officer="petugas2"), officer="petugas2")
    desk.pause("petugas2", 2)
    for light in lights:
        expect(light.locator("body")).to_have_attribute("data-state", "paused")
        expect(light.locator("#label")).to_be_hidden()
        assert barriers(light) == []
    new_page.allow(SERVER_IS_GONE)
    server.kill()
    for light in lights:
        expect(light.locator("#stale")).to_contain_text("Tidak langsung sejak")
        assert overflowing(light) == []
    server.start()
    for light in lights:
        expect(light.locator("#stale")).to_be_hidden()


def _called(desk: Desk, service: str) -> Ticket:
    desk.join(service)
    called = desk.call_next("petugas2", 2)
    assert called is not None
    return called

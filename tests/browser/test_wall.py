"""Screens on a wall: the light above a counter, and what the waiting room's display shows of the office's own."""

import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from queue_app import tickets
from queue_app.models import DisplayMedia, Ticket
from queue_app.signage import content, files, shown
from queue_app.signage.store import Store
from tests.browser.axe import barriers
from tests.browser.pages import Pages
from tests.browser.staff import SERVER_IS_GONE, clean_office
from tests.browser.test_display import SIZES, fill, open_display, overflowing
from tests.domain.test_signage import picture
from tests.live_server import LiveServer
from tests.office import SLUG, Desk

TABLET = ViewportSize(width=1024, height=600)
ON_ITS_SIDE = ViewportSize(width=600, height=1024)


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


def test_the_office_s_own_content_fits_every_screen_is_shown_in_turn_and_never_blanks_it(
    new_page: Pages, server: LiveServer, desk: Desk
) -> None:
    fill(desk)
    first, broken, second = (_shown(server, desk, width) for width in (1600, 500, 900))
    _uploads(server).path(broken.office_id, broken.key).unlink()
    with desk.db.write() as session:
        who = desk.user(session, "supervisor")
        for text in ("Semua layanan gratis.", "Bawa kartu keluarga asli."):
            content.add_line(session, who, text, None, None, desk.now)
        colours = {"theme": "dark", "brand": "#003a70", "accent": "#f6b92b"}
        content.set_look(session, who, desk.now, shows_next=True, **colours)
    new_page.allow(rf"{broken.key}.*404")
    displays = [open_display(new_page, server, viewport=size) for size in SIZES[:3]]
    displays.append(open_display(new_page, server, viewport=SIZES[3], reduced_motion="reduce"))
    for page, size in zip(displays, SIZES, strict=True):
        expect(page.locator("#media img")).to_be_visible()
        expect(page.locator("#next .soon").first).to_be_visible()
        _fits(page, size)
    assert barriers(displays[0]) == []
    for page in displays:  # the broken one is passed over
        expect(page.locator(f"#media img[src$='{second.key}']")).to_be_visible()
        expect(page.locator(f"#media img[src$='{first.key}']")).to_be_visible()
    expect(displays[0].locator("#running p")).to_have_text(re.compile("gratis.*asli"))
    expect(displays[3].locator("#running p")).to_have_text("Bawa kartu keluarga asli.")
    with desk.db.write() as session:
        content.set_look(
            session, desk.user(session, "supervisor"), desk.now, shows_next=False, **colours | {"theme": "contrast"}
        )
    for page in displays:
        expect(page.locator("body")).to_have_attribute("data-theme", "contrast")
        expect(page.locator("#next-part")).to_be_hidden()
    assert barriers(displays[3]) == []
    new_page.allow(SERVER_IS_GONE)
    server.kill()
    for page, size in zip(displays, SIZES, strict=True):
        expect(page.locator("#stale")).to_be_visible()
        _fits(page, size)
    server.start()


def _fits(page: Page, size: ViewportSize) -> None:
    assert page.locator(".newest__label").evaluate("e => e.offsetHeight") >= size["height"] / 6
    assert [found for found in overflowing(page) if "running" not in found and not found.startswith("P.:")] == []


def _uploads(server: LiveServer) -> Store:
    return Store(server.log.parent / "uploads")


def _shown(server: LiveServer, desk: Desk, width: int) -> DisplayMedia:
    """A picture that is shown for three seconds."""
    key = content.new_key()
    file = files.accept(io.BytesIO(picture((width, 900))))
    with desk.db.write() as session:
        who = desk.user(session, "supervisor")
        _uploads(server).keep(who.office_id, key, file.stream)
        content.add_media(session, who, file, key, desk.now, words="Alur", seconds=3)
    with desk.db.read() as session:
        media = shown.find(session, desk.office(session).id, key)
    assert media is not None
    return media

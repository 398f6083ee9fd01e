"""A display through every kind of outage, in a real browser behind a network that fails: right within five seconds of
the link's return, never wrong without saying so, and never a call of before shown as new."""

import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.outages import RIGHT_AGAIN_S, WaitingRoom
from tests.browser.pages import TV, Pages
from tests.browser.staff import SERVER_IS_GONE, clean_office
from tests.faulty_link import FaultyLink
from tests.live_server import LiveServer
from tests.office import Desk
from tests.services.private_redis import RedisServer


@pytest.fixture
def office(server: LiveServer) -> Iterator[Desk]:
    with clean_office(server, hours=1) as desk:
        yield desk


@pytest.fixture
def link(server: LiveServer) -> Iterator[FaultyLink]:
    with FaultyLink(server.port) as link:
        yield link


@pytest.fixture
def room(new_page: Pages, office: Desk, link: FaultyLink) -> WaitingRoom:
    new_page.allow(SERVER_IS_GONE)
    return WaitingRoom.opened(new_page(viewport=TV, base_url=link.url), office, link.url)


def test_after_any_outage_the_display_is_right_within_seconds_and_meanwhile_says_that_it_is_not(
    room: WaitingRoom, link: FaultyLink, server: LiveServer
) -> None:
    stale = room.page.locator("#stale")
    outages: list[tuple[str, Callable[[], None], Callable[[], None], float]] = [
        ("cut", link.cut, link.restore, 8.0),
        ("half-open, shorter than the silence that is noticed", link.swallow, link.restore, 0.2),
        ("half-open", link.swallow, link.restore, 7.0),
        ("everything held back", link.stall, link.restore, 6.0),
        ("page stood still", room.stop, room.go_on, 6.0),
        ("server killed", server.kill, server.start, 1.0),
    ]
    for name, begin, end, lasts_s in outages:
        begin()
        label = room.call()
        time.sleep(lasts_s)
        if lasts_s > RIGHT_AGAIN_S and begin != room.stop:
            expect(stale).to_be_visible(timeout=500)
        end()
        assert room.seconds_until_right(label) < RIGHT_AGAIN_S, name
        if name == "cut":
            assert longest_gap_s(link) < 2.6, "the pauses between tries must not grow with the outage"
    assert room.longest_lie_s() < RIGHT_AGAIN_S
    assert room.oldest_shown_as_new_s() < 10


def longest_gap_s(link: FaultyLink) -> float:
    return max(later - earlier for earlier, later in pairwise(link.tries[1:]))


def test_what_comes_late_is_shown_but_not_as_new(room: WaitingRoom, link: FaultyLink) -> None:
    # Between two heartbeats pass 3.6 s at its beginning: less than those after which the page takes the link for dead.
    link.delay(1.6)
    # New when the server sends it, and no more when it comes, also to a page that set its clock by such a link.
    label = room.call(seconds_ago=9.2)
    room.seconds_until_right(label)
    room.page.wait_for_timeout(300)
    assert label not in {one.label for one in room.seen() if one.is_new}


@pytest.mark.redis
def test_redis_may_come_and_go_between_two_processes(
    new_page: Pages, new_live_server: Callable[..., LiveServer], redis_server: RedisServer, new_sqlite_url: str
) -> None:
    new_page.allow(SERVER_IS_GONE)  # it ends before the page does
    server = new_live_server(new_sqlite_url, REDIS_URL=redis_server.url)
    with clean_office(server, hours=1) as desk:
        room = WaitingRoom.opened(new_page(viewport=TV), desk, server.url)
        redis_server.stop()
        label = room.call()
        assert room.seconds_until_right(label) < RIGHT_AGAIN_S
        redis_server.start()
        label = room.call()
        assert room.seconds_until_right(label) < RIGHT_AGAIN_S
        assert room.page.locator("#stale").is_hidden()

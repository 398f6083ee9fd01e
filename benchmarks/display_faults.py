"""A waiting room's display through thirty outages: how long until it is right again, counted from the link's return.

    python -m benchmarks.display_faults [--long]

A real Chromium, whose clock is seven hours off, shows the demonstration office behind a TCP proxy that fails. In each
outage one number is called, by a process that tells no other; then the link returns, and the time runs until the
screen shows that number without its banner. Besides: for how long at most the screen was wrong without the banner, how
old the oldest call was that it drew as new, and how long the page ever waited for its next try. ``--long`` adds an
outage of ten minutes. Two servers share a Redis. Some eight minutes; loopback only.
"""

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.straight_way import machine
from queue_app import demo, schema
from queue_app.database import Database
from tests.browser.conftest import LAUNCH_OPTIONS
from tests.browser.outages import WaitingRoom
from tests.browser.pages import TV
from tests.browser.staff import keep_off_midnight
from tests.faulty_link import FaultyLink
from tests.live_server import LiveServer
from tests.office import PASSWORD, Desk
from tests.services import components
from tests.services.private_redis import RedisServer

CALM_S = 3.0
"""Between two outages: longer than the two seconds in which a display hears whether all is well."""


@dataclass
class Kind:
    """An outage that can be made: how it begins, how it ends, and how long each one lasts."""

    name: str
    begin: Callable[[], None]
    end: Callable[[], None]
    lasts_s: list[float]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--long", action="store_true", help="with one outage of ten minutes")
    is_long: bool = parser.parse_args().long
    print(machine())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="antrean-faults-")))
        redis = RedisServer()
        stack.callback(redis.remove)
        database = _office(f"sqlite:///{folder / 'office.sqlite'}")
        stack.callback(database.dispose)
        servers = [LiveServer(str(database.url), folder / name, {"REDIS_URL": redis.url}) for name in ("one", "other")]
        for server in servers:
            server.start()
            stack.callback(server.stop)
        link = stack.enter_context(FaultyLink(servers[0].port))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=components.chromium(), args=LAUNCH_OPTIONS
        )
        stack.callback(browser.close)
        room = _room(browser, database, link)
        kinds = [
            Kind("server killed, started again", servers[0].kill, servers[0].start, [0, 1, 2, 5, 8, 15]),
            Kind("network cut", link.cut, link.restore, [1, 2, 4, 8, 15, 30, *([600.0] if is_long else [])]),
            Kind("half-open, nothing arrives", link.swallow, link.restore, [0.2, 1, 2, 4, 8, 15, 30, 60]),
            Kind("all held back, then delivered", link.stall, link.restore, [2, 4, 8, 15]),
            Kind("page stood still", room.stop, room.go_on, [3, 8, 15, 45]),
            Kind("Redis stopped, started again", redis.stop, redis.start, [3, 10]),
        ]
        _measure(room, link, kinds)
    print(machine().partition("\n")[0])


def _office(url: str) -> Database:
    database = Database(url)
    schema.upgrade(database)
    with database.write() as session:
        demo.seed(session, PASSWORD)
    return database


def _room(browser: Browser, database: Database, link: FaultyLink) -> WaitingRoom:
    desk = Desk(database, datetime.now(UTC) - timedelta(hours=1))
    keep_off_midnight(desk)
    return WaitingRoom.opened(browser.new_context(viewport=TV).new_page(), desk, link.url)


def _one(room: WaitingRoom, kind: Kind, lasts_s: float) -> float:
    """Seconds from the link's return until the screen is right."""
    time.sleep(CALM_S)
    kind.begin()
    time.sleep(lasts_s / 2)
    label = room.call()
    time.sleep(lasts_s / 2)
    kind.end()
    return room.seconds_until_right(label)


def _measure(room: WaitingRoom, link: FaultyLink, kinds: list[Kind]) -> None:
    print(f"\n{'outage':<34}{'lasted, s':<34}{'right again after, s: each':<52}{'median':>8}{'worst':>8}")
    everything: list[float] = []
    pauses: list[float] = []
    for kind in kinds:
        found = []
        for lasts_s in kind.lasts_s:
            before = len(link.tries)
            found.append(_one(room, kind, lasts_s))
            if kind.begin == link.cut:
                pauses += [later - earlier for earlier, later in itertools.pairwise(link.tries[before:])]
        everything += found
        lasted = ", ".join(f"{lasts_s:g}" for lasts_s in kind.lasts_s)
        each = ", ".join(f"{seconds:.1f}" for seconds in found)
        print(
            f"{kind.name:<34}{lasted:<34}{each:<52}{statistics.median(found):>8.2f}{max(found):>8.2f}",
            flush=True,
        )
    print(f"{f'all {len(everything)}':<120}{statistics.median(everything):>8.2f}{max(everything):>8.2f}")
    print(f"\nlongest that it was wrong without its banner: {room.longest_lie_s():.1f} s")
    print(f"oldest call that began to be drawn as new (allowed: 10 s): {room.oldest_shown_as_new_s():.1f} s")
    print(f"longest pause between two tries of the page while the network was cut: {max(pauses):.1f} s")


if __name__ == "__main__":
    main()

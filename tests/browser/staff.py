"""Officers and supervisors in the browser tests."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, ViewportSize

from queue_app import day_end, opening
from queue_app.database import Database
from tests.browser.pages import DESK, Pages
from tests.live_server import LiveServer
from tests.office import PASSWORD, Desk

# What a browser says by itself of a server that is gone, and of a refusal.
SERVER_IS_GONE = (
    r"ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET|WebSocket connection to"
    r"|ERR_CONTENT_LENGTH_MISMATCH|ERR_INCOMPLETE_CHUNKED_ENCODING"  # it went while it answered
)
REFUSED = r"the server responded with a status of 409"


@contextmanager
def running_server(template: Path, folder: Path) -> Iterator[LiveServer]:
    """A server on a copy of the template, for many tests: starting one takes longer than a test."""
    path = folder / "antrean.sqlite"
    shutil.copy(template, path)
    server = LiveServer(f"sqlite:///{path}", folder / "instance", {})
    server.start()
    yield server
    server.stop()


@contextmanager
def clean_office(server: LiveServer, **earlier: float) -> Iterator[Desk]:
    """What others do in the office, on a clock that is ``earlier`` than the real one (3 hours, if nothing is said).

    Afterwards nobody waits and no counter is open any more; what was served stays.
    """
    desk = Desk(Database(server.database_url), datetime.now(UTC) - timedelta(**(earlier or {"hours": 3})))
    keep_off_midnight(desk)
    yield desk
    now = datetime.now(UTC)
    with desk.db.write() as session:
        office = desk.office(session)
        day_end.close_day(session, office, opening.local_day(office, now), now)
    desk.db.dispose()


def keep_off_midnight(desk: Desk) -> None:
    """Some hours ago must be today, and so must what the tests do until they are over: near the office's midnight, the
    office is moved to where it is noon."""
    now = datetime.now(UTC)
    with desk.db.read() as session:
        hour = now.astimezone(desk.office(session).zone).hour
    if not 4 <= hour < 23:
        desk.change_office(timezone=f"Etc/GMT{now.hour - 12:+d}")


def signed_in(
    new_page: Pages,
    server: LiveServer,
    username: str,
    *,
    viewport: ViewportSize = DESK,
    language: str = "id",
    **options: Any,
) -> Page:
    """A browser of one's own in which ``username`` is signed in, on the page of that role."""
    page = new_page(viewport=viewport, base_url=server.url, **options)
    page.context.add_cookies([{"name": "lang", "value": language, "url": server.url}])
    page.goto("/signin")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/signin"))
    return page


def beyond_the_window(page: Page) -> tuple[int, int]:
    """How many pixels of the page lie right of the window and below it."""
    right, below = page.evaluate(
        "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]"
    )
    return right, below


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what the selector means has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by Tab")

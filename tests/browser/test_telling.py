"""Being told, in a real browser: asked only when the button is pressed, shown once by the service worker."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, ViewportSize, expect

from queue_app.database import Database
from tests.browser.axe import barriers
from tests.browser.conftest import LAUNCH_OPTIONS
from tests.browser.pages import Pages
from tests.live_server import LiveServer
from tests.messages.listeners import Browser as Subscribed
from tests.messages.listeners import Listener
from tests.office import Desk
from tests.services import components
from tests.services.waiting import wait_until

PHONE = ViewportSize(width=360, height=740)
START = "Beri tahu di perangkat ini"
TOLD = "Perangkat ini akan dikabari."

# The browser's own push service is far away; its subscription is one of a push service on loopback.
SUBSCRIBES = """
  let present = null;
  const subscription = %s;
  PushManager.prototype.getSubscription = async () => present;
  PushManager.prototype.subscribe = async (options) => {
    if (!options.userVisibleOnly || options.applicationServerKey.length !== 65) throw new Error("wrong options");
    present = { ...subscription, options, unsubscribe: async () => { present = null; } };
    return present;
  };
"""

REFUSES = """
  let leave = "default";
  Object.defineProperty(Notification, "permission", { get: () => leave });
  Notification.requestPermission = async () => (leave = "denied");
"""


@pytest.fixture(scope="module")
def browser(browser: Browser) -> Iterator[Browser]:
    """The whole Chromium: the one without a window tells nobody anything."""
    whole = browser.browser_type.launch(executable_path=components.whole_chromium(), args=LAUNCH_OPTIONS)
    yield whole
    whole.close()


@pytest.fixture
def push_service() -> Iterator[Listener]:
    listener = Listener(201)
    yield listener
    listener.stop()


@pytest.fixture(scope="module")
def server_environment() -> dict[str, str]:
    return {"PUSH_TO_LOOPBACK": "yes"}


@pytest.fixture
def server(live_server: LiveServer) -> LiveServer:
    return live_server


@pytest.fixture
def desk(server: LiveServer) -> Iterator[Desk]:
    """Another process on the server's database."""
    desk = Desk(Database(server.database_url), datetime.now(UTC))
    yield desk
    desk.db.dispose()


@pytest.fixture
def browser_side() -> Subscribed:
    return Subscribed()


@pytest.fixture
def ticket_page(
    new_page: Pages, server: LiveServer, desk: Desk, push_service: Listener, browser_side: Subscribed
) -> Page:
    """The page of a ticket on a phone that may show notifications."""
    page = new_page(viewport=PHONE, base_url=server.url, permissions=["notifications"])
    page.add_init_script(SUBSCRIBES % json.dumps(browser_side.subscription(f"{push_service.url}/push/1")))
    page.goto(f"/t/{desk.book().public_id}")
    return page


def workers(page: Page) -> tuple[CDPSession, list[str]]:
    """The way to the page's service workers, and the ids of their registrations as they come."""
    session, ids = page.context.new_cdp_session(page), list[str]()

    def hear(news: dict[str, Any]) -> None:
        ids.extend(registration["registrationId"] for registration in news["registrations"])

    session.on("ServiceWorker.workerRegistrationUpdated", hear)
    session.send("ServiceWorker.enable")
    return session, ids


def shown(page: Page) -> list[list[str]]:
    """Titles and bodies of the notifications that are on the screen."""
    found: list[list[str]] = page.evaluate(
        "async () => (await (await navigator.serviceWorker.ready).getNotifications()).map((n) => [n.title, n.body])"
    )
    return found


def test_who_presses_the_button_is_told_once_and_may_take_it_back(
    ticket_page: Page, server: LiveServer, desk: Desk, push_service: Listener, browser_side: Subscribed
) -> None:
    page = ticket_page
    session, ids = workers(page)
    page.get_by_role("button", name=START).click()
    expect(page.get_by_text(TOLD)).to_be_visible()
    assert barriers(page) == []
    page.reload()
    expect(page.get_by_text(TOLD)).to_be_visible()

    page.get_by_role("button", name="Saya sudah di kantor").click()
    assert wait_until(lambda: len(push_service.got) == 1)
    message = browser_side.read(push_service.got[0][2])
    assert message["title"] == "A-001: sebentar lagi giliran Anda"
    for _ in range(2):
        session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": server.url, "registrationId": ids[-1], "data": json.dumps(message)},
        )
    # While the second takes the first one's place, none is on the screen for a moment.
    assert wait_until(lambda: shown(page) == [[message["title"], message["body"]]])

    page.get_by_role("button", name="Berhenti").click()
    expect(page.get_by_role("button", name=START)).to_be_focused()
    desk.open()
    desk.call_next()
    expect(page.get_by_text("Anda dipanggil", exact=True)).to_be_visible()
    assert len(push_service.got) == 1


def test_without_leave_it_says_so_and_the_page_goes_on(new_page: Pages, server: LiveServer, desk: Desk) -> None:
    page = new_page(viewport=PHONE, base_url=server.url)
    page.add_init_script(REFUSES)
    page.goto(f"/t/{desk.book().public_id}")
    page.get_by_role("button", name=START).click()
    expect(page.get_by_text("Peramban ini tidak mengizinkan pemberitahuan.")).to_be_visible()
    page.get_by_role("button", name="Saya sudah di kantor").click()
    expect(page.get_by_text("Menunggu", exact=True)).to_be_visible()


def test_a_browser_that_cannot_is_not_asked(new_page: Pages, server: LiveServer, desk: Desk) -> None:
    page = new_page(viewport=PHONE, base_url=server.url)
    page.add_init_script("delete window.PushManager;")
    page.goto(f"/t/{desk.book().public_id}")
    expect(page.get_by_role("heading", name="A-001")).to_be_visible()
    expect(page.locator("#tell")).to_be_hidden()


def test_a_refusal_is_said_in_words(new_page: Pages, server: LiveServer, desk: Desk, browser_side: Subscribed) -> None:
    page = new_page(viewport=PHONE, base_url=server.url, permissions=["notifications"])
    page.add_init_script(SUBSCRIBES % json.dumps(browser_side.subscription("https://10.0.0.1/")))
    new_page.allow("422")
    page.goto(f"/t/{desk.book().public_id}")
    page.get_by_role("button", name=START).click()
    expect(page.get_by_role("alert").filter(has_text="tidak dapat dipakai")).to_be_visible()

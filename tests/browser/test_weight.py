"""The first visit to the booking page, from the real server into an empty browser: so much goes over the line."""

from typing import Any

from playwright.sync_api import ViewportSize

from tests.browser.pages import Pages
from tests.live_server import LiveServer

AT_MOST = 100_000
BEFORE_FIRST_VIEW = 25_000


def test_the_first_visit_to_the_booking_page_is_light(new_page: Pages, live_server: LiveServer) -> None:
    page = new_page(viewport=ViewportSize(width=360, height=740), base_url=live_server.url, service_workers="block")
    devtools = page.context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    lengths: dict[str, float] = {}

    def asked(event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            kinds[event["requestId"]] = event["type"]

    def came(event: dict[str, Any]) -> None:
        lengths[event["requestId"]] = event["encodedDataLength"]

    devtools.on("Network.requestWillBeSent", asked)
    devtools.on("Network.loadingFinished", came)
    devtools.send("Network.enable")
    devtools.send("Network.clearBrowserCache")
    page.goto("/o/senapelan/A", wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    assert set(kinds.values()) >= {"Document", "Stylesheet", "Script", "Font"}
    assert set(kinds) <= set(lengths)
    assert 0 < sum(lengths.values()) <= AT_MOST
    first = sum(length for request, length in lengths.items() if kinds.get(request) in {"Document", "Stylesheet"})
    assert first <= BEFORE_FIRST_VIEW  # nothing is seen before these are there

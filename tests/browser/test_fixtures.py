"""The browser fixtures fail a test for what goes wrong in a page, and for nothing else."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import barriers
from tests.browser.pages import PHONE, TV, Pages

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
PAGES = {
    "/good": "<!doctype html><html lang=id><title>Antrean</title><main><h1>A-012</h1></main>",
    "/inline": "<!doctype html><html lang=id><title>Antrean</title><h1>A-012</h1><script>let called = 1</script>",
    "/styled": "<!doctype html><html lang=id><title>Antrean</title><h1 style='color: red'>A-012</h1>",
    "/throws": "<!doctype html><html lang=id><title>Antrean</title><h1>A-012</h1><script src=/throws.js></script>",
    "/missing": "<!doctype html><html lang=id><title>Antrean</title><h1>A-012</h1><img alt='' src=/nothing.png>",
    "/barrier": "<!doctype html><html lang=id><title>Antrean</title><main><h1>A-012</h1><input></main>",
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        script = self.path.endswith(".js")
        body = "throw new Error('no number')" if script else PAGES.get(self.path, "")
        self.send_response(200 if body or self.path == "/favicon.ico" else 404)
        self.send_header("Content-Type", "text/javascript" if script else "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the log of the tests is for the tests."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def watched(browser: Browser) -> Iterator[Pages]:
    """Like `new_page`, but its problems are looked at by the test instead of failing it."""
    pages = Pages(browser=browser)
    yield pages
    pages.close()


def test_it_opens_a_page_on_an_indonesian_phone(new_page: Pages, site: str) -> None:
    page = new_page(viewport=PHONE, base_url=site)
    page.goto("/good")
    expect(page.get_by_role("heading", name="A-012")).to_be_visible()
    assert page.evaluate("[innerWidth, navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]") == [
        390,
        "id-ID",
        "Asia/Jakarta",
    ]


def test_two_devices_share_no_cookie_and_two_tabs_do(new_page: Pages, site: str) -> None:
    first, display = new_page(base_url=site), new_page(viewport=TV, base_url=site)
    second = new_page(beside=first)
    for page in (first, display, second):
        page.goto("/good")
    first.evaluate("document.cookie = 'seat=1'")
    assert second.evaluate("document.cookie") == "seat=1"
    assert display.evaluate("document.cookie") == ""


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/inline", "inline script violates the following Content Security Policy"),
        ("/styled", "inline style violates the following Content Security Policy"),
        ("/throws", "uncaught error in .*no number"),
        ("/missing", "nothing.png: .*404"),
    ],
)
def test_it_notices(watched: Pages, site: str, path: str, problem: str) -> None:
    watched(base_url=site).goto(path, wait_until="load")
    assert [text for text in watched.unexpected_problems() if text]
    watched.allow(problem)
    assert watched.unexpected_problems() == []


def test_a_good_page_has_no_problem(watched: Pages, site: str) -> None:
    watched(base_url=site).goto("/good")
    assert watched.problems == []


def test_it_finds_a_barrier(new_page: Pages, site: str) -> None:
    page = new_page(base_url=site)
    page.goto("/good")
    assert barriers(page) == []
    page.goto("/barrier")
    assert [barrier.split(":")[0] for barrier in barriers(page)] == ["label"]

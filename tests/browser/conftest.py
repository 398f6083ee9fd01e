"""A real Chromium for the tests in this folder."""

import re
from collections.abc import Generator, Iterator
from pathlib import Path

import playwright
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.pages import TIMEOUT_MS, Pages
from tests.browser.staff import running_server
from tests.live_server import LiveServer

RESULTS = Path(__file__).parents[2] / "test-results"
CALL_REPORT = pytest.StashKey[pytest.TestReport]()
LAUNCH_OPTIONS = [
    "--no-sandbox",  # Chromium's sandbox does not work for root; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives the browser, so the marker need not be repeated in each file."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


# Playwright keeps an event loop running in the main thread until it stops, in which no other test could run one.
# The scope "package" stops it after the last test of this folder rather than at the end of the whole run.
@pytest.fixture(scope="package")
def browser(chromium: Path) -> Iterator[Browser]:
    expect.set_options(timeout=TIMEOUT_MS)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PLAYWRIGHT_DRIVER", str(Path(playwright.__file__).parent / "driver" / "node"))
        environment.setenv("PLAYWRIGHT_NODEJS_PATH", str(Path(__file__).parent / "driver-apart"))
        driver = sync_playwright().start()
    try:
        running = driver.chromium.launch(executable_path=chromium, args=LAUNCH_OPTIONS)
        yield running
        running.close()
    finally:
        driver.stop()


@pytest.fixture(scope="package")
def server_of_folder(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for all files whose tests neither end it nor come near what one address may do in a minute."""
    with running_server(sqlite_template, tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="module")
def server(server_of_folder: LiveServer, sqlite_template: Path) -> LiveServer:
    """A server for the tests of a file, with the demonstration office as it is at first."""
    server_of_folder.put_back(sqlite_template)
    return server_of_folder


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Pages]:
    """Open pages by calling it; see `Pages`. A test fails when a page shows a problem that it did not allow."""
    pages = Pages(browser=browser)
    yield pages
    problems = pages.unexpected_problems()
    report = request.node.stash.get(CALL_REPORT, None)
    if problems or (report is not None and report.failed):
        pages.save_screenshots(RESULTS, re.sub(r"[^\w.-]+", "-", request.node.nodeid))
    pages.close()
    if problems:
        pytest.fail("problems in the browser:\n" + "\n".join(problems), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[CALL_REPORT] = report
    return report

"""Browser pages for tests: each opened as one person would on one device, and watched for trouble."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, ViewportSize

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1366, height=768)
TV = ViewportSize(width=1920, height=1080)

LOCALE = "id-ID"
TIME_ZONE = "Asia/Jakarta"
# Generous, because the machine that runs the tests may be busy; nothing waits this long when all is well.
TIMEOUT_MS = 15_000


@dataclass(kw_only=True)
class Pages:
    """Opens pages and remembers what went wrong in them.

    An error in the console counts as wrong: that is where a failed request, a script's error and a violation of the
    content security policy show. A test that means one to happen says so with `allow` before it does.
    """

    browser: Browser
    problems: list[str] = field(default_factory=list)
    _allowed: list[re.Pattern[str]] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(
        self, *, viewport: ViewportSize = DESK, beside: Page | None = None, locale: str = LOCALE, **options: Any
    ) -> Page:
        """Open a page on a device of its own (no cookie shared), or as another tab `beside` an open page.

        `options` are those of Playwright's `Browser.new_context`, `base_url` and `reduced_motion` for example.
        """
        context = beside.context if beside else self._new_context(viewport=viewport, locale=locale, **options)
        return context.new_page()

    def allow(self, pattern: str) -> None:
        """Let problems pass whose text contains a match of `pattern`."""
        self._allowed.append(re.compile(pattern))

    def unexpected_problems(self) -> list[str]:
        return [text for text in self.problems if not any(pattern.search(text) for pattern in self._allowed)]

    def save_screenshots(self, folder: Path, name: str) -> list[Path]:
        """Save what each open page shows, as `folder/name-1.png` and on."""
        folder.mkdir(parents=True, exist_ok=True)
        saved = []
        for number, page in enumerate(self._open_pages(), start=1):
            path = folder / f"{name}-{number}.png"
            try:
                page.screenshot(path=path)
            except Error as error:  # a page that hangs or crashed: the test's own failure matters more
                self.problems.append(f"no screenshot of {page.url}: {error}")
            else:
                saved.append(path)
        return saved

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _new_context(self, **options: Any) -> BrowserContext:
        context = self.browser.new_context(timezone_id=TIME_ZONE, **options)
        context.set_default_timeout(TIMEOUT_MS)
        context.on("page", self._watch)
        self._contexts.append(context)
        return context

    def _watch(self, page: Page) -> None:
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.problems.append(f"uncaught error in {page.url}: {error}"))
        page.on("crash", lambda: self.problems.append(f"{page.url} crashed"))

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console error at {message.location['url']}: {message.text}")

    def _open_pages(self) -> Iterator[Page]:
        for context in self._contexts:
            yield from context.pages

"""The manuals as they are read and printed."""

import re

import pytest

from tests.browser.axe import barriers
from tests.browser.pages import DESK, PHONE, Pages
from tests.browser.staff import beyond_the_window, signed_in
from tests.live_server import LiveServer


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_card_is_one_sheet_and_the_manual_is_read_on_any_screen(
    new_page: Pages, live_server: LiveServer, language: str
) -> None:
    page = signed_in(new_page, live_server, "petugas1", language=language)
    page.goto("/help/kartu")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True))) == 1
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        page.goto("/help")
        assert beyond_the_window(page)[0] <= 0
        assert barriers(page) == []

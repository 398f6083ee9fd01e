"""Checks a page for barriers with axe-core, by the rules of WCAG 2.2 level AA."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@cache
def _source() -> str:
    (script,) = (Path(__file__).parent / "vendor").glob("axe-core-*/axe.min.js")
    return script.read_text(encoding="utf-8")


def barriers(page: Page) -> list[str]:
    """Return one line for each rule that the page breaks, naming the elements; empty when there is none."""
    page.wait_for_load_state("load")  # before its styles are there, a page has no sizes to be judged
    if not page.evaluate("'axe' in window"):  # a page that stays has it since it was looked at before
        page.evaluate(_source())
    result: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )
    return [
        f"{violation['id']}: {violation['help']} at {', '.join(str(node['target']) for node in violation['nodes'])}"
        for violation in result["violations"]
    ]

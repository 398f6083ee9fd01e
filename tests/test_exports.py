"""Whatever is taken along as a table cannot run anything where it is opened."""

import re
from pathlib import Path

from queue_app.report_files import cell

ROOT = Path(__file__).parents[1]
OWN_WORDS_ONLY = {"audit/anchors.py", "cli_events.py", "moving_out/archive.py"}
"""Digests, days, short names that the program checked itself, and its own list of columns."""


def test_a_text_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    for start in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"):
        text = f'{start}HYPERLINK("https://evil.example")'
        assert cell(text) == f"'{text}"
    assert [cell(value) for value in ("A-012", 3, -3, 0.5, None)] == ["A-012", 3, -3, 0.5, None]


def test_every_table_goes_through_it() -> None:
    """CSV, and workbooks, which are made in one place and never make a formula or a link of a text."""
    found = set()
    for path in (ROOT / "queue_app").rglob("*.py"):
        text, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT / "queue_app").as_posix()
        if re.search(r"csv\.(writer|DictWriter)\(|with (workbooks\.)?workbook\(", text) and name not in OWN_WORDS_ONLY:
            found.add(name)
            assert "cell(" in text, name
        if "Workbook(" in text:
            assert name == "workbooks.py"
            assert re.search(r"strings_to_formulas\W+False", text), name
            assert re.search(r"strings_to_urls\W+False", text), name
    assert len(found) >= 4

"""Write the table of refusals in docs/api.md anew, from the catalogue that the API's document is made of.

PYTHONPATH=. python tools/refusal_table.py
"""

import re
from pathlib import Path

from queue_app.routes.api.refusals import REFUSALS

PAGE = Path(__file__).parents[1] / "docs/api.md"
HEAD = "| code | status | meaning |\n|---|---|---|\n"


def table() -> str:
    return HEAD + "".join(f"| `{code}` | {status} | {meaning} |\n" for code, (status, meaning) in REFUSALS.items())


def write() -> None:
    """Put the table in the place of the one that is there."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.sub(re.escape(HEAD) + r"(?:\|.*\n)*", lambda _: table(), text)
    PAGE.write_text(found, encoding="utf-8")


if __name__ == "__main__":
    write()

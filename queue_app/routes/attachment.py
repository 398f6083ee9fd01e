"""Files that are taken along: a name of ours, of nothing but letters, digits, dots, hyphens and underscores."""

import re

from werkzeug import Response


def attach(answer: Response, name: str) -> None:
    """Have the browser keep it under ``name`` and never show it as a page."""
    answer.headers["Content-Disposition"] = f'attachment; filename="{re.sub(r"[^A-Za-z0-9._-]", "_", name)}"'

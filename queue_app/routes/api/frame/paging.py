"""Long lists in pages: each answer carries ``next``, a cursor for the page that follows; null on the last page.

A cursor says behind which row the next page begins, so that nothing is missed or comes twice while rows are added at
the list's other end. Its text is nobody's business. Most lists go on after a row's number (``page``); those in another
order write and read the parts of their cursors themselves (``cursor``, ``parts``, ``cut``).
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, StringConstraints

from queue_app.errors import N_, Invalid
from queue_app.routes.api.frame.fields import Asked, Text, whole_text

Row = TypeVar("Row")

CURSOR = ("bad_cursor",)
"""What a list in pages may answer beside all else."""

USUAL, MOST = 50, 200
"""Rows of a page: when nothing is asked, and at most."""

_LARGEST = 2**62


class PageQuery(Asked):
    """``after``: ``next`` of the page before; from the beginning when left out. ``limit``: at most so many rows; 50
    when left out."""

    after: Annotated[Text, StringConstraints(max_length=80)] | None = None
    limit: Annotated[int, Field(ge=1, le=MOST), BeforeValidator(whole_text)] | None = None

    @property
    def length(self) -> int:
        """How many rows the page has at most."""
        return self.limit or USUAL


def _id(row: Any) -> int:
    found: int = row.id
    return found


def page(
    asked: PageQuery,
    name: str,
    read: Callable[[int | None, int], Sequence[Row]],
    number: Callable[[Any], int] = _id,
) -> tuple[Sequence[Row], str | None]:
    """The rows of this page of the list ``name``, and the cursor of the next.

    ``read`` the rows after that number (None: from the beginning), at most so many. Raises Invalid ``bad_cursor``.
    """
    rows = read(_after(asked, name), wanted(asked))
    return cut(asked, rows, lambda last: cursor(name, number(last)))


def _after(asked: PageQuery, name: str) -> int | None:
    if asked.after is None:
        return None
    found, number = parts(asked.after, (str, int))
    if found != name or number < 0:
        raise bad_cursor()
    return int(number)


def wanted(asked: PageQuery) -> int:
    """How many rows to read: one more than are given, to see whether there are more."""
    return asked.length + 1


def cut(asked: PageQuery, rows: Sequence[Row], cursor_of: Callable[[Row], str]) -> tuple[Sequence[Row], str | None]:
    """Likewise of ``rows``, as many as ``wanted`` if there are; ``cursor_of`` the last row."""
    if len(rows) <= asked.length:
        return rows, None
    return rows[: asked.length], cursor_of(rows[asked.length - 1])


def cursor(*places: str | int | bool) -> str:
    """The cursor of these parts."""
    return base64.urlsafe_b64encode(json.dumps(places, separators=(",", ":")).encode()).decode().rstrip("=")


def parts(text: str, kinds: Sequence[type]) -> list[Any]:
    """The parts of a cursor that is made of these kinds. Raises Invalid ``bad_cursor`` for any other text."""
    try:
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise bad_cursor() from error
    is_ours = isinstance(found, list) and len(found) == len(kinds)
    if not is_ours or any(type(part) is not kind for part, kind in zip(found, kinds, strict=True)):
        raise bad_cursor()
    if any(part > _LARGEST for part in found if isinstance(part, int)):
        raise bad_cursor()
    return list(found)


def bad_cursor() -> Invalid:
    """What is no cursor of this list."""
    return Invalid("bad_cursor", N_("Penanda halaman (after) itu bukan dari daftar ini. Mulai lagi dari awal."))

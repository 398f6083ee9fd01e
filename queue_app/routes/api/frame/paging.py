"""Long lists in pages: each answer carries ``next``, a cursor for the page that follows; null on the last page.

A cursor names its list and the row after which to go on, so that nothing is missed or comes twice while rows are added
at the list's other end.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, StringConstraints

from queue_app.routes.api.frame import cursor
from queue_app.routes.api.frame.fields import Asked, Text, whole_text

Row = TypeVar("Row")

CURSOR = ("bad_cursor",)
"""What a list in pages may answer beside all else."""

USUAL, MOST = 50, 200
"""Rows of a page: when nothing is asked, and at most."""


class PageQuery(Asked):
    """``after``: ``next`` of the page before; from the beginning when left out. ``limit``: at most so many rows; 50
    when left out."""

    after: Annotated[Text, StringConstraints(max_length=80)] | None = None
    limit: Annotated[int, Field(ge=1, le=MOST), BeforeValidator(whole_text)] | None = None


def _id(row: Any) -> int:
    found: int = row.id
    return found


def after(asked: PageQuery, name: str) -> int | None:
    """The number of the row after which the list ``name`` goes on. Raises Invalid ``bad_cursor``."""
    if asked.after is None:
        return None
    found, number = cursor.read(asked.after, (str, int))
    if found != name or number < 0:
        raise cursor.bad()
    return int(number)


def wanted(asked: PageQuery) -> int:
    """How many rows to read: one more than are given, to see whether there are more."""
    return (asked.limit or USUAL) + 1


def cut(
    asked: PageQuery, name: str, rows: Sequence[Row], number: Callable[[Any], int] = _id
) -> tuple[Sequence[Row], str | None]:
    """The rows of this page, and the cursor of the next. ``rows``: as many as ``wanted``, if there are."""
    length = asked.limit or USUAL
    if len(rows) <= length:
        return rows, None
    return rows[:length], cursor.written(name, number(rows[length - 1]))

"""What a source yields, row by row, and what it says when it can't be read at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from queue_app.errors import Invalid, Param
from queue_app.moving_in.cells import BadCell, Cell

MOST_COLUMNS = 100


class UnreadableSource(Invalid):
    """It is not what it was said to be, or too large; nothing of it can be brought in."""

    def __init__(self, message: str, **params: Param) -> None:
        super().__init__("unreadable_source", message, **params)


@dataclass(frozen=True, slots=True)
class Raw:
    """A row of a table: its cells by place, and which of them can't be taken as they are. ``number`` as people count
    rows there: the first is 1."""

    number: int
    cells: Sequence[Cell]
    bad: Mapping[int, BadCell] = field(default_factory=dict)
    is_whole: BadCell | None = None
    """Why nothing of the row can be read, where that is so."""


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that can't be brought in: where and why. ``column`` is empty where it is about the whole row."""

    row: int
    column: str
    message: str
    params: Mapping[str, str | int]

    @classmethod
    def of(cls, row: int, column: str, bad: BadCell) -> "RowError":
        return cls(row, column, bad.message, bad.params)


@dataclass(frozen=True, slots=True)
class Peek:
    """The beginning of a table: its name (empty where there is one alone) and its first rows as text."""

    name: str
    rows: Sequence[Sequence[str]]

"""A heat map: one cell for each hour of each weekday, darker for more."""

from collections.abc import Sequence
from dataclasses import dataclass

from queue_app.charts.drawing import SMALL, Drawing, Frame, width_of
from queue_app.charts.numbers import NO_DATA, number
from queue_app.charts.palette import AXIS, DARK_FROM, GRID, INK, SOFT, STEPS, SURFACE
from queue_app.charts.scale import ticks

_LEGEND = 44.0
_HEAD = 24.0


@dataclass(frozen=True, slots=True)
class Cell:
    """``value`` None: no data. ``n``: how many it rests on; few are shown without a colour that would claim much."""

    value: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Heat:
    """``cells[row][column]``; ``unit`` is what a value is ("menit"), ``counted`` what ``n`` counts ("orang"); under
    ``least`` of them a cell is pale.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[Cell]]
    unit: str
    counted: str
    least: int = 5


def heat_map(frame: Frame, heat: Heat) -> str:
    """Rows from above; on a phone rows and columns change places, so that each cell can be read."""
    rows, columns, cells = heat.rows, heat.columns, heat.cells
    if frame.is_narrow and len(columns) > len(rows):
        rows, columns, cells = columns, rows, tuple(zip(*heat.cells, strict=True))
    left = max((width_of(row) for row in rows), default=0.0) + 10
    width = (frame.width - left - 2) / max(len(columns), 1)
    height = 26.0 if frame.is_narrow else 32.0
    drawing = Drawing(frame, _HEAD + len(rows) * height + _LEGEND)
    steps = _steps([c.value for row in cells for c in row if c.value is not None and c.n >= heat.least])
    _columns(drawing, columns, left, width)
    for row, (name, of_row) in enumerate(zip(rows, cells, strict=True)):
        y = _HEAD + row * height
        drawing.text((left - 8, y + height / 2 + 4), name, anchor="end")
        for column, cell in enumerate(of_row):
            said = f"{name} {columns[column]}: {_in_words(cell, heat, frame.locale)}"
            _cell(drawing, (left + column * width, y), (width, height), cell, heat.least, steps, said)
    _legend(drawing, steps, left, heat.unit)
    return drawing.svg()


def _columns(drawing: Drawing, columns: Sequence[str], left: float, width: float) -> None:
    widest = max((width_of(name) for name in columns), default=0.0) + 6
    every = max(1, -int(-widest // width))
    for number_, name in enumerate(columns):
        if number_ % every == 0:
            drawing.text((left + (number_ + 0.5) * width, _HEAD - 8), name, anchor="middle")


def _cell(
    drawing: Drawing,
    corner: tuple[float, float],
    size: tuple[float, float],
    cell: Cell,
    least: int,
    steps: Sequence[float],
    said: str,
) -> None:
    (x, y), (width, height) = corner, size
    step = _step(cell.value, steps) if cell.value is not None and cell.n >= least else None
    fill = SURFACE if step is None else STEPS[step]
    pale = {"stroke": GRID, "dash": "3 2"} if step is None else {}
    drawing.rect((x + 1, y + 1), width - 2, height - 2, fill, title=said, **pale)
    text = number(cell.value, drawing.frame.locale)
    if width_of(text, 11.5) <= width - 3:
        colour = SOFT if step is None else SURFACE if step >= DARK_FROM else INK
        place = (x + width / 2, y + height / 2 + 4)
        drawing.text(place, text, anchor="middle", size=11.5, colour=colour)


def _in_words(cell: Cell, heat: Heat, locale: str) -> str:
    if cell.value is None:
        return NO_DATA
    return f"{number(cell.value, locale)} {heat.unit} ({cell.n} {heat.counted})"


def _steps(values: Sequence[float]) -> list[float]:
    """The values at which a step of colour begins, from 0: round figures, no more than there are colours."""
    most = max(values, default=0.0)
    if most <= 0:
        return [0.0]
    marks = [mark for mark in ticks(0.0, most, 2 * len(STEPS)) if mark < most]
    return marks[:: -(-len(marks) // len(STEPS))]


def _step(value: float, steps: Sequence[float]) -> int:
    """Colours are spread over as many steps as there are."""
    reached = max((n for n, begins in enumerate(steps) if value >= begins), default=0)
    return reached if len(steps) == len(STEPS) or len(steps) == 1 else round(reached * 5 / (len(steps) - 1))


def _legend(drawing: Drawing, steps: Sequence[float], left: float, unit: str) -> None:
    y = drawing.height - _LEGEND + 12
    width = min(52.0, (drawing.frame.width - left) / max(len(steps), 1))
    for n, begins in enumerate(steps):
        x = left + n * width
        drawing.rect((x, y), width - 2, 10, STEPS[_step(begins, steps)], stroke=AXIS)
        drawing.text((x, y + 24), f"{number(begins, drawing.frame.locale)}+", size=11.5)
    place = (left + len(steps) * width + 6, y + 10)
    if width_of(unit, SMALL) <= drawing.frame.width - place[0]:
        drawing.text(place, unit)

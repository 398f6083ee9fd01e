"""Charts with a row for each thing: values as bars, values with intervals, and parts of a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from queue_app.charts.drawing import SMALL, TEXT, Drawing, Frame, width_of
from queue_app.charts.numbers import NO_DATA, number, percent
from queue_app.charts.palette import AXIS, BLUE, GRID, INK, PARTS, PARTS_INK, SOFT, SUNK
from queue_app.charts.scale import Linear, Log, Scale, index_ticks

_ROW = 34.0
_TWO_LINES = 46.0
_HEAD = 24.0


@dataclass(frozen=True, slots=True)
class Row:
    """``value`` None: no data, and ``without`` says why. ``low`` to ``high``: its interval."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    without: str = NO_DATA


@dataclass(frozen=True, slots=True)
class Boundary:
    """An upright line between classes: ``name`` is that of the class from here on ("B")."""

    value: float
    name: str


def bars(
    frame: Frame, rows: Sequence[Row], *, low: float, high: float, digits: int = 2, boundaries: Sequence[Boundary] = ()
) -> str:
    """A bar from ``low`` to each value, on a scale that ends at ``high``, its figure behind it, its interval on it."""
    layout = _Layout.of(frame, [row.name for row in rows], behind=width_of(number(high, frame.locale, digits)) + 10)
    drawing = layout.drawing
    x = Linear(low, high, layout.left, layout.right)
    for boundary in boundaries:
        place = x(boundary.value)
        drawing.line((place, _HEAD - 4), (place, layout.bottom), GRID, dash="4 3", width=1.5)
        drawing.text((place + 3, _HEAD - 10), boundary.name, colour=INK)
    for n, row in enumerate(rows):
        y = layout.name(n, row.name)
        drawing.rect((layout.left, y - 9), layout.right - layout.left, 18, SUNK)
        if row.value is None:
            drawing.text((layout.left + 6, y + 4), row.without)
            continue
        said = number(row.value, frame.locale, digits)
        drawing.rect((layout.left, y - 9), x(row.value) - layout.left, 18, BLUE, title=f"{row.name}: {said}")
        if row.low is not None and row.high is not None:
            _whisker(drawing, x, row.low, row.high, y)
        drawing.text((layout.right + 6, y + 4), said, size=TEXT, colour=INK, weight=700)
    for boundary in boundaries:
        place = x(boundary.value)
        drawing.line((place, _HEAD - 4), (place, layout.bottom), INK, dash="2 4")
    return drawing.svg()


def intervals(
    frame: Frame, rows: Sequence[Row], *, centre: float = 100.0, lower_name: str = "", higher_name: str = ""
) -> str:
    """A dot with its interval on a scale of indices around ``centre``, by ratios."""
    layout = _Layout.of(frame, [row.name for row in rows], behind=10, below=24)
    drawing = layout.drawing
    ends = [end for row in rows for end in (row.low, row.high) if end is not None]
    reach = min(max([max(end / centre, centre / end) for end in ends if end > 0], default=1.0) * 1.05, 4.0)
    x: Scale = Log(centre / max(reach, 1.25), centre * max(reach, 1.25), layout.left, layout.right)
    for mark in index_ticks(x.low, x.high):
        drawing.line((x(mark), _HEAD - 4), (x(mark), layout.bottom), INK if mark == centre else GRID)
        drawing.text((x(mark), layout.bottom + 16), number(mark, frame.locale), anchor="middle")
    drawing.text((layout.left, _HEAD - 10), lower_name)
    drawing.text((layout.right, _HEAD - 10), higher_name, anchor="end")
    for n, row in enumerate(rows):
        y = layout.name(n, row.name)
        if row.value is None or row.low is None or row.high is None:
            drawing.text((layout.left + 6, y + 4), row.without, room=layout.right - layout.left)
            continue
        said = (
            f"{row.name}: {number(row.value, frame.locale)} "
            f"({number(row.low, frame.locale)}–{number(row.high, frame.locale)})"
        )
        drawing.line((x(row.low), y), (x(row.high), y), "#8fbcd8", width=6)
        drawing.circle((x(row.value), y), 5.5, BLUE, title=said)
    return drawing.svg()


@dataclass(frozen=True, slots=True)
class Whole:
    """A thing and its parts, in the order of the names given with the chart; any unit."""

    name: str
    parts: Sequence[float]


def stacked(frame: Frame, rows: Sequence[Whole], names: Sequence[str]) -> str:
    """Each row's parts as shares of their sum, at most five; the legend stands above."""
    legend = _legend_rows(frame, names)
    layout = _Layout.of(frame, [row.name for row in rows], behind=4, above=legend * 20.0 - 12)
    drawing = layout.drawing
    _stacked_legend(drawing, names)
    for n, row in enumerate(rows):
        y = layout.name(n, row.name)
        whole, begun = sum(row.parts), layout.left
        if whole <= 0:
            drawing.text((layout.left + 6, y + 4), NO_DATA)
            continue
        for part, name, fill, ink in zip(row.parts, names, PARTS, PARTS_INK, strict=False):
            width = (layout.right - layout.left) * part / whole
            share = percent(part / whole, frame.locale, 0)
            drawing.rect((begun, y - 10), width, 20, fill, title=f"{row.name}, {name}: {share}")
            if width_of(share, SMALL) + 6 <= width:
                drawing.text((begun + width / 2, y + 4), share, anchor="middle", colour=ink)
            begun += width
    return drawing.svg()


def _legend_rows(frame: Frame, names: Sequence[str]) -> int:
    return len(_placed(frame, names)) and _placed(frame, names)[-1][1] + 1


def _placed(frame: Frame, names: Sequence[str]) -> list[tuple[float, int]]:
    """Where each name of the legend begins: its x, and the line."""
    x, line, placed = 0.0, 0, []
    for name in names:
        width = 20 + width_of(name) + 16
        if x and x + width - 16 > frame.width:
            x, line = 0.0, line + 1
        placed.append((x, line))
        x += width
    return placed


def _stacked_legend(drawing: Drawing, names: Sequence[str]) -> None:
    for name, fill, (x, line) in zip(names, PARTS, _placed(drawing.frame, names), strict=False):
        drawing.rect((x, 4 + line * 20), 14, 12, fill, stroke=AXIS)
        drawing.text((x + 20, 14 + line * 20), name, colour=SOFT)


def _whisker(drawing: Drawing, x: Scale, low: float, high: float, y: float) -> None:
    drawing.line((x(low), y), (x(high), y), "#ffffff", width=5)
    drawing.line((x(low), y), (x(high), y), INK, width=2)
    for end in (low, high):
        drawing.line((x(end), y - 4), (x(end), y + 4), INK, width=2)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Names to the left of the rows, or above each row where there is little room."""

    drawing: Drawing
    left: float
    right: float
    top: float
    bottom: float
    height: float

    @classmethod
    def of(
        cls, frame: Frame, names: Sequence[str], *, behind: float, below: float = 4.0, above: float = 0.0
    ) -> "_Layout":
        widest = max((width_of(name, SMALL) for name in names), default=0.0) + 12
        left = 0.0 if frame.is_narrow else min(widest, frame.width * 0.36)
        height = _TWO_LINES if frame.is_narrow else _ROW
        top = _HEAD + above
        bottom = top + len(names) * height
        return cls(Drawing(frame, bottom + below), left, frame.width - behind, top, bottom, height)

    def name(self, row: int, name: str) -> float:
        """Write the name of a row; where the middle of the row is."""
        top = self.top + row * self.height
        if self.left:
            middle = top + self.height / 2
            self.drawing.text((self.left - 10, middle + 4), name, anchor="end", colour=INK, room=self.left - 10)
            return middle
        self.drawing.text((2, top + 13), name, colour=INK, room=self.drawing.frame.width)
        return top + 31

"""Days before and after a date: a dot for each, what was fitted, and what would have been without the change."""

from collections.abc import Sequence
from dataclasses import dataclass

from queue_app.charts.drawing import SMALL, Frame
from queue_app.charts.numbers import number
from queue_app.charts.palette import BLUE, GREEN, INK, SOFT, VERMILION
from queue_app.charts.plot import Axis, Plot, room_for
from queue_app.charts.scale import Linear, rounded_range, ticks

_HEIGHT = 260.0
_ROW = 18.0
_NAMED = 120
"""So many dots each say their day; more are read in the table, or the page would weigh half a megabyte."""

_PALE = "#8fbcd8"


@dataclass(frozen=True, slots=True)
class DayDot:
    """One day: ``at`` is its place in time (in days), ``after`` whether the change had begun. ``without``: as it would
    have been.
    """

    at: int
    label: str
    value: float
    fitted: float
    without: float
    after: bool


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """``date``: the place of the change in time, with its ``name``. ``names``: of the dots, the fitted line and the
    line without the change.
    """

    dots: Sequence[DayDot]
    date: int
    name: str
    upright: Axis
    names: tuple[str, str, str]


def before_after(frame: Frame, data: BeforeAfter) -> str:
    """Left of the date what was, right of it what came, and dashed what the days before foretell."""
    figures = [value for dot in data.dots for value in (dot.value, dot.fitted, dot.without)]
    low, high = rounded_range(figures, at_zero=False)
    marks = ticks(low, high, 5)
    rows = 3 if frame.is_narrow else 1
    left = room_for(marks, data.upright, frame.locale)
    plot = Plot.sized(frame, _HEIGHT, left=left, below=_ROW * rows)
    y = Linear(low, high, plot.bottom, plot.top + 10)
    x = Linear(min(data.dots[0].at, data.date) - 1, max(data.dots[-1].at, data.date) + 1, plot.left, plot.right)
    plot.upright(data.upright, y, marks)
    plot.labels_below([dot.label for dot in data.dots], [x(dot.at) for dot in data.dots])
    few = len(data.dots) <= _NAMED
    for dot in data.dots:
        said = f"{dot.label}: {number(dot.value, frame.locale, data.upright.digits)}" if few else ""
        plot.drawing.circle((x(dot.at), y(dot.value)), 2.5, BLUE if dot.after else _PALE, title=said)
    before = [(x(dot.at), y(dot.fitted)) for dot in data.dots if not dot.after]
    after = [(x(dot.at), y(dot.fitted)) for dot in data.dots if dot.after]
    plot.drawing.path([(x(dot.at), y(dot.without)) for dot in data.dots if dot.after], VERMILION, dash="6 4")
    plot.drawing.path(before, GREEN, width=2.5)
    plot.drawing.path(after, GREEN, width=2.5)
    at = x(data.date - 0.5)
    plot.drawing.line((at, plot.top - 4), (at, plot.bottom), INK, width=1.5, dash="2 3")
    anchor = "end" if at > (plot.left + plot.right) / 2 else "start"
    beside = at - 6 if anchor == "end" else at + 6
    room = (at - plot.left if anchor == "end" else plot.right - at) - 8
    plot.drawing.text((beside, plot.top + 6), data.name, anchor=anchor, colour=INK, weight=700, room=room, halo=True)
    _legend(plot, data.names, rows)
    return plot.drawing.svg()


def _legend(plot: Plot, names: tuple[str, str, str], rows: int) -> None:
    drawing = plot.drawing
    wide = drawing.frame.width / (1 if rows == 3 else 3)
    for n, name in enumerate(names):
        column, row = (0, n) if rows == 3 else (n, 0)
        left, middle = 4 + column * wide, drawing.height - _ROW * (rows - row) + 8
        if n == 0:
            drawing.circle((left + 12, middle), 3.5, BLUE)
        elif n == 1:
            drawing.line((left, middle), (left + 24, middle), GREEN, width=2.5)
        else:
            drawing.line((left, middle), (left + 24, middle), VERMILION, width=2, dash="6 4")
        drawing.text((left + 30, middle + 4), name, size=SMALL, colour=SOFT, room=wide - 40)

"""How long services take: a bar for each span of time, with the standard drawn in."""

from collections.abc import Sequence
from dataclasses import dataclass

from queue_app.charts.drawing import Frame, width_of
from queue_app.charts.numbers import number
from queue_app.charts.palette import BLUE, INK, SURFACE, VERMILION
from queue_app.charts.plot import Axis, Plot, room_for
from queue_app.charts.scale import Linear, ticks

_HEIGHT = 250.0


@dataclass(frozen=True, slots=True)
class Line:
    """An upright line at ``value`` with its name ("standar 15 menit")."""

    value: float
    name: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """``counts[i]`` lie from ``edges[i]`` up to ``edges[i + 1]``; ``beyond`` at or after the last edge, in a bar of
    their own. ``standard`` and ``median`` are drawn in; bars that begin at or after the standard look different.
    """

    edges: Sequence[float]
    counts: Sequence[int]
    beyond: int
    across: Axis
    upright: Axis
    beyond_name: str
    standard: Line | None = None
    median: Line | None = None


def histogram(frame: Frame, data: Histogram) -> str:
    step = data.edges[-1] - data.edges[-2]
    end = data.edges[-1] + (step if data.beyond else 0.0)
    most = max([*data.counts, data.beyond, 1])
    marks = ticks(0, most, 5)
    marks = marks if marks[-1] >= most else [*marks, 2 * marks[-1] - marks[-2]]
    marks = [mark for mark in marks if mark == round(mark)]
    left = room_for(marks, data.upright, frame.locale)
    plot = Plot.sized(frame, _HEIGHT, left=left)
    x = Linear(data.edges[0], end, plot.left, plot.right)
    y = Linear(0, marks[-1], plot.bottom, plot.top + 32)
    plot.upright(data.upright, y, marks)
    bars = [*zip(data.edges, data.edges[1:], data.counts, strict=False)]
    if data.beyond:
        bars.append((data.edges[-1], end, data.beyond))
    for low, high, count in bars:
        late = data.standard is not None and low >= data.standard.value
        ends = data.beyond_name if low == data.edges[-1] else number(high, frame.locale, data.across.digits)
        said = f"{number(low, frame.locale, data.across.digits)}–{ends}: {count}"
        corner = (x(low) + 0.5, y(count))
        plot.drawing.rect(corner, x(high) - x(low) - 1, plot.bottom - y(count), VERMILION if late else BLUE, title=said)
    across = ticks(data.edges[0], data.edges[-1], 5 if frame.is_narrow else 9)
    plot.across(data.across, x, across)
    if data.beyond:
        middle = (x(data.edges[-1]) + x(end)) / 2
        place = min(middle, frame.width - width_of(data.beyond_name) / 2)
        if place - width_of(data.beyond_name) / 2 > x(across[-1]) + 10:
            plot.drawing.text((place, plot.bottom + 17), data.beyond_name, anchor="middle")
    lines = [line for line in (data.standard, data.median) if line is not None]
    _line(plot, x, data.standard, plot.top + 11, dash="", others=lines)
    _line(plot, x, data.median, plot.top + 25, dash="5 4", others=lines)
    return plot.drawing.svg()


def _line(plot: Plot, x: Linear, line: Line | None, y: float, *, dash: str, others: Sequence[Line]) -> None:
    """With its name to the right, or to the left where that would run out of the chart or over another line."""
    if line is None:
        return
    place = x(line.value)
    plot.drawing.line((place, y - 10), (place, plot.bottom), SURFACE, width=4)
    plot.drawing.line((place, y - 10), (place, plot.bottom), INK, width=2, dash=dash)
    room = 6 + width_of(line.name)
    is_crossed = any(place < x(other.value) < place + room for other in others) and place - room >= plot.left
    fits = place + room <= plot.right and not is_crossed
    plot.drawing.text(
        (place + 6 if fits else place - 6, y),
        line.name,
        anchor="start" if fits else "end",
        colour=INK,
        weight=700,
        halo=True,
    )

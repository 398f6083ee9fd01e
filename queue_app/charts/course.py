"""A figure over time: control charts (XmR, EWMA) with their limits and signals, and trends with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

from queue_app.charts.drawing import SMALL, Frame, shortened
from queue_app.charts.numbers import number
from queue_app.charts.palette import AXIS, BLUE, GREEN, INK, SOFT, VERMILION
from queue_app.charts.plot import Axis, Plot, room_for
from queue_app.charts.scale import Linear, rounded_range, ticks

_HEIGHT = 230.0
_ROW = 18.0
_BAND = "#dce8f1"


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """A figure of one time. ``value`` None: no data, the line breaks. ``low`` to ``high``: its interval, or a control
    chart's limits there. ``signal``: unusual by the chart's rules, a diamond.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    signal: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened at the point with this number: an upright line, and its text below the chart."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Course:
    """``limits``: low and high are a control chart's limits, dashed; otherwise they are intervals, a band. ``centre``
    is the mean line, ``target`` the standard, each with its name.
    """

    points: Sequence[CoursePoint]
    upright: Axis
    limits: bool = False
    centre: float | None = None
    target: float | None = None
    target_name: str = ""
    notes: Sequence[Note] = ()
    at_zero: bool = False


def course(frame: Frame, data: Course) -> str:
    """Points from left to right, at equal distances: days, weeks or months as the caller has them."""
    figures = [v for p in data.points for v in (p.value, p.low, p.high) if v is not None]
    figures += [v for v in (data.centre, data.target) if v is not None]
    low, high = rounded_range(figures, at_zero=data.at_zero)
    marks = ticks(low, high, 5)
    left = room_for(marks, data.upright, frame.locale)
    plot = Plot.sized(frame, _HEIGHT, left=left, below=_ROW * len(data.notes))
    y = Linear(low, high, plot.bottom, plot.top + 8)
    apart = Linear(-0.5, max(len(data.points) - 0.5, 0.5), plot.left, plot.right)
    places = [apart(n) for n in range(len(data.points))]
    runs = _runs(data.points)
    if not data.limits:
        _band(plot, places, y, runs, data.points)
    plot.upright(data.upright, y, marks)
    plot.labels_below([point.label for point in data.points], places)
    if data.limits:
        _limit_lines(plot, places, y, data.points)
    if data.centre is not None:
        plot.drawing.line((plot.left, y(data.centre)), (plot.right, y(data.centre)), GREEN, width=1.5)
    if data.target is not None:
        plot.drawing.line((plot.left, y(data.target)), (plot.right, y(data.target)), INK, width=1.5, dash="2 3")
    for run in runs:
        plot.drawing.path([(places[n], y(v)) for n, v in run], BLUE)
    _marks(plot, places, y, data)
    if data.target is not None:
        above = (plot.right - 2, y(data.target) - 5)
        plot.drawing.text(above, data.target_name, anchor="end", colour=INK, weight=700, halo=True)
    _notes(plot, places, data.notes)
    return plot.drawing.svg()


def _runs(points: Sequence[CoursePoint]) -> list[list[tuple[int, float]]]:
    """Points that follow one another without a gap."""
    runs: list[list[tuple[int, float]]] = [[]]
    for n, point in enumerate(points):
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append((n, point.value))
    return [run for run in runs if run]


def _band(
    plot: Plot,
    places: Sequence[float],
    y: Linear,
    runs: Sequence[Sequence[tuple[int, float]]],
    points: Sequence[CoursePoint],
) -> None:
    for run in runs:
        known = [(places[n], points[n].low, points[n].high) for n, _ in run]
        ends = [(x, low, high) for x, low, high in known if low is not None and high is not None]
        upper = [(x, y(high)) for x, _, high in ends]
        lower = [(x, y(low)) for x, low, _ in ends]
        plot.drawing.area([*upper, *reversed(lower)], _BAND)
        if len(ends) == 1:
            plot.drawing.line(upper[0], lower[0], BLUE, width=2)


def _limit_lines(plot: Plot, places: Sequence[float], y: Linear, points: Sequence[CoursePoint]) -> None:
    for ends in ([point.low for point in points], [point.high for point in points]):
        line = [(x, y(end)) for x, end in zip(places, ends, strict=True) if end is not None]
        if line:
            line = [(plot.left, line[0][1]), *line, (plot.right, line[-1][1])]
        plot.drawing.path(line, AXIS, width=1.5, dash="5 4")


def _marks(plot: Plot, places: Sequence[float], y: Linear, data: Course) -> None:
    locale = plot.drawing.frame.locale
    small = len(data.points) > 45
    for x, point in zip(places, data.points, strict=True):
        if point.value is None:
            continue
        said = f"{point.label}: {number(point.value, locale, data.upright.digits)}"
        if point.signal:
            plot.drawing.diamond((x, y(point.value)), 7, VERMILION, title=said)
        else:
            plot.drawing.circle((x, y(point.value)), 2.5 if small else 4, BLUE, title=said)


def _notes(plot: Plot, places: Sequence[float], notes: Sequence[Note]) -> None:
    drawing = plot.drawing
    for n, note in enumerate(notes, start=1):
        x = places[note.at]
        drawing.line((x, plot.top + 8), (x, plot.bottom), SOFT, width=1, dash="1 3")
        drawing.circle((x, plot.top + 4), 8, SOFT, title=note.text)
        drawing.text((x, plot.top + 8), str(n), anchor="middle", size=11, colour="#ffffff", weight=700)
        y = drawing.height - _ROW * (len(notes) - n) - 6
        drawing.text((4, y), shortened(f"{n}. {note.text}", drawing.frame.width - 8), size=SMALL, colour=INK)

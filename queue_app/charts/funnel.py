"""A funnel plot (Spiegelhalter 2005): each officer's difference against how much is known of it, with the limits within
which chance alone would leave it. It asks "is this unusual?" and ranks nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from queue_app.charts.drawing import Frame, width_of
from queue_app.charts.numbers import number
from queue_app.charts.palette import AXIS, BLUE, BLUE_SOFT, INK, SOFT, VERMILION
from queue_app.charts.plot import Axis, Plot, room_for
from queue_app.charts.scale import Linear, Log, Scale, index_ticks, log_ticks, ticks

_HEIGHT = 320.0
_LEGEND = 40.0


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """``value`` after ``n`` visits; ``outside``: beyond the wide limits, drawn as a diamond and named."""

    name: str
    n: float
    value: float
    outside: bool


@dataclass(frozen=True, slots=True)
class FunnelLimits:
    """The limits at ``n``: of 95 % and of 99.8 %."""

    n: float
    low95: float
    high95: float
    low998: float
    high998: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """``limits`` in order of ``n``. ``by_ratio``: the upright axis is an index, by ratios around ``centre``."""

    points: Sequence[FunnelPoint]
    limits: Sequence[FunnelLimits]
    centre: float
    across: Axis
    upright: Axis
    inner_name: str
    outer_name: str
    by_ratio: bool = True


def funnel(frame: Frame, data: Funnel) -> str:
    values = [point.value for point in data.points]
    values += [end for limit in data.limits for end in (limit.low95, limit.high95)]
    low, high = min([*values, data.centre]), max([*values, data.centre])
    if data.by_ratio:
        low, high = max(min(low, 80.0), 20.0), min(max(high, 125.0), 500.0)
        marks = index_ticks(low, high)
    else:
        marks = ticks(low, high, 6)
    left = room_for(marks, data.upright, frame.locale)
    plot = Plot.sized(frame, _HEIGHT, left=left, below=_LEGEND)
    y: Scale = (
        Log(low * 0.97, high * 1.03, plot.bottom, plot.top)
        if data.by_ratio
        else Linear(low, high if high > low else low + 1, plot.bottom, plot.top)
    )
    sizes = [point.n for point in data.points] + [limit.n for limit in data.limits]
    least, most = max(min(sizes, default=1), 1), max(sizes, default=10)
    x = Log(least * 0.9, max(most, least * 1.5) * 1.1, plot.left, plot.right)
    _limits(plot, x, y, data.limits)
    plot.upright(data.upright, y, marks)
    plot.drawing.line((plot.left, y(data.centre)), (plot.right, y(data.centre)), INK, width=1.5)
    plot.across(data.across, x, _spread(log_ticks(x.low, x.high), x))
    for point in data.points:
        _point(plot, x, y, point, data.upright)
    _legend(plot, data)
    return plot.drawing.svg()


def _limits(plot: Plot, x: Log, y: Scale, limits: Sequence[FunnelLimits]) -> None:
    upper = [(x(limit.n), y(limit.high95)) for limit in limits]
    lower = [(x(limit.n), y(limit.low95)) for limit in limits]
    plot.drawing.area([*upper, *reversed(lower)], "#eaf2f7")
    for side in (upper, lower):
        plot.drawing.path(side, BLUE_SOFT, width=1.5)
    plot.drawing.path([(x(limit.n), y(limit.high998)) for limit in limits], AXIS, width=1.5, dash="5 4")
    plot.drawing.path([(x(limit.n), y(limit.low998)) for limit in limits], AXIS, width=1.5, dash="5 4")


def _point(plot: Plot, x: Log, y: Scale, point: FunnelPoint, axis: Axis) -> None:
    place = (x(point.n), y(point.value))
    locale = plot.drawing.frame.locale
    said = f"{point.name}: {number(point.value, locale, axis.digits)}, n = {number(point.n, locale)}"
    if not point.outside:
        plot.drawing.circle(place, 5, BLUE, title=said)
        return
    plot.drawing.diamond(place, 7.5, VERMILION, title=said)
    fits = place[0] + 11 + width_of(point.name) <= plot.drawing.frame.width
    beside = (place[0] + 11 if fits else place[0] - 11, place[1] + 4)
    plot.drawing.text(beside, point.name, anchor="start" if fits else "end", colour=INK, weight=700, halo=True)


def _spread(marks: Sequence[float], x: Log) -> list[float]:
    """Marks that do not touch one another."""
    kept: list[float] = []
    for mark in marks:
        if not kept or x(mark) - x(kept[-1]) > 34:
            kept.append(mark)
    return kept


def _legend(plot: Plot, data: Funnel) -> None:
    y = plot.drawing.height - _LEGEND + 14
    plot.drawing.rect((plot.left, y - 9), 18, 10, "#eaf2f7", stroke=BLUE_SOFT)
    plot.drawing.text((plot.left + 24, y), data.inner_name, colour=SOFT)
    after = plot.left + 24 + width_of(data.inner_name) + 18
    if after + 24 + width_of(data.outer_name) > plot.drawing.frame.width:
        after, y = plot.left, y + 18
    plot.drawing.line((after, y - 4), (after + 18, y - 4), AXIS, width=1.5, dash="5 4")
    plot.drawing.text((after + 24, y), data.outer_name, colour=SOFT)

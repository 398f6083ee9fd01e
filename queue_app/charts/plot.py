"""A plot with two axes: its box inside the drawing, the lines across it and what is written beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from queue_app.charts.drawing import SMALL, Drawing, Frame, width_of
from queue_app.charts.numbers import number
from queue_app.charts.palette import AXIS, GRID, INK
from queue_app.charts.scale import Scale

_TOP = 26.0
_BOTTOM = 46.0
_RIGHT = 12.0


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis is called, unit included ("menit layanan"), and the decimals of its figures."""

    name: str
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Plot:
    """The box that the data stand in, in units of the drawing. The name of the upright axis stands above it."""

    drawing: Drawing
    left: float
    right: float
    top: float
    bottom: float

    @classmethod
    def sized(cls, frame: Frame, height: float, *, left: float, right: float = _RIGHT, below: float = 0.0) -> "Plot":
        """A plot ``height`` high in all, with ``left`` for what is written beside it and ``below`` for a legend."""
        drawing = Drawing(frame, height + below)
        return cls(drawing, left, frame.width - right, _TOP, height - _BOTTOM)

    def upright(self, axis: Axis, scale: Scale, marks: Sequence[float]) -> None:
        """Lines across at the marks, their figures to the left, the axis' name above."""
        for mark in marks:
            y = scale(mark)
            self.drawing.line((self.left, y), (self.right, y), GRID)
            text = number(mark, self.drawing.frame.locale, _digits(axis, marks))
            self.drawing.text((self.left - 6, y + 4), text, anchor="end")
        self.drawing.text((2, 13), axis.name, colour=INK, room=self.drawing.frame.width)

    def across(self, axis: Axis, scale: Scale, marks: Sequence[float]) -> None:
        """The line below with its marks, their figures and the axis' name."""
        self.drawing.line((self.left, self.bottom), (self.right, self.bottom), AXIS)
        for mark in marks:
            x = scale(mark)
            self.drawing.line((x, self.bottom), (x, self.bottom + 4), AXIS)
            text = number(mark, self.drawing.frame.locale, _digits(axis, marks))
            self.drawing.text((x, self.bottom + 17), text, anchor="middle")
        self.name_below(axis.name)

    def name_below(self, name: str) -> None:
        middle = (self.left + self.right) / 2
        self.drawing.text((middle, self.bottom + 36), name, anchor="middle", colour=INK, room=self.drawing.frame.width)

    def labels_below(self, labels: Sequence[str], places: Sequence[float]) -> None:
        """As many of the labels as have room, the last one always among them."""
        self.drawing.line((self.left, self.bottom), (self.right, self.bottom), AXIS)
        room = max((width_of(label, SMALL) for label in labels), default=0.0) + 12
        written = self.drawing.frame.width + room
        for label, x in reversed(list(zip(labels, places, strict=True))):
            if written - x >= room:
                half = width_of(label, SMALL) / 2
                middle = min(max(x, half), self.drawing.frame.width - half)
                self.drawing.line((x, self.bottom), (x, self.bottom + 4), AXIS)
                self.drawing.text((middle, self.bottom + 17), label, anchor="middle")
                written = x


def room_for(marks: Sequence[float], axis: Axis, locale: str) -> float:
    """The width that the figures of an upright axis need beside the plot."""
    return max((width_of(number(mark, locale, _digits(axis, marks))) for mark in marks), default=0.0) + 12


def _digits(axis: Axis, marks: Sequence[float]) -> int:
    """As the axis says, and one decimal where whole numbers would write two marks alike."""
    return axis.digits or int(any(mark != round(mark) for mark in marks))

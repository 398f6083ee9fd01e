"""From a figure to a place in the drawing, and which figures are written on an axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log, log10

_LOG_STEPS = (1, 2, 5)
_INDEX_TICKS = (25, 33, 50, 67, 80, 100, 125, 150, 200, 300, 400)


@dataclass(frozen=True, slots=True)
class Linear:
    """``low`` stands at ``start``, ``high`` at ``end``; what lies beyond stands at the edge."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        part = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Log:
    """As ``Linear``, by ratios; ``low`` is above 0."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        part = log(min(max(value, self.low), self.high) / self.low) / log(self.high / self.low)
        return self.start + part * (self.end - self.start)


Scale = Linear | Log


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round figures from ``low`` to ``high``, about ``most`` of them: steps of 1, 2 or 5 times a power of ten."""
    if high <= low:
        return [low]
    rough = (high - low) / max(most - 1, 1)
    power = 10 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """1, 2, 5, 10, 20 and so on, from ``low`` to ``high``."""
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    return [10.0**power * step for power in powers for step in _LOG_STEPS if low <= 10.0**power * step <= high]


def index_ticks(low: float, high: float) -> list[float]:
    """Indices written on an axis by ratios around 100, few enough to be read."""
    inside = [float(tick) for tick in _INDEX_TICKS if low <= tick <= high]
    return inside if len(inside) <= 6 else [tick for tick in inside if tick in (25, 50, 100, 200, 400)]


def rounded_range(values: Sequence[float], *, at_zero: bool = False) -> tuple[float, float]:
    """A range that holds all values, with ends that can be written; of no or equal values, one around them."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if at_zero:
        low = min(low, 0.0)
    if high <= low:
        low, high = (low, low + 1.0) if at_zero else (low - 1.0, high + 1.0)
    marks = ticks(low, high, 5)
    step = marks[1] - marks[0] if len(marks) > 1 else high - low
    return floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step

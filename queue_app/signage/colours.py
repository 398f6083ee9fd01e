"""Whether two colours can be told apart, and the nearest that can. Pure.

Contrast is that of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio), from 1 to 21: text needs 4.5, large
letters and shapes need 3.
"""

import colorsys
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

TEXT = 4.5
SHAPE = 3.0
ON_BRAND = "#ffffff"
"""The letters on the office's first colour,"""
ON_ACCENT = "#1a1405"
"""and those on its second."""

_COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII)
_STEPS = 400


@dataclass(frozen=True, slots=True)
class TooClose:
    """A pair that cannot be told apart well: ``part`` is ``brand``, ``accent`` or ``pair`` (accent beside brand).

    ``nearest``: the colour nearest to the one that was wanted, of the same hue, which passes.
    """

    part: str
    ratio: float
    needed: float
    nearest: str


def is_colour(text: str) -> bool:
    """Whether it is written as ``#rrggbb``, in small letters."""
    return _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def judged(brand: str, accent: str) -> TooClose | None:
    """What is wrong with an office's two colours; None when nothing is."""
    if (ratio := contrast(brand, ON_BRAND)) < TEXT:
        nearest = _nearest(brand, lambda colour: contrast(colour, ON_BRAND) >= TEXT)
        return TooClose("brand", ratio, TEXT, nearest)
    if (ratio := contrast(accent, ON_ACCENT)) < TEXT:
        return TooClose("accent", ratio, TEXT, _nearest(accent, lambda colour: _accent_passes(colour, brand)))
    if (ratio := contrast(accent, brand)) < SHAPE:
        return TooClose("pair", ratio, SHAPE, _nearest(accent, lambda colour: _accent_passes(colour, brand)))
    return None


def _accent_passes(colour: str, brand: str) -> bool:
    return contrast(colour, ON_ACCENT) >= TEXT and contrast(colour, brand) >= SHAPE


def _nearest(colour: str, passes: Callable[[str], bool]) -> str:
    """Of the colours of the same hue and saturation, the one of the nearest lightness that passes.

    White passes as an accent beside every brand that passes, and black as a brand: there is always one.
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    for step in range(_STEPS + 1):
        for changed in (lightness - step / _STEPS, lightness + step / _STEPS):
            found = _hex(colorsys.hls_to_rgb(hue, min(1.0, max(0.0, changed)), saturation))
            if passes(found):
                return found
    raise ValueError("no colour passes")


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _hex(channels: Sequence[float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

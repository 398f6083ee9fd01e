"""Colours of the charts. Told apart by everybody: what a colour says is also said by place, shape or text.

Blue and vermilion stay apart under every common colour blindness (Okabe and Ito 2008); the steps of a heat map differ
in lightness, so they survive a black-and-white printer. All are written out, so that a page, a PDF and a PNG agree
without a style sheet.
"""

INK = "#18221f"
SOFT = "#51605b"
GRID = "#ddd8cc"
AXIS = "#7b837f"
SURFACE = "#ffffff"
SUNK = "#efece4"

BLUE = "#1f5480"
BLUE_SOFT = "#c9dcec"
VERMILION = "#b3470f"
VERMILION_SOFT = "#f4d3bd"
GREEN = "#0b5848"
PLUM = "#6a3a6f"

STEPS = ("#eaf2f7", "#c4dceb", "#8fbcd8", "#5693bb", "#2c6a97", "#123f61")
"""From little to much."""

DARK_FROM = 4
"""The first of STEPS that needs white letters."""

PARTS = (BLUE, "#8fbcd8", "#d9d3c4", "#a98a4c", PLUM)
"""Parts of a whole, in the order in which they are named."""

PARTS_INK = (SURFACE, INK, INK, INK, SURFACE)

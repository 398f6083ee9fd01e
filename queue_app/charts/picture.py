"""A chart as a PNG, drawn from the very SVG that a page shows, with the pages' own font."""

import tempfile
from functools import cache
from pathlib import Path

_WOFF2 = (
    Path(__file__).parents[1]
    / "static/vendor/atkinson-hyperlegible-next-5.3.0/atkinson-hyperlegible-next-latin-wght-normal.woff2"
)
_FAMILY = "Atkinson Hyperlegible Next"


def to_png(svg: str, zoom: float = 2.0) -> bytes:
    """The picture on white, ``zoom`` pixels for each unit of the drawing. The first call prepares the font (half a
    second), later ones take some milliseconds. Raises ``ValueError`` for what is no SVG.
    """
    import resvg_py  # noqa: PLC0415 - only who asks for a picture loads the library

    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=zoom,
        background="#ffffff",
        font_files=[str(_font())],
        font_family=_FAMILY,
        sans_serif_family=_FAMILY,
        skip_system_fonts=True,
    )


@cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    """Kept until the process ends, which removes it."""
    return tempfile.TemporaryDirectory(prefix="antrean-font-")


@cache
def _font() -> Path:
    """The pages' font unpacked: resvg reads no WOFF2."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - see above

    path = Path(_folder().name) / "font.ttf"
    with TTFont(_WOFF2) as font:
        font.flavor = None
        font.save(path)
    return path

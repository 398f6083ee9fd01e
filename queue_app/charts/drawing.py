"""A chart as SVG: the few shapes that the charts need, texts escaped, colours written out.

Everything that says how a thing looks is a presentation attribute: no style sheet and no ``style=``, which the pages'
content security policy would refuse, and so the same text is shown by a browser, embedded in a PDF and made a PNG.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from queue_app.charts.palette import INK, SOFT, SURFACE

WIDE = 640
"""Width of a chart on a desk and on paper, in units of the drawing; letters are 13 units high."""

NARROW = 328
"""Width on a phone, where the same letters stay as large."""

FONT = "'Atkinson Hyperlegible Next Variable', 'Atkinson Hyperlegible Next', system-ui, sans-serif"
TEXT = 13.0
SMALL = 12.0
_LETTER = 0.53
_HEADING = 30.0
_FOOT = 22.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """What every chart has. ``title`` and ``description`` are read aloud; the description says in a sentence or two
    what is seen. ``headed`` writes the title, ``foot`` a line below, into a picture that goes out alone.
    """

    title: str
    description: str
    locale: str = "id"
    width: int = WIDE
    headed: bool = False
    foot: str = ""

    @property
    def is_narrow(self) -> bool:
        return self.width < 480


@dataclass(slots=True)
class Drawing:
    """Shapes are added in the order in which they are painted; ``height`` is that of the chart without heading."""

    frame: Frame
    height: float
    _shapes: list[str] = field(default_factory=list)

    def line(
        self, start: Point, end: Point, colour: str, *, width: float = 1.0, dash: str = "", title: str = ""
    ) -> None:
        ends = f'x1="{_n(start[0])}" y1="{_n(start[1])}" x2="{_n(end[0])}" y2="{_n(end[1])}"'
        self._add("line", f'{ends} stroke="{colour}" stroke-width="{_n(width)}"{_dashed(dash)}', title)

    def rect(
        self,
        corner: Point,
        width: float,
        height: float,
        fill: str,
        *,
        stroke: str = "",
        dash: str = "",
        title: str = "",
    ) -> None:
        place = f'x="{_n(corner[0])}" y="{_n(corner[1])}" width="{_n(max(width, 0))}" height="{_n(max(height, 0))}"'
        edge = f' stroke="{stroke}"{_dashed(dash)}' if stroke else ""
        self._add("rect", f'{place} fill="{fill}"{edge}', title)

    def circle(self, centre: Point, radius: float, fill: str, *, stroke: str = SURFACE, title: str = "") -> None:
        place = f'cx="{_n(centre[0])}" cy="{_n(centre[1])}" r="{_n(radius)}"'
        self._add("circle", f'{place} fill="{fill}" stroke="{stroke}" stroke-width="1.5"', title)

    def diamond(self, centre: Point, radius: float, fill: str, *, title: str = "") -> None:
        """A mark that differs from a circle by its shape as well."""
        x, y = centre
        corners = ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y))
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in corners)
        self._add("polygon", f'points="{points}" fill="{fill}" stroke="{SURFACE}" stroke-width="1.5"', title)

    def path(self, points: Sequence[Point], colour: str, *, width: float = 2.0, dash: str = "") -> None:
        """A line through the points, in their order."""
        if len(points) > 1:
            shape = f'points="{_points(points)}" fill="none" stroke="{colour}" stroke-width="{_n(width)}"'
            self._add("polyline", f'{shape} stroke-linejoin="round"{_dashed(dash)}')

    def area(self, points: Sequence[Point], fill: str) -> None:
        if len(points) > 2:
            self._add("polygon", f'points="{_points(points)}" fill="{fill}"')

    def text(
        self,
        place: Point,
        content: str,
        *,
        anchor: str = "start",
        size: float = SMALL,
        colour: str = SOFT,
        weight: int = 400,
        room: float | None = None,
        halo: bool = False,
    ) -> None:
        """``room``: the width to stay within; what is longer ends in an ellipsis and is whole in its title. ``halo``:
        with a white edge, to be read across lines.
        """
        said = content if room is None else shortened(content, room, size)
        if halo:
            look = f'stroke="{SURFACE}" stroke-width="4" stroke-linejoin="round" font-weight="{weight}"'
            self._shapes.append(
                f'<text x="{_n(place[0])}" y="{_n(place[1])}" text-anchor="{anchor}" font-size="{_n(size)}" {look} '
                f'aria-hidden="true">{escape(said)}</text>'
            )
        look = f'text-anchor="{anchor}" font-size="{_n(size)}" fill="{colour}"' + (
            f' font-weight="{weight}"' if weight != 400 else ""
        )
        whole = f"<title>{escape(content)}</title>" if said != content else ""
        place_text = f'x="{_n(place[0])}" y="{_n(place[1])}"'
        self._shapes.append(f"<text {place_text} {look}>{whole}{escape(said)}</text>")

    def svg(self) -> str:
        """The whole chart. Its size is the width and height of its box; a style sheet may make it fluid."""
        frame = self.frame
        above = _HEADING if frame.headed else 0.0
        height = self.height + above + (_FOOT if frame.foot else 0.0)
        size = f'width="{frame.width}" height="{_n(height)}" viewBox="0 0 {frame.width} {_n(height)}"'
        named = f'role="img" aria-label="{escape(frame.title)}. {escape(frame.description)}"'
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" {size} {named} font-family="{FONT}" '
            f'lang="{frame.locale}">',
            f"<title>{escape(frame.title)}</title><desc>{escape(frame.description)}</desc>",
        ]
        if frame.headed:
            heading = shortened(frame.title, frame.width - 8, 16)
            parts.append(
                f'<text x="4" y="18" font-size="16" font-weight="700" fill="{INK}">{escape(heading)}</text>'
                f'<g transform="translate(0 {_n(above)})">'
            )
        parts += self._shapes
        if frame.headed:
            parts.append("</g>")
        if frame.foot:
            foot = shortened(frame.foot, frame.width - 8, SMALL)
            parts.append(
                f'<text x="4" y="{_n(height - 6)}" font-size="{_n(SMALL)}" fill="{SOFT}">{escape(foot)}</text>'
            )
        return "".join([*parts, "</svg>"])

    def _add(self, shape: str, attributes: str, title: str = "") -> None:
        if title:
            self._shapes.append(f"<{shape} {attributes}><title>{escape(title)}</title></{shape}>")
        else:
            self._shapes.append(f"<{shape} {attributes}/>")


def width_of(text: str, size: float = SMALL) -> float:
    """About how wide a text is, in units of the drawing: nothing here can measure a font."""
    return len(text) * size * _LETTER


def shortened(text: str, room: float, size: float = SMALL) -> str:
    """The text, or as much of it as fits into ``room`` with an ellipsis."""
    if width_of(text, size) <= room:
        return text
    letters = max(int(room / (size * _LETTER)) - 1, 1)
    return text[:letters].rstrip() + "…"


def _dashed(dash: str) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(value: float) -> str:
    """A coordinate to a tenth, without a needless zero."""
    return f"{value:.1f}".removesuffix(".0")

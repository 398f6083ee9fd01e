"""Charts: what is drawn, and that nothing else can get into the drawing."""

import io
from xml.etree import ElementTree

import pytest
from PIL import Image

from queue_app.charts import (
    NARROW,
    WIDE,
    Axis,
    Cell,
    Course,
    CoursePoint,
    Frame,
    Funnel,
    FunnelLimits,
    FunnelPoint,
    Heat,
    Histogram,
    Line,
    Note,
    Row,
    Whole,
    bars,
    course,
    funnel,
    heat_map,
    histogram,
    intervals,
    stacked,
    to_png,
)
from queue_app.charts.numbers import number, percent
from queue_app.charts.scale import Linear, Log, index_ticks, log_ticks, rounded_range, ticks

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("x")</script> & co'


def frame(width: int = WIDE, title: str = "Waktu tunggu") -> Frame:
    return Frame(title, "Turun sejak Maret.", "id", width, headed=True, foot="1–30 November 2026")


def all_charts(of: Frame, name: str = "Siti") -> list[str]:
    """Each kind once, with little in it, with ``name`` wherever somebody else's text can stand."""
    limits = [FunnelLimits(n, 100 - 90 / n, 100 + 90 / n, 100 - 95 / n, 100 + 150 / n) for n in (1, 10, 100)]
    across, upright = Axis("menit"), Axis(name)
    points = [
        CoursePoint("1 Nov", 3.0, 2.0, 4.0),
        CoursePoint("2 Nov", None),
        CoursePoint("3 Nov", 9.0, 2.0, 4.0, True),
    ]
    return [
        heat_map(of, Heat([name], ["08.00"], [[Cell(12.0, 9)]], "menit", "orang")),
        histogram(of, Histogram([0, 5, 10], [3, 1], 2, across, upright, "lebih", Line(7, name), Line(4, "tengah"))),
        funnel(of, Funnel([FunnelPoint(name, 50, 130, True)], limits, 100, Axis("n"), upright, "95", "99,8")),
        course(of, Course(points, upright, limits=True, centre=3.0, target=5.0, notes=[Note(1, name)])),
        course(of, Course(points, upright, at_zero=True)),
        bars(of, [Row(name, 3.4, 3.2, 3.6), Row("x", None, without=name)], low=1, high=4),
        intervals(of, [Row(name, 120, 100, 140), Row("x", None, without=name)]),
        stacked(of, [Whole(name, (1, 2)), Whole("x", (0, 0))], [name, "jeda"]),
    ]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_each_chart_is_an_image_with_name_and_description_and_stays_in_its_box(width: int) -> None:
    for svg in all_charts(frame(width)):
        root = ElementTree.fromstring(svg)
        assert root.get("role") == "img"
        assert root.get("aria-label") == "Waktu tunggu. Turun sejak Maret."
        assert root.findtext(f"{SVG}desc") == "Turun sejak Maret."
        height = float(root.get("height", 0))
        for shape in root.iter(f"{SVG}rect"):
            assert float(shape.get("x", 0)) + float(shape.get("width", 0)) <= width + 0.1
            assert float(shape.get("y", 0)) + float(shape.get("height", 0)) <= height


def test_what_somebody_else_typed_is_text_and_nothing_in_it_is_a_style() -> None:
    for svg in all_charts(Frame(HOSTILE, HOSTILE), HOSTILE):
        root = ElementTree.fromstring(svg)
        assert not [shape for shape in root.iter() if shape.tag.endswith("script") or "style" in shape.attrib]
        assert root.findtext(f"{SVG}title") == HOSTILE


def test_a_chart_without_data_is_still_a_chart() -> None:
    empty = frame()
    for svg in (
        heat_map(empty, Heat([], [], [], "menit", "orang")),
        funnel(empty, Funnel([], [], 100, Axis("n"), Axis("indeks"), "95", "99,8")),
        course(empty, Course([], Axis("menit"))),
        course(empty, Course([CoursePoint("1 Nov", None)], Axis("menit"))),
        bars(empty, [], low=1, high=4),
        intervals(empty, []),
        stacked(empty, [], []),
        histogram(empty, Histogram([0, 1], [0], 0, Axis("menit"), Axis("n"), "lebih")),
    ):
        ElementTree.fromstring(svg)


def test_no_data_breaks_the_line_and_is_not_drawn_at_zero() -> None:
    svg = course(frame(), Course([CoursePoint(str(n), v) for n, v in enumerate((3.0, 4.0, None, 5.0, 4.0))], Axis("m")))
    lines = [line.get("points", "").split() for line in ElementTree.fromstring(svg).iter(f"{SVG}polyline")]
    assert [len(line) for line in lines] == [2, 2]


def test_few_are_shown_without_a_colour_that_claims_much() -> None:
    svg = heat_map(frame(), Heat(["Senin"], ["08.00", "09.00"], [[Cell(30.0, 40), Cell(30.0, 2)]], "menit", "orang"))
    cells = [r for r in ElementTree.fromstring(svg).iter(f"{SVG}rect") if r.find(f"{SVG}title") is not None]
    assert [cell.get("fill") == "#ffffff" for cell in cells] == [False, True]
    assert cells[1].findtext(f"{SVG}title") == "Senin 09.00: 30 menit (2 orang)"


def test_a_phone_has_weekdays_across_and_hours_down() -> None:
    heat = Heat(["Senin"], ["08.00", "09.00"], [[Cell(1.0, 9), Cell(2.0, 9)]], "menit", "orang")

    def places(width: int) -> set[str | None]:
        root = ElementTree.fromstring(heat_map(frame(width), heat))
        return {r.get("x") for r in root.iter(f"{SVG}rect") if r.find(f"{SVG}title") is not None}

    assert (len(places(WIDE)), len(places(NARROW))) == (2, 1)


def test_signals_differ_by_shape_not_by_colour_alone() -> None:
    points = [CoursePoint("1", 3.0), CoursePoint("2", 9.0, signal=True)]
    root = ElementTree.fromstring(course(frame(), Course(points, Axis("menit"), limits=True)))
    titled = [shape.tag.removeprefix(SVG) for shape in root.iter() if shape.find(f"{SVG}title") is not None]
    assert titled[1:] == ["circle", "polygon"]


def test_the_picture_is_the_same_chart() -> None:
    picture = Image.open(io.BytesIO(to_png(all_charts(frame())[0], zoom=2)))
    assert picture.format == "PNG"
    assert picture.width == 2 * WIDE
    assert len(picture.convert("L").getcolors() or []) > 20  # letters and cells, not an empty sheet


def test_numbers_are_written_as_people_write_them() -> None:
    assert [number(v, "id", 1) for v in (1234.56, 0.04, -0.01, None)] == ["1.234,6", "0,0", "0,0", "–"]
    assert percent(0.125, "id") == "12,5\N{NO-BREAK SPACE}%"
    assert percent(0.125, "en") == "12.5%"
    assert percent(None, "id") == "–"


def test_axes_have_round_figures() -> None:
    assert ticks(0, 47, 6) == [0, 10, 20, 30, 40]
    assert ticks(0.2, 0.9, 5) == [0.2, 0.4, 0.6, 0.8]
    assert log_ticks(8, 600) == [10, 20, 50, 100, 200, 500]
    assert index_ticks(60, 170) == [67, 80, 100, 125, 150]
    assert rounded_range([3, 17]) == (0, 20)
    assert rounded_range([])[0] < rounded_range([])[1]
    assert Linear(0, 10, 100, 0)(25) == 0
    assert Log(50, 200, 0, 100)(100) == pytest.approx(50)

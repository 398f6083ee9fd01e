"""Days before and after: what was, what came, what would have been; nothing of a name is markup."""

from queue_app.charts import NARROW, Axis, BeforeAfter, DayDot, Frame, before_after

DOTS = [DayDot(n, f"{n} Jan", 8.0 - 3 * (n > 5), 8.0 - 3 * (n > 5), 8.0, after=n > 5) for n in (1, 2, 3, 8, 9)]
DATA = BeforeAfter(DOTS, 6, "<Pelatihan>", Axis("menit"), ("Hari", "Terjadi", "Tanpa"))


def test_both_lines_stop_at_the_date_and_the_other_goes_on_dashed() -> None:
    svg = before_after(Frame("Waktu", "Turun."), DATA)
    assert svg.count("<polyline") == 3
    assert svg.count('stroke-dasharray="6 4"') == 2  # the line without the change, and its legend
    assert svg.count("<circle") == len(DOTS) + 1
    assert "3 Jan: 8" in svg
    assert "&lt;Pelatihan&gt;" in svg
    assert "<Pelatihan>" not in svg


def test_a_phone_has_its_legend_in_rows_and_many_days_say_nothing_each() -> None:
    many = [DayDot(n, str(n), 1.0, 1.0, 1.0, after=n > 100) for n in range(200)]
    assert "<title>150:" not in before_after(Frame("", ""), BeforeAfter(many, 101, "", Axis(""), ("", "", "")))
    wide, narrow = (before_after(Frame("", "", width=width), DATA) for width in (640, NARROW))
    heights = [float(svg.split('height="')[1].split('"')[0]) for svg in (wide, narrow)]
    assert heights[1] > heights[0]

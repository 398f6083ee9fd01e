"""The dashboard's charts of waits within their target, and the tables behind them."""

from collections.abc import Mapping

from flask_babel import gettext

from queue_app import charts
from queue_app.charts import Axis, Course, CoursePoint, Row
from queue_app.dashboard import Dashboard
from queue_app.routes.chart import Shown, percents
from queue_app.routes.labels import day_month


def by_day(figures: Dashboard) -> Shown:
    points = [CoursePoint(day_month(day.day), *percents(day.in_time)) for day in figures.days]
    return Shown(
        "in-time",
        gettext("Menunggu dalam target dari hari ke hari"),
        gettext(
            "Persen orang yang dipanggil dalam target waktu tunggu layanannya. Bagian berwarna: rentang 95 persen."
        ),
        lambda frame: charts.course(frame, Course(points, Axis(gettext("persen")), at_zero=True)),
        [
            (
                gettext("Hari"),
                gettext("Orang yang dinilai"),
                gettext("Dalam target (persen)"),
                gettext("dari"),
                gettext("sampai"),
            ),
            *(
                (
                    day.day.isoformat(),
                    day.in_time.n,
                    *percents(day.in_time),
                )
                for day in figures.days
            ),
        ],
        all(not day.in_time.n for day in figures.days),
    )


def by_service(figures: Dashboard, names: Mapping[str, str]) -> Shown:
    """Beside the middle and the longest of nine in ten, and the target itself."""
    found = [(f"{code} {names.get(code, '')}".strip(), of) for code, of in figures.waits.items()]
    rows = [Row(name, *percents(of.in_time), without=gettext("tidak ada data")) for name, of in found]
    return Shown(
        "in-time-services",
        gettext("Menunggu dalam target menurut layanan"),
        gettext("Persen orang yang dipanggil dalam target waktu tunggu layanannya, dengan rentang 95 persen."),
        lambda frame: charts.bars(frame, rows, low=0, high=100, digits=1),
        [
            (
                gettext("Layanan"),
                gettext("Target (menit)"),
                gettext("Orang yang dinilai"),
                gettext("Dalam target (persen)"),
                gettext("dari"),
                gettext("sampai"),
                gettext("Orang dipanggil"),
                gettext("Waktu tengah (menit)"),
                gettext("9 dari 10 (menit)"),
            ),
            *(
                (
                    name,
                    _minutes(of.target_s),
                    of.in_time.n,
                    *percents(of.in_time),
                    len(of.wait_s),
                    _minutes(of.wait_s.median),
                    _minutes(of.wait_s.p90),
                )
                for name, of in found
            ),
        ],
        all(not of.in_time.n for _, of in found),
    )


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)

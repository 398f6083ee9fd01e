"""The dashboard's charts and the tables behind them: figures in the reader's words."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from flask_babel import gettext

from metrics.quantiles import NO_VALUES, Sample
from metrics.xmr import xmr
from queue_app import charts
from queue_app.charts import (
    Axis,
    Cell,
    Course,
    CoursePoint,
    Heat,
    Histogram,
    Line,
)
from queue_app.charts.numbers import number
from queue_app.dashboard import Dashboard, Occupied, Share
from queue_app.routes import officer_charts, wait_charts
from queue_app.routes.chart import Shown, percents
from queue_app.routes.labels import day_month, weekday_text
from queue_app.routes.language import language

_LAST_MINUTE = 40


def all_of(
    figures: Dashboard, occupied: Occupied, service: str, services: Mapping[str, str], names: dict[str, str]
) -> list[Shown]:
    """``service``: whose serve times are drawn; ``services``: what they are called, by code."""
    shown = [
        heat(figures),
        waits(figures),
        wait_charts.by_day(figures),
        wait_charts.by_service(figures, services),
        standard([(day.day, day.speed) for day in figures.days]),
        times(figures, service, services.get(service, service)),
    ]
    return [
        *shown,
        officer_charts.indices(figures, names),
        officer_charts.unusual(figures, names),
        officer_charts.occupied(occupied, names),
    ]


def heat(figures: Dashboard) -> Shown:
    hours = sorted({hour for _, hour in figures.heat})
    hours = list(range(hours[0], hours[-1] + 1)) if hours else []
    days = [weekday_text(day) for day in range(7)]
    cells = [[_cell(figures.heat.get((day, hour), NO_VALUES)) for hour in hours] for day in range(7)]
    rows = [
        (days[day], f"{hour:02d}:00", len(waits), _minutes(waits.median))
        for (day, hour), waits in sorted(figures.heat.items())
    ]
    return Shown(
        "heat",
        gettext("Waktu tunggu menurut hari dan jam datang"),
        gettext("Waktu tunggu tengah dalam menit. Sel pucat: kurang dari 5 orang. Garis: tidak ada data."),
        lambda frame: charts.heat_map(
            frame, Heat(days, [f"{hour:02d}" for hour in hours], cells, gettext("menit"), gettext("orang"))
        ),
        [(gettext("Hari"), gettext("Jam"), gettext("Orang"), gettext("Waktu tengah (menit)")), *rows],
        not rows,
    )


def waits(figures: Dashboard) -> Shown:
    known = [day for day in figures.days if day.wait_median_s is not None]
    chart = xmr([(day.wait_median_s or 0.0) / 60 for day in known])
    unusual_days = {day.day for day, signal in zip(known, chart.signals, strict=True) if signal} if chart else set()
    low, high = (max(chart.low, 0.0), chart.high) if chart else (None, None)
    points = [
        CoursePoint(day_month(day.day), _minutes(day.wait_median_s), low, high, day.day in unusual_days)
        for day in figures.days
    ]
    return Shown(
        "waits",
        gettext("Waktu tunggu dari hari ke hari"),
        gettext(
            "Waktu tunggu tengah setiap hari dalam menit. Garis terputus: hari tanpa data. Dengan 8 hari atau lebih: "
            "batas wajar putus-putus (rata-rata dan 2,66 kali rentang geser); belah ketupat: di luar batas, atau 8 "
            "hari di satu sisi."
        ),
        lambda frame: charts.course(
            frame,
            Course(points, Axis(gettext("menit")), chart is not None, chart.mean if chart else None, at_zero=True),
        ),
        [
            (gettext("Hari"), gettext("Orang"), gettext("Waktu tengah (menit)"), gettext("Isyarat")),
            *(
                (
                    day.day.isoformat(),
                    day.waited,
                    _minutes(day.wait_median_s),
                    gettext("ya") if day.day in unusual_days else "",
                )
                for day in figures.days
            ),
        ],
        all(day.wait_median_s is None for day in figures.days),
    )


def standard(days: Sequence[tuple[date, Share]]) -> Shown:
    """Of each day the share of services within their standard time."""
    points = [CoursePoint(day_month(day), *percents(share)) for day, share in days]
    return Shown(
        "standard",
        gettext("Layanan dalam waktu standar dari hari ke hari"),
        gettext("Persen layanan yang selesai dalam waktu standar, dengan rentang 95 persen. Bagian berwarna: rentang."),
        lambda frame: charts.course(frame, Course(points, Axis(gettext("persen")), at_zero=True)),
        [
            (
                gettext("Hari"),
                gettext("Layanan"),
                gettext("Dalam standar (persen)"),
                gettext("dari"),
                gettext("sampai"),
            ),
            *((day.isoformat(), share.n, *percents(share)) for day, share in days),
        ],
        all(not share.n for _, share in days),
    )


def times(figures: Dashboard, service: str, service_name: str) -> Shown:
    serve_s = figures.serve_s.get(service, NO_VALUES)
    minutes = serve_s.ordered / 60
    standard_s = figures.standards_s.get(service)
    usual = minutes[minutes < _LAST_MINUTE]
    end = max(10.0, float(usual.max()) + 2 if usual.size else 0.0, (standard_s or 0) / 60 + 2)
    step = 1 if end <= 20 else 2
    edges = [float(edge) for edge in range(0, int(end) + step, step)]
    below = np.searchsorted(minutes, edges)
    counts = np.diff(below).tolist()
    middle = None if serve_s.median is None else serve_s.median / 60
    of = language()
    data = Histogram(
        edges,
        counts,
        int(minutes.size - below[-1]),
        Axis(gettext("menit")),
        Axis(gettext("banyaknya layanan")),
        gettext("lebih"),
        Line(standard_s / 60, gettext("standar %(minutes)s menit", minutes=number(standard_s / 60, of)))
        if standard_s
        else None,
        Line(middle, gettext("waktu tengah %(minutes)s menit", minutes=number(middle, of, 1)))
        if middle is not None
        else None,
    )
    spans = zip(edges, edges[1:], counts, strict=False)
    return Shown(
        "times",
        gettext("Sebaran waktu layanan: %(service)s", service=service_name),
        gettext("Batang menunjukkan berapa layanan selesai dalam sekian menit. Yang melewati standar berwarna lain."),
        lambda frame: charts.histogram(frame, data),
        [
            (gettext("dari (menit)"), gettext("sampai (menit)"), gettext("Layanan")),
            *((low, high, count) for low, high, count in spans),
            (edges[-1], None, data.beyond),
        ],
        not minutes.size,
    )


def _cell(waits: Sample) -> Cell:
    return Cell(_minutes(waits.median), len(waits))


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)

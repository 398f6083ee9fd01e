"""The dashboard's charts and the tables behind them: figures in the reader's words."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from flask_babel import gettext

from metrics.funnel_limits import Z_INNER, Z_OUTER, FunnelOf, funnel_of
from metrics.occupancy import Occupancy
from metrics.quantiles import median
from metrics.visit_table import Floats
from metrics.xmr import xmr
from queue_app import charts, dashboard
from queue_app.charts import (
    Axis,
    Cell,
    Course,
    CoursePoint,
    Funnel,
    FunnelLimits,
    FunnelPoint,
    Heat,
    Histogram,
    Line,
    Row,
    Whole,
)
from queue_app.charts.numbers import number
from queue_app.dashboard import Dashboard, Share
from queue_app.routes.chart import Shown
from queue_app.routes.labels import day_month, weekday_text
from queue_app.routes.language import language

_LAST_MINUTE = 40


def all_of(figures: Dashboard, service: str, service_name: str, names: dict[str, str]) -> list[Shown]:
    """``service``: whose serve times are drawn."""
    shown = [
        heat(figures),
        waits(figures),
        standard([(day.day, day.speed) for day in figures.days]),
        times(figures, service, service_name),
    ]
    return [*shown, indices(figures, names), unusual(figures, names), occupied(figures, names)]


def heat(figures: Dashboard) -> Shown:
    hours = sorted({hour for _, hour in figures.heat})
    hours = list(range(hours[0], hours[-1] + 1)) if hours else []
    days = [weekday_text(day) for day in range(7)]
    cells = [[_cell(figures.heat.get((day, hour), ())) for hour in hours] for day in range(7)]
    rows = [
        (days[day], f"{hour:02d}:00", len(waits), _minutes(median(waits)))
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
    points = [
        CoursePoint(day_month(day), _percent(share.value), _percent(share.low), _percent(share.high))
        for day, share in days
    ]
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
            *((day.isoformat(), share.n, *map(_percent, (share.value, share.low, share.high))) for day, share in days),
        ],
        all(not share.n for _, share in days),
    )


def times(figures: Dashboard, service: str, service_name: str) -> Shown:
    minutes = figures.serve_s.get(service, np.empty(0)) / 60
    standard_s = figures.standards_s.get(service)
    usual = minutes[minutes < _LAST_MINUTE]
    end = max(10.0, float(usual.max()) + 2 if usual.size else 0.0, (standard_s or 0) / 60 + 2)
    step = 1 if end <= 20 else 2
    edges = [float(edge) for edge in range(0, int(end) + step, step)]
    below = np.searchsorted(np.sort(minutes), edges)
    counts = np.diff(below).tolist()
    middle = median(minutes)
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


def indices(figures: Dashboard, names: dict[str, str]) -> Shown:
    """Speed beside accuracy and satisfaction, in the table; nobody is ranked: officers stand by name."""
    officers = figures.speed.officers if figures.speed else ()
    none = dashboard.Share(0, 0)
    beside = {o.officer: figures.officers.get(o.officer, dashboard.OfficerRow(none, none)) for o in officers}
    rows = [
        Row(
            names.get(officer.officer, officer.officer),
            officer.index,
            officer.index_low,
            officer.index_high,
            gettext("terlalu sedikit data (%(has)s kunjungan)", has=officer.indexed),
        )
        for officer in officers
    ]
    return Shown(
        "officers",
        gettext("Petugas: indeks kecepatan dengan rentangnya"),
        gettext("100 berarti secepat yang wajar. Selama rentang memuat 100, belum ada beda. Urutan menurut nama."),
        lambda frame: charts.intervals(
            frame, rows, lower_name=gettext("lebih lambat"), higher_name=gettext("lebih cepat")
        ),
        [
            (
                gettext("Petugas"),
                gettext("Dilayani"),
                gettext("Indeks"),
                gettext("dari"),
                gettext("sampai"),
                gettext("Ketepatan (persen)"),
                gettext("Kepuasan (persen)"),
                gettext("Jawaban"),
            ),
            *(
                (
                    names.get(officer.officer, officer.officer),
                    officer.served,
                    *(_rounded(v) for v in (officer.index, officer.index_low, officer.index_high)),
                    _enough(beside[officer.officer].accuracy),
                    _enough(beside[officer.officer].satisfaction),
                    beside[officer.officer].satisfaction.n,
                )
                for officer in officers
            ),
        ],
        not officers,
    )


def unusual(figures: Dashboard, names: dict[str, str]) -> Shown:
    """The funnel: who lies where chance alone would hardly leave anybody. The table has the other two."""
    of = funnel_of(figures.speed.officers, figures.speed.rules.min_visits) if figures.speed else None
    points = of.points if of else ()
    none = dashboard.OfficerRow(dashboard.Share(0, 0), dashboard.Share(0, 0))
    beside = {point.officer: figures.officers.get(point.officer, none) for point in points}
    most = max((point.weight for point in points), default=1.0) * 1.2
    least = min((point.weight for point in points), default=1.0) * 0.8
    sizes = [least * (most / least) ** (n / 24) for n in range(25)]
    limits = [_limits(of, size) for size in sizes] if of else []
    data = Funnel(
        [FunnelPoint(names.get(p.officer, p.officer), p.weight, p.ratio, p.outside) for p in points],
        limits,
        100,
        Axis(gettext("kunjungan yang setara")),
        Axis(gettext("persen dari yang wajar, di atas 100 lebih cepat")),
        gettext("95 dari 100 kebetulan saja"),
        gettext("99,8 dari 100"),
    )
    return Shown(
        "funnel",
        gettext("Corong: siapa yang di luar kebetulan"),
        gettext(
            "Titik di dalam corong dapat terjadi karena kebetulan. Belah ketupat di luar: pertanyaan, bukan putusan."
        ),
        lambda frame: charts.funnel(frame, data),
        [
            (
                gettext("Petugas"),
                gettext("kunjungan yang setara"),
                gettext("Kecepatan (persen)"),
                gettext("Ketepatan (persen)"),
                gettext("Kepuasan (persen)"),
            ),
            *(
                (
                    names.get(p.officer, p.officer),
                    round(p.weight),
                    round(p.ratio, 1),
                    _enough(beside[p.officer].accuracy),
                    _enough(beside[p.officer].satisfaction),
                )
                for p in points
            ),
        ],
        not points,
    )


def occupied(figures: Dashboard, names: dict[str, str]) -> Shown:
    """What shifts went to, of each officer, by name, and of each counter. A table's row adds up as it stands."""
    officers = [(names.get(who, who), parts) for who, parts in figures.officers_time.items()]
    counters = [
        (gettext("Loket %(number)s", number=counter), parts) for counter, parts in sorted(figures.counters_time.items())
    ]
    kinds = ((gettext("Petugas"), sorted(officers, key=lambda row: row[0])), (gettext("Loket"), counters))
    rows = [(kind, name, _parts(parts)) for kind, found in kinds for name, parts in found]
    parts_names = [gettext("sedang melayani"), gettext("memanggil, belum mulai"), gettext("siap"), gettext("jeda")]
    return Shown(
        "occupancy",
        gettext("Waktu loket buka: melayani, memanggil, siap, jeda"),
        gettext(
            "Bagian dari waktu loket buka pada hari yang sudah lewat. Siap tanpa melayani bukan kesalahan: itu "
            "bergantung pada kedatangan. Selama tiket ditahan, loket tidak melayaninya. Pilihan layanan dan kategori "
            "tidak berlaku di sini."
        ),
        lambda frame: charts.stacked(frame, [Whole(name, parts) for _, name, parts in rows], parts_names),
        [
            (
                gettext("Jenis"),
                gettext("Nama"),
                *(gettext("%(part)s (menit)", part=part) for part in parts_names),
                gettext("Seluruhnya (menit)"),
            ),
            *((kind, name, *parts, round(sum(parts), 1)) for kind, name, parts in rows),
        ],
        not rows,
    )


def _parts(of: Occupancy) -> list[float]:
    return [round(part.total_seconds() / 60, 1) for part in (of.serving, of.called, of.idle, of.paused)]


def _limits(of: FunnelOf, size: float) -> FunnelLimits:
    return FunnelLimits(size, *(of.limit(size, z) for z in (-Z_INNER, Z_INNER, -Z_OUTER, Z_OUTER)))


def _enough(share: dashboard.Share) -> float | None:
    return _percent(share.value) if share.n >= dashboard.LEAST else None


def _cell(waits: Floats | Sequence[float]) -> Cell:
    return Cell(_minutes(median(waits)), len(waits))


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)

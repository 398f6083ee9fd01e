"""The dashboard's charts of officers, and what counters' time went to: places only as far as they are certain, speed
never alone.
"""

from flask_babel import gettext

from metrics.funnel_limits import Z_INNER, Z_OUTER, FunnelOf, funnel_of
from metrics.occupancy import Occupancy
from queue_app import charts, dashboard
from queue_app.charts import Axis, Funnel, FunnelLimits, FunnelPoint, Row, Whole
from queue_app.dashboard import Dashboard, Occupied
from queue_app.routes.chart import Shown, percent
from queue_app.routes.labels import standing_text


def indices(figures: Dashboard, names: dict[str, str]) -> Shown:
    """Speed beside accuracy and satisfaction, in the table, with the places that may be true; officers by name."""
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
                gettext("Peringkat yang mungkin"),
            ),
            *(
                (
                    names.get(officer.officer, officer.officer),
                    officer.served,
                    *(_rounded(v) for v in (officer.index, officer.index_low, officer.index_high)),
                    _enough(beside[officer.officer].accuracy),
                    _enough(beside[officer.officer].satisfaction),
                    beside[officer.officer].satisfaction.n,
                    standing_text(officer.standing, beside[officer.officer].are_known),
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


def occupied(found: Occupied, names: dict[str, str]) -> Shown:
    """What shifts went to, of each officer, by name, and of each counter. A table's row adds up as it stands."""
    officers = [(names.get(who, who), parts) for who, parts in found.officers.items()]
    counters = [
        (gettext("Loket %(number)s", number=counter), parts) for counter, parts in sorted(found.counters.items())
    ]
    kinds = ((gettext("Petugas"), sorted(officers, key=lambda row: row[0])), (gettext("Loket"), counters))
    rows = [(kind, name, _parts(parts)) for kind, rows_of in kinds for name, parts in rows_of]
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
    return percent(share.value) if share.n >= dashboard.LEAST else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)

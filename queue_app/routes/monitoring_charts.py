"""An indicator's control charts with what happened around them, and the tables behind them."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext

from queue_app import charts
from queue_app.charts import Axis, Course, CoursePoint
from queue_app.charts.course import Note
from queue_app.errors import N_
from queue_app.models import Annotation, AnnotationKind, Monitored
from queue_app.monitoring import Watched
from queue_app.routes.chart import Shown
from queue_app.routes.labels import day_month

TITLES: Mapping[Monitored, str] = {
    Monitored.WAIT: N_("Waktu tunggu"),
    Monitored.SPEED: N_("Kecepatan pelayanan"),
    Monitored.ACCURACY: N_("Akurasi informasi"),
    Monitored.SATISFACTION: N_("Kepuasan masyarakat"),
}
_WHAT: Mapping[Monitored, str] = {
    Monitored.WAIT: N_("Waktu tunggu tengah dalam menit."),
    Monitored.SPEED: N_("Persen layanan dalam waktu standar."),
    Monitored.ACCURACY: N_("Persen layanan yang selesai seperti yang diminta."),
    Monitored.SATISFACTION: N_("Persen jawaban 3 atau 4 dari 4."),
}
KINDS: Mapping[AnnotationKind, str] = {
    AnnotationKind.TRAINING: N_("Pelatihan"),
    AnnotationKind.CHANGE: N_("Perubahan cara kerja"),
    AnnotationKind.OUTAGE: N_("Gangguan"),
    AnnotationKind.HOLIDAY: N_("Hari libur"),
    AnnotationKind.OTHER: N_("Lain-lain"),
}


def both(watched: Watched, annotations: Sequence[Annotation]) -> list[Shown]:
    """The XmR chart and the EWMA chart of one indicator."""
    return [_xmr(watched, annotations), _ewma(watched, annotations)]


def _xmr(watched: Watched, annotations: Sequence[Annotation]) -> Shown:
    chart = watched.xmr
    count = len(watched.days)
    low = [chart.low] * count if chart else [None] * count
    high = [chart.high] * count if chart else [None] * count
    signals = chart.signals if chart else (False,) * count
    return _shown(
        watched,
        "xmr",
        gettext("dari hari ke hari (XmR)"),
        gettext("Isyarat: di luar batas wajar (rata-rata dan 2,66 kali rentang geser), atau 8 hari di satu sisi."),
        watched.figures,
        (low, high, signals, chart.mean if chart else None),
        annotations,
    )


def _ewma(watched: Watched, annotations: Sequence[Annotation]) -> Shown:
    chart = watched.ewma
    return _shown(
        watched,
        "ewma",
        gettext("rata-rata berbobot (EWMA)"),
        gettext("Perubahan kecil yang menetap terlihat di sini. Isyarat: di luar batas wajar."),
        chart.values if chart else (),
        (chart.low, chart.high, chart.signals, chart.mean) if chart else ((), (), (), None),
        annotations,
    )


_Limits = tuple[Sequence[float | None], Sequence[float | None], Sequence[bool], float | None]


def _shown(
    watched: Watched,
    form: str,
    what: str,
    rule: str,
    values: Sequence[float],
    limits: _Limits,
    annotations: Sequence[Annotation],
) -> Shown:
    low, high, signals, mean = limits
    unit = gettext("menit") if watched.indicator is Monitored.WAIT else gettext("persen")
    days = watched.days[: len(values)]
    points = [
        CoursePoint(day_month(day), value, _bounded(least), _capped(most, watched), signal)
        for day, value, least, most, signal in zip(days, values, low, high, signals, strict=True)
    ]
    notes = _notes(days, annotations)
    name = gettext(TITLES[watched.indicator])
    return Shown(
        f"{watched.indicator.value}-{form}",
        f"{name}: {what}",
        f"{gettext(_WHAT[watched.indicator])} {rule}",
        lambda frame: charts.course(
            frame, Course(points, Axis(unit), mean is not None, mean, notes=notes, at_zero=True)
        ),
        [
            (gettext("Hari"), gettext("Jumlah"), unit, gettext("dari"), gettext("sampai"), gettext("Isyarat")),
            *(
                (
                    day.isoformat(),
                    cases,
                    round(value, 1),
                    None if least is None else round(least, 1),
                    None if most is None else round(most, 1),
                    gettext("ya") if signal else "",
                )
                for day, cases, value, least, most, signal in zip(
                    days, watched.cases, values, low, high, signals, strict=False
                )
            ),
        ],
        not points,
    )


def _bounded(low: float | None) -> float | None:
    """Neither minutes nor shares fall under zero."""
    return None if low is None else max(low, 0.0)


def _capped(high: float | None, watched: Watched) -> float | None:
    """Shares do not pass a hundred either."""
    return high if high is None or watched.indicator is Monitored.WAIT else min(high, 100.0)


def _notes(days: Sequence[date], annotations: Sequence[Annotation]) -> list[Note]:
    """Each at its first day with data; those outside of the days are left to the list below the charts."""
    found = []
    for one in annotations:
        at = next((n for n, day in enumerate(days) if one.start_day <= day <= one.end_day), None)
        if at is not None:
            found.append(Note(at, f"{day_month(one.start_day)}: {gettext(KINDS[one.kind])}. {one.text}"))
    return found

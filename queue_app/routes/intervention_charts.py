"""The chart of each indicator before and after the date, and the table behind it."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from flask_babel import gettext

from metrics.effect import Effect
from queue_app import charts
from queue_app.charts import Axis, BeforeAfter, DayDot, Frame
from queue_app.interventions.measuring import TIMES, Measured
from queue_app.models import Intervention, Monitored
from queue_app.report_files import Cell as Value
from queue_app.routes.chart import Shown
from queue_app.routes.intervention_words import INDICATORS, natural, said, unit
from queue_app.routes.labels import day_month


class Row(NamedTuple):
    """A day of the series, in the indicator's own unit."""

    day: int
    n: int
    value: float
    fitted: float
    without: float


def of(found: Intervention, measured: Measured) -> list[Shown]:
    """The main indicators first; those without an effect have no chart."""
    ordered = sorted(INDICATORS, key=lambda one: one not in found.indicators)
    return [_shown(found, one, effect) for one in ordered if isinstance(effect := measured.get(one), Effect)]


def _shown(found: Intervention, indicator: Monitored, effect: Effect) -> Shown:
    beside = effect.control is not None
    start = found.start_day.toordinal()
    lines = [
        [_value(indicator, value, beside=beside) for value in series]
        for series in (effect.level, effect.fitted, effect.without)
    ]
    rows = [
        Row(day, int(n), *values) for day, n, *values in zip(effect.day.tolist(), effect.cases, *lines, strict=True)
    ]
    dots = [
        DayDot(
            row.day, day_month(date.fromordinal(row.day)), row.value, row.fitted, row.without, after=row.day >= start
        )
        for row in rows
    ]
    axis = Axis(_unit(indicator, beside=beside))
    names = (gettext("Setiap hari"), gettext("Yang terjadi"), gettext("Tanpa intervensi"))
    data = BeforeAfter(dots, start, found.name, axis, names)
    heading = (gettext("Hari"), gettext("Jumlah"), axis.name, gettext("Garis"), gettext("Tanpa intervensi"))

    def draw(frame: Frame) -> str:
        return charts.before_after(frame, data)

    return Shown(
        indicator.value,
        str(gettext(INDICATORS[indicator])),
        said(indicator, effect),
        draw,
        [heading, *_table(rows, start)],
        empty=False,
    )


def _table(rows: Sequence[Row], start: int) -> list[Sequence[Value]]:
    return [
        (
            date.fromordinal(row.day).isoformat(),
            row.n,
            round(row.value, 2),
            round(row.fitted, 2),
            round(row.without, 2) if row.day >= start else None,
        )
        for row in rows
    ]


def _value(indicator: Monitored, value: float, *, beside: bool) -> float:
    """In the indicator's own unit; beside a control group the difference, for times the ratio in per cent."""
    if not beside:
        return natural(indicator, float(value)) or 0.0
    if indicator in TIMES:
        return (natural(indicator, float(value)) or 0.0) * 60 * 100
    return natural(indicator, float(value)) or 0.0


def _unit(indicator: Monitored, *, beside: bool) -> str:
    if not beside:
        return unit(indicator)
    return str(gettext("persen dari pembanding") if indicator in TIMES else gettext("selisih dengan pembanding"))

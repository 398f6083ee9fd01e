"""Offices side by side: the three indicators and the waits of each, with intervals. No officer is in it, and offices
stand by name: their services and their people differ, so nobody is ranked.
"""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import charts, clock, dashboard, opening
from queue_app.auth import signed_in_user
from queue_app.charts import Row, to_png
from queue_app.dashboard import Filters, Indicators, Share
from queue_app.extensions import database
from queue_app.models import Office
from queue_app.routes import dashboard as figures_pages
from queue_app.routes import period_choice
from queue_app.routes.chart import Shown, percent

bp = Blueprint("comparison", __name__, url_prefix="/supervisor/offices")

Compared = Sequence[tuple[str, Indicators]]
"""Each office's name and figures."""


@bp.get("")
def show() -> ResponseReturnValue:
    with database().figures() as session:
        office, choice, compared = _compared(session)
        page = render_template(
            "supervisor/offices.html",
            office=office,
            choice=choice,
            periods=period_choice.LONGER,
            compared=compared,
            charts=_charts(compared),
            query=figures_pages.chosen_query(),
        )
    return page, 422 if choice.problem else 200


@bp.get("/<key>.<any(png,csv):form>")
def chart(key: str, form: str) -> ResponseReturnValue:
    """One chart as a picture, or the table behind it."""
    with database().figures() as session:
        _, choice, compared = _compared(session)
    found = next((one for one in _charts(compared) if one.key == key), None)
    if found is None or choice.problem:
        abort(404)
    days = f"{choice.period.start_day} – {choice.period.end_day}"
    name = f"antrean-offices-{key}-{choice.period.start_day}-{choice.period.end_day}"
    if form == "png":
        return figures_pages.as_file(to_png(found.alone(days)), "image/png", f"{name}.png")
    return figures_pages.as_csv(found.table, name)


def _compared(session: Session) -> tuple[Office, period_choice.Choice, Compared]:
    """Each office in its own days."""
    now = clock.now()
    own = signed_in_user(session).office
    compared = []
    for office in session.scalars(select(Office).order_by(Office.name)):
        choice = period_choice.of(office, opening.local_day(office, now), period_choice.LONGER)
        compared.append((office.name, dashboard.load(session, office, choice.period, Filters(), now).now))
    return own, period_choice.of(own, opening.local_day(own, now), period_choice.LONGER), compared


def _charts(compared: Compared) -> list[Shown]:
    return [
        _shares("speed", gettext("Kecepatan: dalam waktu standar (persen)"), compared, lambda of: of.speed),
        _shares("accuracy", gettext("Ketepatan: selesai sekali datang (persen)"), compared, lambda of: of.accuracy),
        _shares("satisfaction", gettext("Kepuasan: menjawab puas (persen)"), compared, lambda of: of.satisfaction),
        _waits(compared),
    ]


def _shares(key: str, title: str, compared: Compared, share_of: Callable[[Indicators], Share]) -> Shown:
    shares = [(name, share_of(figures)) for name, figures in compared]
    rows = [Row(name, percent(share.value), percent(share.low), percent(share.high)) for name, share in shares]
    return Shown(
        key,
        title,
        gettext("Garis pada batang: rentang 95 persen. Bila rentang dua kantor bertumpang, belum ada beda."),
        lambda frame: charts.bars(frame, rows, low=0, high=100, digits=1),
        [
            (gettext("Kantor"), gettext("Jumlah"), gettext("persen"), gettext("dari"), gettext("sampai")),
            *((row.name, share.n, row.value, row.low, row.high) for row, (_, share) in zip(rows, shares, strict=True)),
        ],
        not any(share.n for _, share in shares),
    )


def _waits(compared: Compared) -> Shown:
    """Median waits; the ninth of ten stands in the table."""
    rows = [Row(name, _minutes(figures.wait_median_s)) for name, figures in compared]
    most = max((row.value for row in rows if row.value is not None), default=0.0)
    return Shown(
        "waits",
        gettext("Waktu tunggu tengah (menit)"),
        gettext("Separuh orang menunggu lebih singkat, separuh lebih lama."),
        lambda frame: charts.bars(frame, rows, low=0, high=max(most, 1.0), digits=1),
        [
            (gettext("Kantor"), gettext("Orang"), gettext("Waktu tengah (menit)"), gettext("9 dari 10 (menit)")),
            *((name, of.waited, _minutes(of.wait_median_s), _minutes(of.wait_p90_s)) for name, of in compared),
        ],
        all(row.value is None for row in rows),
    )


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)

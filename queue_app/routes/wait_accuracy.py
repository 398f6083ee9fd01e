"""The supervisor's page of how good the foretold waits were."""

from collections.abc import Sequence

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from metrics.forecast.line import LEVELS
from queue_app import charts, clock, opening
from queue_app.auth import signed_in_user
from queue_app.charts import NARROW, WIDE, Boundary, Frame, Row
from queue_app.extensions import database
from queue_app.routes import period_choice
from queue_app.waits import accuracy

bp = Blueprint("wait_accuracy", __name__, url_prefix="/supervisor/forecast")

LEAST = 20
"""Forecasts under which a service or an hour is not judged."""


@bp.get("")
def show() -> ResponseReturnValue:
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        choice = period_choice.of(office, opening.local_day(office, now))
        found = accuracy.judgement(session, office, choice.period)
        return render_template(
            "supervisor/forecast.html",
            office=office,
            period=choice.period,
            periods=period_choice.PERIODS,
            chosen=choice.name,
            least=LEAST,
            bounds=_bounds(found.shares),
            overall=found.overall,
            services=found.services,
            hours=found.hours,
            wide=_chart(found.shares, WIDE) if found.shares else None,
            narrow=_chart(found.shares, NARROW) if found.shares else None,
        )


def _bounds(shares: Sequence[float]) -> list[tuple[str, float, float]]:
    """Of each foretold bound its name, what share of waits ended by it, and what share should have."""
    names = (gettext("batas bawah"), gettext("nilai tengah"), gettext("batas atas"))
    return list(zip(names, shares, LEVELS, strict=True)) if shares else []


def _chart(shares: Sequence[float], width: int) -> str:
    rows = [Row(name, 100 * share) for name, share, _ in _bounds(shares)]
    wanted = [Boundary(100 * level, f"{100 * level:.0f} %") for level in LEVELS]
    described = gettext(
        "Sudah dipanggil sebelum batas bawah %(low)s persen (mestinya 10), sebelum nilai tengah %(middle)s persen "
        "(mestinya 50), sebelum batas atas %(high)s persen (mestinya 90).",
        low=round(100 * shares[0]),
        middle=round(100 * shares[1]),
        high=round(100 * shares[2]),
    )
    frame = Frame(gettext("Ketepatan batas perkiraan"), described, str(get_locale()), width)
    return charts.bars(frame, rows, low=0, high=100, digits=0, boundaries=wanted)

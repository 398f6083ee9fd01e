"""How good the waits were that people were told: each forecast beside what came of it. Reads only.

Judged is what people saw: whole minutes, rounded outward. Left out are forecasts of "at once" (nobody was ahead and a
counter was free), which would flatter, and those whose ticket was never called.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from metrics.estimate import told_range
from metrics.forecast.line import Case, Known, Spread
from metrics.forecast.scores import Told, holds
from metrics.periods import Period, day_of, day_start
from queue_app.models import Office, Service, WaitForecast
from queue_app.visit_days.memory import FIGURES

LEARNED_DAYS = timedelta(days=60)
_MOST_LEARNED = 5000
_PUBLIC_DAYS = timedelta(days=30)
_PUBLIC_LEAST = 50
_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A forecast as it was told, and what came. ``hour`` of the local day in which it was told; ``foretold``: before it
    was rounded."""

    service: str
    hour: int
    told: Told
    foretold: Spread


@dataclass(frozen=True, slots=True)
class Kept:
    """Of ``told`` ranges of the last days, ``right`` of ten held; rounded down, so that it never flatters."""

    right: int
    told: int


def cases(session: Session, office: Office, before: date) -> list[Case]:
    """What can be learned from: forecasts of the last weeks whose end is known, told before a local day."""
    until = day_start(before, office.zone)
    rows = session.execute(
        _settled(office, until - LEARNED_DAYS, until).order_by(WaitForecast.at.desc()).limit(_MOST_LEARNED)
    )
    return [_case(row, office) for row in rows]


def judged(session: Session, office: Office, period: Period) -> list[Judged]:
    """The forecasts told on the period's days and settled since, in the order of time."""
    start, end = period.bounds
    rows = session.execute(_settled(office, start, end).order_by(WaitForecast.at, WaitForecast.id))
    return [
        Judged(
            service=row.code,
            hour=row.at.astimezone(office.zone).hour,
            told=_told(row),
            foretold=Spread(row.low_s, row.median_s, row.high_s),
        )
        for row in rows
        if row.high_s > _MINUTE_S
    ]


def calibration(of: Sequence[Judged]) -> list[float]:
    """The share of waits that ended by each foretold quantile; right are ``LEVELS``. Empty of nothing."""
    if not of:
        return []
    spreads = [((one.foretold.low_s, one.foretold.median_s, one.foretold.high_s), one.told.waited_s) for one in of]
    return [fmean(waited_s <= quantiles[at] for quantiles, waited_s in spreads) for at in range(3)]


def kept(session: Session, office: Office, now: datetime) -> Kept | None:
    """How many of ten ranges held in the last 30 days that are over; None while there are too few to say.

    Counted once an hour: every citizen who looks at the office's page asks, and a large office has tens of thousands.
    """
    today = day_of(now, office.zone)

    def count() -> Kept | None:
        start, end = day_start(today - _PUBLIC_DAYS, office.zone), day_start(today, office.zone)
        rows = session.execute(_settled(office, start, end).where(WaitForecast.high_s > _MINUTE_S)).all()
        if len(rows) < _PUBLIC_LEAST:
            return None
        return Kept(10 * sum(map(_holds, rows)) // len(rows), len(rows))

    return FIGURES.remembered(session, ("waits kept", office.id, today, now.hour), count)


def _settled(office: Office, start: datetime, end: datetime) -> Select[*tuple[Any, ...]]:
    """Columns alone: of a large office these are tens of thousands, and objects of them cost several times as much."""
    return (
        select(*WaitForecast.__table__.columns, Service.code)
        .select_from(WaitForecast)
        .join(Service, Service.id == WaitForecast.service_id)
        .where(
            WaitForecast.office_id == office.id,
            WaitForecast.at >= start,
            WaitForecast.at < end,
            WaitForecast.waited_s.is_not(None),
        )
    )


def _told(row: Any) -> Told:
    told = told_range(row.low_s, row.high_s)
    spread = None if told is None else Spread(told.low_minutes * 60.0, row.median_s, told.high_minutes * 60.0)
    return Told(row.median_s, row.waited_s or 0.0, spread)


def _holds(row: Any) -> bool:
    told = _told(row)
    return told.spread is not None and holds(told.spread, told.waited_s)


def _case(row: Any, office: Office) -> Case:
    local = row.at.astimezone(office.zone)
    return Case(
        at_s=row.at.timestamp(),
        day=local.toordinal(),
        service=row.code,
        hour=local.hour,
        known=Known(row.head_s, row.last_s, row.ahead, row.busy, row.own_last_s, row.own_ahead, row.recent_s),
        rolled=Spread(row.rolled_low_s, row.rolled_median_s, row.rolled_high_s),
        mean_serve_s=0.0,
        waited_s=row.waited_s or 0.0,
    )

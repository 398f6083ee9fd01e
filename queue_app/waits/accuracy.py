"""How good the waits were that people were told: each forecast beside what came of it. Reads only.

Judged is what people saw: whole minutes, rounded outward. Left out are forecasts of "at once" (nobody was ahead and a
counter was free), which would flatter, and those whose ticket was never called.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from metrics.forecast.line import Case, Known, Spread
from metrics.forecast.scores import Outcomes, Score, by_name, score_of, told_ends
from metrics.periods import Period, day_of, day_start
from queue_app.models import Office, Service, WaitForecast
from queue_app.visit_days.memory import FIGURES

LEARNED_DAYS = timedelta(days=60)
_MOST_LEARNED = 5000
_PUBLIC_DAYS = timedelta(days=30)
_PUBLIC_LEAST = 50
_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Forecasts as they were told, and what came, in columns. ``hours`` of the local day in which they were told;
    ``foretold``: before they were rounded."""

    services: Sequence[str]
    hours: Sequence[int]
    told: Outcomes
    foretold: Outcomes


@dataclass(frozen=True, slots=True)
class Judgement:
    """How good the forecasts of a period were: all, and those of each service and hour. ``shares``: of the waits that
    ended by each foretold quantile, where right are ``LEVELS``; empty of nothing."""

    overall: Score | None
    services: Sequence[tuple[str, Score]]
    hours: Sequence[tuple[int, Score]]
    shares: Sequence[float]


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


def judgement(session: Session, office: Office, period: Period) -> Judgement:
    """Remembered as long as no forecast of the period has been settled since: what was settled is never changed."""
    # Those that are forgotten are older than all that are settled since, so no two sets share number and sum.
    which = _settled(office, *period.bounds).with_only_columns(func.count(), func.sum(WaitForecast.id))
    codes = tuple((service.id, service.code) for service in office.services)
    days = office.timezone, period.start_day, period.end_day
    key = "forecasts", office.id, codes, *days, *session.execute(which).one()
    return FIGURES.remembered(session, key, lambda: _judgement(judged(session, office, period)))


def _judgement(of: Judged) -> Judgement:
    return Judgement(
        overall=score_of(of.told),
        services=by_name(of.services, of.told),
        hours=by_name(of.hours, of.told),
        shares=calibration(of),
    )


def judged(session: Session, office: Office, period: Period) -> Judged:
    """The forecasts told on the period's days and settled since."""
    rows = session.execute(
        _settled(office, *period.bounds)
        .with_only_columns(
            WaitForecast.low_s,
            WaitForecast.median_s,
            WaitForecast.high_s,
            WaitForecast.waited_s,
            Service.code,
            WaitForecast.at,
        )
        .where(WaitForecast.high_s > _MINUTE_S)
    ).all()
    foretold = Outcomes(*np.array([row[:4] for row in rows], dtype=np.float64).reshape(-1, 4).T)
    low_s, high_s = told_ends(foretold.low_s, foretold.high_s)
    return Judged(
        services=[row.code for row in rows],
        hours=[row.at.astimezone(office.zone).hour for row in rows],
        told=replace(foretold, low_s=low_s, high_s=high_s),
        foretold=foretold,
    )


def calibration(of: Judged) -> list[float]:
    """The share of waits that ended by each foretold quantile; right are ``LEVELS``. Empty of nothing."""
    foretold = of.foretold
    if not len(foretold):
        return []
    quantiles = foretold.low_s, foretold.median_s, foretold.high_s
    return [int((foretold.waited_s <= quantile).sum()) / len(foretold) for quantile in quantiles]


def kept(session: Session, office: Office, now: datetime) -> Kept | None:
    """How many of ten ranges held in the last 30 days that are over; None while there are too few to say.

    Counted once an hour: every citizen who looks at the office's page asks, and a large office has tens of thousands.
    """
    today = day_of(now, office.zone)

    def count() -> Kept:
        told = judged(session, office, Period(today - _PUBLIC_DAYS, today - timedelta(days=1), office.zone)).told
        return Kept(10 * int(told.held.sum()) // len(told) if len(told) else 0, len(told))

    counted = FIGURES.remembered(session, ("waits kept", office.id, today, now.hour), count)
    return counted if counted.told >= _PUBLIC_LEAST else None


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

"""Signals of ended days: found once, kept, told to the office's address once, and seen by a person.

Each process looks every few minutes; the row of a day that was looked at keeps them from reading the log again, and a
signal's unique row from telling it twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from metrics.periods import Period, day_of
from queue_app import dashboard, writer
from queue_app.dashboard import Filters
from queue_app.database import Database, insert_or_ignore
from queue_app.errors import N_, NotFound
from queue_app.lifecycle import OfficeAction
from queue_app.messages import outbox
from queue_app.models import AlertKind, IndicatorSignal, IndicatorWatch, Monitored, Office, SignalRule, User
from queue_app.monitoring.course import Watched, course
from queue_app.writer import Entry

DAYS = 90
"""How far back the charts begin from which signals are told."""

LATE_DAYS = 3
"""A signal of a day that long ago is still told: after a night, or a long weekend, without a server."""

NAMES: Mapping[Monitored, tuple[str, str]] = {
    Monitored.WAIT: ("Waktu tunggu", "Waits"),
    Monitored.SPEED: ("Kecepatan pelayanan", "Speed"),
    Monitored.ACCURACY: ("Akurasi informasi", "Accuracy"),
    Monitored.SATISFACTION: ("Kepuasan masyarakat", "Satisfaction"),
}
"""For messages to the office's address, which name both languages' words in their facts."""


def watch(database: Database, now: datetime) -> int:
    """Look at each office's latest ended day, unless that was done; how many signals are new."""
    with database.read() as session:
        offices = session.scalars(select(Office)).all()
        due = [office.id for office in offices if not _was_looked_at(session, office, now)]
    return sum(_look(database, office_id, now) for office_id in due)


def _was_looked_at(session: Session, office: Office, now: datetime) -> bool:
    return session.get(IndicatorWatch, (office.id, _yesterday(office, now))) is not None


def _yesterday(office: Office, now: datetime) -> date:
    return day_of(now, office.zone) - timedelta(days=1)


def _look(database: Database, office_id: int, now: datetime) -> int:
    with database.read() as session:
        office = session.get_one(Office, office_id)
        last = _yesterday(office, now)
        period = Period(last - timedelta(days=DAYS - 1), last, office.zone)
        figures = dashboard.load(session, office, period, Filters(), now, with_speed=False)
        found = [
            (watched, *each)
            for watched in (course(figures, indicator, until=last) for indicator in Monitored)
            for each in episodes(watched)
            if each[1] > last - timedelta(days=LATE_DAYS)
        ]
    with database.write() as session:
        insert_or_ignore(session, IndicatorWatch, office_id=office_id, day=last)
        office = session.get_one(Office, office_id)
        return sum(
            _raise(session, office, watched.indicator, rule, day, facts, now) for watched, rule, day, facts in found
        )


def episodes(watched: Watched) -> Iterator[tuple[SignalRule, date, dict[str, Any]]]:
    """The first day of each run of days that a chart marks, with what it was seen by."""
    if watched.xmr is not None:
        chart = watched.xmr
        for n in _beginnings(chart.signals):
            yield SignalRule.XMR, watched.days[n], _facts(watched.figures[n], chart.mean, chart.low, chart.high)
    if watched.ewma is not None:
        smooth = watched.ewma
        for n in _beginnings(smooth.signals):
            facts = _facts(smooth.values[n], smooth.mean, smooth.low[n], smooth.high[n])
            yield SignalRule.EWMA, watched.days[n], facts


def _beginnings(signals: Sequence[bool]) -> list[int]:
    return [n for n, (before, now) in enumerate(pairwise((False, *signals))) if now and not before]


def _facts(value: float, mean: float, low: float, high: float) -> dict[str, Any]:
    return {
        name: round(figure, 2)
        for name, figure in zip(("value", "mean", "low", "high"), (value, mean, low, high), strict=True)
    }


def _raise(
    session: Session,
    office: Office,
    indicator: Monitored,
    rule: SignalRule,
    day: date,
    facts: dict[str, Any],
    now: datetime,
) -> bool:
    is_new = insert_or_ignore(
        session,
        IndicatorSignal,
        office_id=office.id,
        indicator=indicator,
        rule=rule,
        day=day,
        facts=facts,
        raised_at=now,
    )
    if is_new:
        names = dict(zip(("service_id", "service_en"), NAMES[indicator], strict=True))
        data = {"kind": AlertKind.INDICATOR.value, "indicator": indicator.value, "rule": rule.value, **names}
        data |= {"day": day.isoformat(), **facts}
        if office.alert_address_sealed is not None:
            outbox.tell_office(session, office.id, f"signal {indicator} {rule} {day}", data, now)
        writer.record_office(session, office.id, OfficeAction.SIGNAL, Entry(now, data=data))
    return is_new


def raised(session: Session, office_id: int, period: Period) -> Sequence[IndicatorSignal]:
    """The signals of the period's days, those that nobody has seen first, then the newest."""
    return session.scalars(
        select(IndicatorSignal)
        .where(
            IndicatorSignal.office_id == office_id,
            IndicatorSignal.day >= period.start_day,
            IndicatorSignal.day <= period.end_day,
        )
        .order_by(IndicatorSignal.seen_at.is_not(None), IndicatorSignal.day.desc(), IndicatorSignal.id.desc())
    ).all()


def mark_seen(session: Session, who: User, signal_id: int, now: datetime) -> None:
    """A supervisor has seen it. Doing it twice is harmless. Raises NotFound ``unknown_signal``."""
    found = session.get(IndicatorSignal, signal_id)
    if found is None or found.office_id != who.office_id:
        raise NotFound("unknown_signal", N_("Isyarat itu tidak ada di kantor Anda."))
    seen = session.scalar(
        update(IndicatorSignal)
        .where(IndicatorSignal.id == signal_id, IndicatorSignal.seen_at.is_(None))
        .values(seen_at=now, seen_by_id=who.id)
        .returning(IndicatorSignal.id)
        .execution_options(synchronize_session=False)
    )
    if seen is not None:
        data = {"indicator": found.indicator.value, "rule": found.rule.value, "day": found.day.isoformat()}
        writer.record_office(session, who.office_id, OfficeAction.SIGNAL_SEEN, Entry(now, who, data=data))

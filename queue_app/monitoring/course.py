"""An indicator's figures from day to day with both control charts. Days without data are left out, never zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from metrics.ewma import Ewma, ewma
from metrics.gaming import QUICK_CALL, Question, questions
from metrics.periods import Period
from metrics.xmr import Xmr, xmr
from queue_app import archived, standards, visit_days
from queue_app.dashboard import Dashboard, DayFigures, Filters, widened
from queue_app.lifecycle import Action
from queue_app.models import Event, Monitored, Office

LEAST_A_DAY = 5
"""Cases under which a day's figure says more about chance than about the day."""


@dataclass(frozen=True, slots=True)
class Watched:
    """``figures[i]`` of ``days[i]``: minutes for the wait, per cent for the others. Charts None: too few days."""

    indicator: Monitored
    days: Sequence[date]
    figures: Sequence[float]
    cases: Sequence[int]
    xmr: Xmr | None
    ewma: Ewma | None


def course(figures: Dashboard, indicator: Monitored, *, until: date) -> Watched:
    """Of the days up to and with ``until``: a day that goes on has no figure yet."""
    known = [(day.day, *_of_day(day, indicator)) for day in figures.days if day.day <= until]
    enough = [(day, value, n) for day, value, n in known if value is not None and n >= LEAST_A_DAY]
    values = [value for _, value, _ in enough]
    return Watched(
        indicator, [day for day, _, _ in enough], values, [n for _, _, n in enough], xmr(values), ewma(values)
    )


def _of_day(day: DayFigures, indicator: Monitored) -> tuple[float | None, int]:
    if indicator is Monitored.WAIT:
        return (None if day.wait_median_s is None else day.wait_median_s / 60), day.waited
    share = {
        Monitored.SPEED: day.speed,
        Monitored.ACCURACY: day.accuracy,
        Monitored.SATISFACTION: day.satisfaction,
    }[indicator]
    return (None if share.value is None else 100 * share.value), share.n


def asked(session: Session, office: Office, ended: Period, filters: Filters) -> list[Question]:
    """What to ask about the days that are over: the others are the officer's own first."""
    reading, filters = visit_days.read(session, office, ended), widened(session, office, filters)
    standards_s = standards.standards_s(session, office, ended)

    def ask() -> list[Question]:
        visits = reading.whole().visits
        chosen = visits.where(filters.matching(visits) & visits.in_period(ended))
        return questions(chosen, standards_s, given_up(session, office, ended))

    return reading.of_past(ended.end_day, ("questions", ended, filters, *standards_s.items()), ask)


def given_up(session: Session, office: Office, period: Period) -> set[int]:
    """Tickets whose call ended as a no-show within ``metrics.gaming.QUICK_CALL``, as visits name them."""
    start, end = period.bounds
    call = aliased(Event)
    rows = session.execute(
        select(Event.ticket_id, Event.at, call.at)
        .join(call, (call.ticket_id == Event.ticket_id) & (call.ticket_version == Event.ticket_version - 1))
        .where(
            Event.office_id == office.id,
            Event.action == Action.NO_SHOW,
            Event.at >= start,
            Event.at < end,
            call.action == Action.CALL,
        )
    )
    given = {ticket for ticket, ended, called in rows if ticket is not None and ended - called < QUICK_CALL}
    kept = archived.between(session, office, start - QUICK_CALL, end)
    return given | _given_up_archived(session, office, kept, start, end) if kept else given


def _given_up_archived(
    session: Session, office: Office, kept: Sequence[Event], start: datetime, end: datetime
) -> set[int]:
    """The same where one of both rows was archived."""
    ended = (Action.CALL.value, Action.NO_SHOW.value)
    near = (Event.office_id == office.id, Event.at >= start - QUICK_CALL, Event.at < end, Event.action.in_(ended))
    moves = {
        (row.ticket_id, row.ticket_version): row
        for row in (*session.scalars(select(Event).where(*near)), *kept)
        if row.ticket_id is not None and row.action in ended
    }
    found = set()
    for (ticket, version), row in moves.items():
        call = moves.get((ticket, (version or 0) - 1))
        is_given_up = (
            row.action == Action.NO_SHOW and start <= row.at and call is not None and call.action == Action.CALL
        )
        if ticket is not None and call is not None and is_given_up and row.at - call.at < QUICK_CALL:
            found.add(ticket)
    return found

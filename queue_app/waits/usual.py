"""What is usual at an office, learned once a day from the four weeks before it: who comes when, how many counters are
open, how long breaks take, how many give up waiting, how many of those who booked come. Reads only.
"""

import math
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Pool, select
from sqlalchemy.orm import Session

from metrics import visit as records
from metrics.forecast import arrivals
from metrics.forecast.arrivals import HOUR_S, Usual
from metrics.forecast.times import LogNormal, Served, ServeTimes
from metrics.forecast.times import learn as learn_times
from metrics.local_time import LocalDays
from metrics.periods import Period
from metrics.visit_table import NEVER, VisitTable
from queue_app import no_shows, opening, shift_history, visit_days
from queue_app.lifecycle import Action, ShiftAction, TicketState
from queue_app.models import Channel, Event, Office, Ticket

LOOK_BACK = timedelta(days=28)

Group = tuple[str, str, str]
"""Service, category, and the channel by which somebody came."""

FEWEST_BREAKS = 5
"""After so many breaks it can be said how long they take."""

_SHOWS, _SHOWS_WEIGHT = 0.8, 20
"""Before anything is known, about so many of those who booked come; it counts as much as so many bookings."""

_NOBODY_LEFT_S = 100 * HOUR_S
"""Before anything is known nobody gives up waiting; it counts as much as so much waiting."""

_FIRST_CROWD, _FIRST_DAYS = 0.25, 5
"""Before anything is known, days differ by about a quarter; it counts as much as so many days."""

_SECOND = 1_000_000
_WEEKDAYS, _HOURS = 7, 24
_OFFICES_KEPT = 500


@dataclass(frozen=True, slots=True)
class Usually:
    """``counters``: by counter number and hour of the local day, on what part of the days it was open then; empty when
    none ever was. ``crowd_sigma``: how much the days of a weekday differ in their number, beyond chance, in logarithms.

    ``breaks``: by reason. ``leaving_per_s``: the chance of each next second that who waits gives up and says so.
    ``shows``: of those who booked.
    """

    everyday: Usual[Group]
    weekdays: Mapping[int, Usual[Group]]
    counters: Mapping[int, Mapping[int, float]]
    breaks: ServeTimes
    leaving_per_s: float
    shows: float
    crowd_sigma: float

    def arrivals(self, weekday: int) -> Usual[Group]:
        return self.weekdays.get(weekday, self.everyday)

    def break_time(self, reason: str | None) -> LogNormal | None:
        """How long a break for this reason takes; None while too few were seen."""
        seen = sum(time.observed for time in self.breaks.services.values())
        return self.breaks.of(_kind(reason)) if seen >= FEWEST_BREAKS else None


def _kind(reason: str | None) -> str:
    """A reason of the list, without what was written beside it."""
    return (reason or "").partition(":")[0].strip()


_read: WeakKeyDictionary[Pool, dict[int, tuple[date, Usually]]] = WeakKeyDictionary()


def of(session: Session, office: Office, now: datetime) -> Usually:
    """Nothing of today is in it, so that it stays the same all day."""
    of_database = _read.setdefault(session.get_bind().engine.pool, {})
    today = opening.local_day(office, now)
    day, found = of_database.get(office.id, (None, None))
    if day != today or found is None:
        found = _learn(session, office, today, now)
        if len(of_database) >= _OFFICES_KEPT:
            of_database.clear()
        of_database[office.id] = (today, found)
    return found


def _learn(session: Session, office: Office, today: date, now: datetime) -> Usually:
    period = Period(today - LOOK_BACK, today - timedelta(days=1), office.zone)
    visits = visit_days.visits(session, office, period)
    everyday, weekdays = _arrivals(visits, office)
    start, end = period.bounds
    measured = no_shows.measured(session, office, now)
    came = measured.booked - measured.missed
    return Usually(
        everyday=everyday,
        weekdays=weekdays,
        counters=_counters(shift_history.shifts(session, office, period), office),
        breaks=_breaks(session, office, start, end),
        leaving_per_s=_leaving(session, office, start, end, visits),
        shows=(came + _SHOWS * _SHOWS_WEIGHT) / (measured.booked + _SHOWS_WEIGHT),
        crowd_sigma=_crowd_sigma(visits, office),
    )


def _arrivals(visits: VisitTable, office: Office) -> tuple[Usual[Group], dict[int, Usual[Group]]]:
    if not len(visits):
        return Usual({}), {}
    local = LocalDays(visits.arrived_at, office.zone)
    days = np.unique(local.ordinal)
    keys = np.column_stack([visits.service.codes, visits.category.codes, visits.channel.codes, local.weekday_hours()])
    found, counts = np.unique(keys, axis=0, return_counts=True)
    by_weekday: defaultdict[int, Tally[tuple[Group, int]]] = defaultdict(Tally)
    for (service, category, channel, at), count in zip(found.tolist(), counts.tolist(), strict=True):
        group = (visits.service.known[service], visits.category.known[category], visits.channel.known[channel])
        by_weekday[at // _HOURS][group, at % _HOURS] += count
    whole: Tally[tuple[Group, int]] = Tally()
    for counted in by_weekday.values():
        whole += counted
    everyday = arrivals.of_counts(whole, len(days))
    of_weekday = Tally((int(day) - 1) % _WEEKDAYS for day in days)
    return everyday, {at: arrivals.like(everyday, by_weekday[at], many) for at, many in of_weekday.items()}


def _crowd_sigma(visits: VisitTable, office: Office) -> float:
    """Of day totals: the variance beyond Poisson's, as of a common factor; drawn toward what is usual."""
    if not len(visits):
        return _FIRST_CROWD
    days, totals = np.unique(LocalDays(visits.arrived_at, office.zone).ordinal, return_counts=True)
    squares = _FIRST_DAYS * _FIRST_CROWD**2
    for weekday in range(_WEEKDAYS):
        own = totals[(days - 1) % _WEEKDAYS == weekday]
        if len(own) > 1:
            squares += len(own) * (own.var(ddof=1) - own.mean()) / own.mean() ** 2
    return math.sqrt(max(squares / (_FIRST_DAYS + len(days)), 0.0))


def _counters(shifts: list[records.Shift], office: Office) -> dict[int, dict[int, float]]:
    """Open and not paused, of the days on which any was."""
    open_s: Tally[tuple[int, date, int]] = Tally()
    for shift in shifts:
        if shift.closed_at is not None:
            _add(open_s, shift.counter, (shift.opened_at, shift.closed_at), 1, office)
            for begun, ended in shift.pauses:
                _add(open_s, shift.counter, (begun, ended or shift.closed_at), -1, office)
    days = len({day for _, day, _ in open_s})
    totals: defaultdict[int, Tally[int]] = defaultdict(Tally)
    for (counter, _, hour), seconds in open_s.items():
        totals[counter][hour] += seconds
    return {counter: {hour: seconds / HOUR_S / days for hour, seconds in of.items()} for counter, of in totals.items()}


def _add(
    into: Tally[tuple[int, date, int]], counter: int, span: tuple[datetime, datetime], sign: int, office: Office
) -> None:
    at, ended = span
    while at < ended:
        local = at.astimezone(office.zone)
        until = min(ended, at + timedelta(seconds=max(HOUR_S - local.minute * 60 - local.second, 1)))
        into[counter, local.date(), local.hour] += sign * round((until - at).total_seconds())
        at = until


def _breaks(session: Session, office: Office, start: datetime, end: datetime) -> ServeTimes:
    """Breaks that the officer came back from, by reason."""
    moves = [ShiftAction.PAUSE.value, ShiftAction.RESUME.value, ShiftAction.CLOSE.value]
    rows: Any = session.execute(
        select(Event.shift_id, Event.action, Event.at, Event.reason)
        .where(
            Event.office_id == office.id,
            Event.at >= start,
            Event.at < end,
            Event.action.in_(moves),
            Event.shift_id.is_not(None),
        )
        .order_by(Event.shift_id, Event.seq)
    )
    found = []
    for _, of_shift in groupby(rows, key=lambda row: row.shift_id):
        begun: tuple[datetime, str] | None = None
        for _, action, at, reason in of_shift:
            if action == ShiftAction.RESUME and begun is not None:
                found.append(Served(begun[1], (at - begun[0]).total_seconds()))
            begun = (at, _kind(reason)) if action == ShiftAction.PAUSE else None
    return learn_times(found, {})


def _leaving(session: Session, office: Office, start: datetime, end: datetime, visits: VisitTable) -> float:
    """Who leaves without a word is among those called in vain."""
    rows = session.execute(
        select(Event.at, Ticket.due_at)
        .join(Ticket, Ticket.id == Event.ticket_id)
        .where(
            Event.office_id == office.id,
            Event.at >= start,
            Event.at < end,
            Event.action == Action.CANCEL.value,
            Event.from_state == TicketState.WAITING,
            Ticket.channel != Channel.IMPORTED,
            Ticket.due_at.is_not(None),
        )
    )
    left = [max(0.0, (at - due_at).total_seconds()) for at, due_at in rows if due_at is not None]
    called = visits.called_at != NEVER
    waited_s = float(np.maximum(visits.called_at[called] - visits.arrived_at[called], 0).sum()) / _SECOND
    return len(left) / (waited_s + sum(left) + _NOBODY_LEFT_S)

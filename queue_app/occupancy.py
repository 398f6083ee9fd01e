"""READ what the time of the period's shifts went to, per officer and per counter.

Most services are read from the kept days. Only tickets that were held, went to another officer, or were called and not
served are looked up in the log, by their ids. A call that was given back to the line is idle time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Literal

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from metrics.local_time import micros
from metrics.occupancy import Occupancy, Spans, as_array, parts_of
from metrics.periods import Period
from metrics.visit import Shift as ShiftRecord
from metrics.visit import Span
from metrics.visit_table import NEVER, NOBODY, VisitTable, grouped
from queue_app import history, lifecycle, shift_history
from queue_app.lifecycle import Action, ShiftState
from queue_app.models import Event, Office, Shift
from queue_app.visit_days import LegTable, Reading

_ONE_DAY = timedelta(days=1)
_IDS_AT_ONCE = 5_000

Doing = Literal["called", "serving"]
Place = tuple[str | None, int | None]
"""An officer's user name and a counter's number."""

_BEGINS: Mapping[str, Doing] = {Action.CALL: "called", Action.START: "serving", Action.RESUME: "serving"}
_ENDS = frozenset(
    {
        Action.HOLD,
        Action.FINISH,
        Action.CONTINUE,
        Action.TRANSFER,
        Action.RETURN,
        Action.NO_SHOW,
        Action.CANCEL,
        Action.EXPIRE,
    }
)


@dataclass(frozen=True, slots=True)
class Stay:
    """The time of one officer at one counter over the shifts of a period."""

    officer: str
    counter: int
    parts: Occupancy


def stays(session: Session, office: Office, reading: Reading, period: Period, now: datetime) -> Sequence[Stay]:
    """Of the shifts opened on the period's days, which are over. ``reading``: at least of these days."""
    start, end = period.bounds
    # A shift that nobody closed is counted to the end of the period: not beyond the days that are over.
    until = min(now, end)

    def measure() -> Sequence[Stay]:
        shifts = (shift for shift in shift_history.shifts(session, office, period) if start <= shift.opened_at < end)
        return _measured(shifts, _places(session, office, _touching(reading.whole(), start, end)), until)

    # What a closed shift went to does not change any more, so their number and the newest say which they are.
    count, newest, still_open = session.execute(
        select(func.count(), func.max(Shift.id), func.count().filter(Shift.state != ShiftState.CLOSED)).where(
            Shift.office_id == office.id, Shift.opened_at >= start, Shift.opened_at < end
        )
    ).one()
    return measure() if still_open else reading.of_past(period.end_day, ("occupancy", period, count, newest), measure)


def by_officer(found: Iterable[Stay]) -> dict[str, Occupancy]:
    sums: defaultdict[str, Occupancy] = defaultdict(Occupancy)
    for stay in found:
        sums[stay.officer] += stay.parts
    return dict(sums)


def by_counter(found: Iterable[Stay]) -> dict[int, Occupancy]:
    sums: defaultdict[int, Occupancy] = defaultdict(Occupancy)
    for stay in found:
        sums[stay.counter] += stay.parts
    return dict(sums)


class _Places:
    """What was done at each place, in order of the beginnings."""

    def __init__(self, spans: Mapping[tuple[Place, Doing], Spans]) -> None:
        self._of = {key: found[:, np.argsort(found[0], kind="stable")] for key, found in spans.items()}

    def near(self, shift: ShiftRecord, doing: Doing, end: datetime) -> Spans:
        """Those that may touch the shift: nothing goes on for more than a day."""
        spans = self._of.get(((shift.officer, shift.counter), doing), as_array(()))
        first, last = np.searchsorted(spans[0], [micros(shift.opened_at - _ONE_DAY), micros(end)])
        return spans[:, first:last]


def _measured(shifts: Iterable[ShiftRecord], places: _Places, until: datetime) -> Sequence[Stay]:
    sums: defaultdict[tuple[str, int], Occupancy] = defaultdict(Occupancy)
    for shift in shifts:
        end = shift.closed_at or until
        serving, called = (places.near(shift, doing, end) for doing in ("serving", "called"))
        sums[shift.officer, shift.counter] += parts_of(shift, serving, called, until)
    return [Stay(officer, counter, parts) for (officer, counter), parts in sorted(sums.items())]


def _touching(legs: LegTable, start: datetime, end: datetime) -> VisitTable:
    """The legs that were called in these days, or in the night after: a shift may go past midnight."""
    visits = legs.visits
    begun = np.where(visits.called_at == NEVER, visits.started_at, visits.called_at)
    return visits.where((begun >= micros(start - _ONE_DAY)) & (begun < micros(end + _ONE_DAY)))


def _places(session: Session, office: Office, visits: VisitTable) -> _Places:
    is_plain = visits.is_timed & (visits.hold == 0) & (visits.officer.codes != NOBODY)
    others = np.unique(visits.ticket[~is_plain]).tolist()
    found: defaultdict[tuple[Place, Doing], list[Spans]] = defaultdict(list)
    for key, spans in _plain(visits.where(is_plain)):
        found[key].append(spans)
    told: defaultdict[tuple[Place, Doing], list[Span]] = defaultdict(list)
    for place, doing, span in _logged(session, office, others):
        told[place, doing].append(span)
    for key, pairs in told.items():
        found[key].append(as_array(pairs))
    return _Places({key: np.concatenate(parts, axis=1) for key, parts in found.items()})


def _plain(visits: VisitTable) -> Iterator[tuple[tuple[Place, Doing], Spans]]:
    """Called, started, finished by one officer without a break."""
    for officer, rows in visits.officer.grouped(np.arange(len(visits))).items():
        for counter, of_place in grouped(visits.counter[rows], rows).items():
            place = officer, counter
            called_at, started_at = visits.called_at[of_place], visits.started_at[of_place]
            was_called = called_at != NEVER
            yield (place, "called"), np.stack([called_at, started_at])[:, was_called]
            yield (place, "serving"), np.stack([started_at, visits.finished_at[of_place]])


def _logged(session: Session, office: Office, ticket_ids: Sequence[int]) -> Iterator[tuple[Place, Doing, Span]]:
    names = history.Names.read(session, office)
    for start in range(0, len(ticket_ids), _IDS_AT_ONCE):
        rows = session.execute(
            select(Event.ticket_id, Event.action, Event.at, Event.counter_id, Event.officer_id)
            .where(Event.ticket_id.in_(ticket_ids[start : start + _IDS_AT_ONCE]))
            .order_by(Event.ticket_id, Event.seq)
        )
        for _, moves in groupby(rows, key=lambda row: row.ticket_id):
            yield from _of_ticket(moves, names)


def _of_ticket(moves: Iterable[Any], names: history.Names) -> Iterator[tuple[Place, Doing, Span]]:
    place: Place = (None, None)
    since: datetime | None = None
    doing: Doing | None = None
    for move in lifecycle.standing(moves, lambda move: str(move.action)):
        if move.action not in _BEGINS and move.action not in _ENDS:
            continue  # a recall, a wish, a claim: what was being done goes on
        if doing is not None and since is not None:
            yield place, doing, (since, move.at)
        doing, since = _BEGINS.get(move.action), move.at
        if move.action in (Action.CALL, Action.RESUME):
            place = names.officers.get(move.officer_id), names.counters.get(move.counter_id)
    if doing is not None and since is not None:
        yield place, doing, (since, None)

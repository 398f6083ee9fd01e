"""READ what was done at each counter by whom, and what shifts went to by that.

Most services are read from legs. Only tickets that were held, went to another officer, or were called and not served
are looked up in the log, by their ids. A call that was given back to the line is idle time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Literal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.local_time import micros
from metrics.occupancy import Occupancy, Spans, as_array, parts_of
from metrics.visit import Shift as ShiftRecord
from metrics.visit import Span
from metrics.visit_table import NEVER, NOBODY, VisitTable, grouped
from queue_app import archived, history, lifecycle
from queue_app.lifecycle import Action
from queue_app.models import Event, Office

ONE_DAY = timedelta(days=1)
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


class Places:
    """What was done at each place, in order of the beginnings."""

    def __init__(self, spans: Mapping[tuple[Place, Doing], Spans]) -> None:
        self._of = {key: found[:, np.argsort(found[0], kind="stable")] for key, found in spans.items()}

    def parts(self, shift: ShiftRecord, until: datetime) -> Occupancy:
        """What the shift went to; one that is still open is measured up to ``until``."""
        end = shift.closed_at or until
        return parts_of(shift, self._near(shift, "serving", end), self._near(shift, "called", end), until)

    def _near(self, shift: ShiftRecord, doing: Doing, end: datetime) -> Spans:
        """Those that may touch the shift: nothing goes on for more than a day."""
        spans = self._of.get(((shift.officer, shift.counter), doing), as_array(()))
        first, last = np.searchsorted(spans[0], [micros(shift.opened_at - ONE_DAY), micros(end)])
        return spans[:, first:last]


def places(session: Session, office: Office, legs: VisitTable, start: datetime, end: datetime) -> Places:
    """Of those legs that were called from the day before ``start`` to the day after ``end``: a shift may go past
    midnight.
    """
    visits = _touching(legs, start, end)
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
    return Places({key: np.concatenate(parts, axis=1) for key, parts in found.items()})


def _touching(visits: VisitTable, start: datetime, end: datetime) -> VisitTable:
    begun = np.where(visits.called_at == NEVER, visits.started_at, visits.called_at)
    return visits.where((begun >= micros(start - ONE_DAY)) & (begun < micros(end + ONE_DAY)))


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
        ids = ticket_ids[start : start + _IDS_AT_ONCE]
        rows: Iterable[Any] = session.execute(
            select(Event.ticket_id, Event.seq, Event.action, Event.at, Event.counter_id, Event.officer_id)
            .where(Event.ticket_id.in_(ids))
            .order_by(Event.ticket_id, Event.seq)
        )
        kept = archived.of_tickets(session, office.id, ids)
        if kept:
            rows = archived.merged(rows, kept, key=lambda row: (row.ticket_id, row.seq))
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

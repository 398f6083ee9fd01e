"""READ for numbers: the log of an office -> ``metrics.visit.Shift``. Nothing here changes anything."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from metrics import visit as records
from metrics.periods import Period, day_of, day_start
from metrics.visit import Span
from queue_app import archived
from queue_app.lifecycle import BY_DAY_END, ShiftAction
from queue_app.models import Counter, Event, Office, Shift, User

_ONE_DAY = timedelta(days=1)
_IDS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class LoggedShift:
    """A shift with its ids in the log."""

    id: int
    officer_id: int
    counter_id: int
    record: records.Shift


class _Move(NamedTuple):
    """A shift's move, with what its shift is."""

    id: int
    officer_id: int
    counter_id: int
    username: str
    number: int
    opened_at: datetime
    seq: int
    action: str
    at: datetime
    reason: str | None


def shifts(session: Session, office: Office, period: Period) -> list[records.Shift]:
    """The shifts opened on the period's days or the day before, with their pauses, in the order of opening."""
    start, end = period.bounds
    return [shift.record for shift in opened(session, office, start - _ONE_DAY, end)]


def opened(session: Session, office: Office, start: datetime, end: datetime) -> list[LoggedShift]:
    """Those opened from ``start`` until before ``end``, in that order."""
    return _logged(session, office, Shift.office_id == office.id, Shift.opened_at >= start, Shift.opened_at < end)


def logged(session: Session, office: Office, shift_ids: Collection[int]) -> list[LoggedShift]:
    """These shifts, in the order of opening."""
    ids = sorted(shift_ids)
    found = [
        shift
        for begun in range(0, len(ids), _IDS_AT_ONCE)
        for shift in _logged(session, office, Shift.id.in_(ids[begun : begun + _IDS_AT_ONCE]))
    ]
    return sorted(found, key=lambda shift: shift.record.opened_at)


def _logged(session: Session, office: Office, *chosen: ColumnElement[bool]) -> list[LoggedShift]:
    rows: Iterable[Any] = session.execute(
        select(
            Shift.id, Shift.officer_id, Shift.counter_id, User.username, Counter.number,
            Shift.opened_at, Event.seq, Event.action, Event.at, Event.reason,
        )
        .join(Event, Event.shift_id == Shift.id)
        .join(User, User.id == Shift.officer_id)
        .join(Counter, Counter.id == Shift.counter_id)
        .where(*chosen)
        .order_by(Shift.opened_at, Shift.id, Event.seq)
    )  # fmt: skip
    found = []
    kept = _archived(session, office, chosen)
    if kept:
        rows = archived.merged(rows, kept, key=lambda row: (row.opened_at, row.id, row.seq))
    for _, of_shift in groupby(rows, key=lambda row: row.id):
        moves = list(of_shift)
        one = moves[0]
        said = [(row.action, row.at, row.reason == BY_DAY_END) for row in moves]
        record = _shift(one.username, one.number, said, office.zone)
        found.append(LoggedShift(one.id, one.officer_id, one.counter_id, record))
    return found


def _archived(session: Session, office: Office, chosen: Sequence[ColumnElement[bool]]) -> list[_Move]:
    """The same rows of these shifts that were archived, in the same order."""
    if archived.through(session, office.id) is None:
        return []
    of = (
        select(Shift.id, Shift.officer_id, Shift.counter_id, User.username, Counter.number, Shift.opened_at)
        .join(User, User.id == Shift.officer_id)
        .join(Counter, Counter.id == Shift.counter_id)
        .where(*chosen)
    )
    shifts = {row.id: row for row in session.execute(of)}
    rows = archived.of_shifts(session, office, {shift_id: row.opened_at for shift_id, row in shifts.items()})
    moves = [
        _Move(*shifts[row.shift_id], row.seq, row.action, row.at, row.reason)
        for row in rows
        if row.shift_id is not None
    ]
    return sorted(moves, key=lambda move: (move.opened_at, move.id, move.seq))


def _shift(officer: str, counter: int, moves: Sequence[tuple[str, datetime, bool]], zone: ZoneInfo) -> records.Shift:
    """``moves``: what happened, when, and whether the day's end did it. It closes what somebody forgot, when the server
    runs again; the time after the day is nobody's."""
    closed_at = paused_at = None
    pauses: list[Span] = []
    midnight = day_start(day_of(moves[0][1], zone) + _ONE_DAY, zone)
    for action, happened, by_day_end in moves:
        at = min(happened, midnight) if by_day_end else happened
        if action == ShiftAction.PAUSE:
            paused_at = at
        elif action in (ShiftAction.RESUME, ShiftAction.CLOSE) and paused_at is not None:
            pauses.append((paused_at, at))
            paused_at = None
        if action == ShiftAction.CLOSE:
            closed_at = at
    if paused_at is not None:
        pauses.append((paused_at, None))
    return records.Shift(
        officer=officer, counter=counter, opened_at=moves[0][1], closed_at=closed_at, pauses=tuple(pauses)
    )

"""READ for numbers: the log of an office -> ``metrics.visit.Shift``. Nothing here changes anything."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics import visit as records
from metrics.periods import Period, day_of, day_start
from metrics.visit import Span
from queue_app.lifecycle import BY_DAY_END, ShiftAction
from queue_app.models import Counter, Event, Office, Shift, User

_ONE_DAY = timedelta(days=1)


def shifts(session: Session, office: Office, period: Period) -> list[records.Shift]:
    """The shifts opened on the period's days or the day before, with their pauses, in the order of opening."""
    start, end = period.bounds
    rows = session.execute(
        select(Shift.id, User.username, Counter.number, Event.action, Event.at, Event.reason)
        .join(Event, Event.shift_id == Shift.id)
        .join(User, User.id == Shift.officer_id)
        .join(Counter, Counter.id == Shift.counter_id)
        .where(Shift.office_id == office.id, Shift.opened_at >= start - _ONE_DAY, Shift.opened_at < end)
        .order_by(Shift.opened_at, Shift.id, Event.seq)
    )
    by_shift = groupby(rows, key=lambda row: (row.id, row.username, row.number))
    return [
        _shift(username, number, [(row.action, row.at, row.reason == BY_DAY_END) for row in moves], office.zone)
        for (_, username, number), moves in by_shift
    ]


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

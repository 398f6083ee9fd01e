"""The counters as a board shows them: which are open, what they take, and which share a line. Never who sits there."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from queue_app import kept_settings, scope, shifts
from queue_app.lifecycle import ShiftState
from queue_app.models import Counter, Office
from queue_app.prepared import Prepared

_FEWEST_OF_A_POOL = 2


class _Counter(NamedTuple):
    id: int
    number: int
    pool_id: int | None


_IN_USE = Prepared(
    select(Counter.id, Counter.number, Counter.pool_id)
    .where(Counter.office_id == bindparam("of_office"), Counter.active)
    .order_by(Counter.number)
)


def of(session: Session, office: Office) -> list[dict[str, Any]]:
    """Each counter of the office with ``number``, ``state``, the codes of its ``services`` (with the officer at it, if
    there is one) and its ``pool``, as the numbers of the counters that share its line ("1–3"), or None."""
    counters = kept_settings.remembered(session, office.id, "counters", lambda: _counters(session, office))
    states = {shift.counter_id: shift.state for shift in shifts.live(session, office.id)}
    equipped = kept_settings.remembered(session, office.id, "equipped", lambda: scope.equipped(session, office.id))
    takes = {at.counter_id: at.preferences for at in equipped}
    takes |= {at.counter_id: at.preferences for at in scope.attended(session, office.id)}
    codes = {service.id: service.code for service in office.services if service.active}
    pools: dict[int, list[int]] = {}
    for counter in counters:
        if counter.pool_id is not None:
            pools.setdefault(counter.pool_id, []).append(counter.number)
    return [
        {
            "number": counter.number,
            "state": states.get(counter.id, ShiftState.CLOSED).value,
            "services": [codes[service_id] for service_id in sorted(takes.get(counter.id, {})) if service_id in codes],
            "pool": _pool_name(pools.get(counter.pool_id or 0, [])),
        }
        for counter in counters
    ]


def _counters(session: Session, office: Office) -> list[_Counter]:
    """Those in use."""
    return [_Counter(*row) for row in _IN_USE.all(session, {"of_office": office.id})]


def ranges(numbers: Iterable[int]) -> str:
    """Counter numbers as they are written on a sign: ``1–3, 5``."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in found)


def _pool_name(numbers: list[int]) -> str | None:
    return ranges(numbers) if len(numbers) >= _FEWEST_OF_A_POOL else None

"""An officer's own day as the desk shows it. Reads only.

A desk is asked after every move of its office, while an officer's own figures change only with the moves and claims of
the tickets that the officer has finished. Each process remembers the figures with what they came from, and reads the
log of those tickets again when that has become something else.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Integer, Pool, bindparam, select
from sqlalchemy.orm import Session

from metrics.plausibility import sift
from metrics.quantiles import median
from queue_app import history
from queue_app.lifecycle import Action, ClaimAction
from queue_app.models import Event, Ticket, User
from queue_app.models.log import stands
from queue_app.prepared import Prepared, is_any_of

_FINISHED = (Action.FINISH, Action.CONTINUE)

_OFFICERS_KEPT = 10_000
_Known = dict[int, tuple[Hashable, "OwnFigures"]]
_known: WeakKeyDictionary[Pool, _Known] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """The officer's own day: ``served`` finished services, ``timed`` of them with a time that can be right."""

    served: int
    timed: int
    median_s: float | None


_TODAY = (Event.office_id == bindparam("of_office", type_=Integer), Event.at >= bindparam("since"))
_CLAIMS = Prepared(select(Event.seq).where(*_TODAY, is_any_of(Event.action, ClaimAction)), flushes=True)


@cache
def _ended() -> Prepared:
    return Prepared(
        select(Event.seq, Event.ticket_id, Event.action, Ticket.version)
        .join(Ticket, Ticket.id == Event.ticket_id)
        .where(
            *_TODAY,
            Event.officer_id == bindparam("of_officer"),
            is_any_of(Event.action, (*_FINISHED, Action.NO_SHOW)),
            stands(),
        )
        .order_by(Event.seq.desc()),
        flushes=True,
    )


def ended_by(session: Session, officer: User, since: datetime) -> Sequence[Any]:
    """The tickets of which the officer finished a service, or which were marked as not there, since an instant, each
    with that action and its version now, the latest first; a visit with several services may be here several times."""
    return _ended().all(session, {"of_office": officer.office_id, "of_officer": officer.id, "since": since})


def figures(session: Session, officer: User, ended: Sequence[Any], since: datetime) -> OwnFigures:
    """The figures of what ``ended`` since that instant."""
    claims = _CLAIMS.all(session, {"of_office": officer.office_id, "since": since})
    come_from = (tuple(ended), tuple(sorted(claims)), officer.office.timezone)
    known = _known.setdefault(session.get_bind().engine.pool, {})
    before, found = known.get(officer.id, (None, None))
    if found is None or before != come_from:
        found = _reckoned(session, officer, [row.ticket_id for row in ended if row.action in _FINISHED])
        if len(known) >= _OFFICERS_KEPT:
            known.clear()
        known[officer.id] = come_from, found
    return found


def _reckoned(session: Session, officer: User, finished: Sequence[int]) -> OwnFigures:
    """By the same reading of the log as the speed figures: an officer sees no other number than the supervisor does."""
    legs = history.visits_of(session, officer.office, set(finished))
    own = sift((leg for leg in legs if leg.officer == officer.username), officer.office.zone).kept
    times = [leg.serve_s for leg in own if leg.serve_s is not None]
    return OwnFigures(served=len(finished), timed=len(times), median_s=median(times))

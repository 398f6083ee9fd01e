"""READ the past days that say what a usual day of a weekday is like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.local_time import LocalDays, micros
from metrics.periods import Period, day_start
from metrics.visit_table import VisitTable
from queue_app import visit_days
from queue_app.models import Office, Ticket

LOOK_BACK = timedelta(days=84)
LEAST_DAYS = 3
LEAST_VISITS = 60
"""Under so many days or visits the past says too little of a usual day."""


@dataclass(frozen=True, slots=True)
class Past:
    """``all_visits`` of the look-back; ``of_days``: those who came on ``days``.

    Of these: ``at_s``, seconds of the local day; ``day``, its place in ``days``; ``first``, whether it is the first leg
    of its ticket; ``booked``, with a slot. ``slot_s``: by ticket, the start of its slot in seconds since 1970.
    """

    all_visits: VisitTable
    of_days: VisitTable
    days: tuple[date, ...]
    at_s: NDArray[np.float64]
    day: NDArray[np.int64]
    first: NDArray[np.bool_]
    booked: NDArray[np.bool_]
    slot_s: Mapping[int, float]
    any_weekday: bool

    @classmethod
    def read(cls, session: Session, office: Office, weekday: int, today: date) -> "Past":
        period = Period(today - LOOK_BACK, today - timedelta(days=1), office.zone)
        visits = visit_days.visits(session, office, period)
        ordinals = LocalDays(visits.arrived_at, office.zone).ordinal
        inside = (ordinals >= period.start_day.toordinal()) & (ordinals <= period.end_day.toordinal())
        visits, ordinals = visits.where(inside), ordinals[inside]
        different = np.unique(ordinals)
        chosen = different[(different - 1) % 7 == weekday]
        any_weekday = len(chosen) < LEAST_DAYS
        if any_weekday:
            chosen = different
        first = np.concatenate([[True], visits.ticket[1:] != visits.ticket[:-1]]) if len(visits) else np.empty(0, bool)
        here = np.isin(ordinals, chosen)
        of_days, first = visits.where(here), first[here]
        days = tuple(date.fromordinal(int(one)) for one in chosen)
        place = np.searchsorted(chosen, ordinals[here])
        starts = np.array([micros(day_start(day, office.zone)) for day in days], np.int64)
        at_s = (of_days.arrived_at - starts[place]) / 1e6 if days else np.empty(0)
        slots = _slots_of(session, office, days)
        booked = np.isin(of_days.ticket.astype(np.int64), np.array(list(slots), np.int64)) & first
        return cls(visits, of_days, days, at_s, place, first, booked, slots, any_weekday)

    @property
    def enough(self) -> bool:
        return len(self.days) >= LEAST_DAYS and len(self.of_days) >= LEAST_VISITS

    @property
    def waits(self) -> NDArray[np.float64]:
        """Of those who were served."""
        waits = self.of_days.wait_s[self.of_days.end.are("finished")]
        return waits[waits >= 0]


def _slots_of(session: Session, office: Office, days: Sequence[date]) -> dict[int, float]:
    """By ticket: the start of its slot in seconds since 1970."""
    if not days:
        return {}
    found = session.execute(
        select(Ticket.id, Ticket.slot_start).where(
            Ticket.office_id == office.id, Ticket.day.between(days[0], days[-1]), Ticket.slot_start.is_not(None)
        )
    )
    return {ticket: slot.timestamp() for ticket, slot in found if slot is not None}

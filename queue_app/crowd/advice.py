"""Which of the offered times usually has the shorter wait. Reads only. Nothing is said on thin data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.arrival import Slot
from queue_app.crowd import past
from queue_app.models import Service
from queue_app.opening import Calendar

if TYPE_CHECKING:
    from metrics.crowd.waits import Habits, Usual

_HOUR = 60


@dataclass(frozen=True, slots=True)
class SlotWait:
    """``usual`` wait of whoever comes then; ``is_best``: surely shorter than usual, and a place is left."""

    usual: "Usual"
    is_best: bool


@dataclass(frozen=True, slots=True)
class Better:
    """A day and full hour whose wait is usually shorter by ``percent``, in steps of ten."""

    day: date
    minute: int
    percent: int

    @property
    def time(self) -> str:
        return opening.clock_text(self.minute)


@dataclass(frozen=True, slots=True)
class Advice:
    """``slots``: of the chosen day, by the minute in which they start. ``whole``: the service's usual wait."""

    slots: Mapping[int, SlotWait]
    better: Better | None
    whole: "Usual | None"


NOTHING = Advice({}, None, None)


def of_day(
    session: Session, service: Service, day: date | None, slots: Sequence[Slot], others: Sequence[date], now: datetime
) -> Advice:
    """For the ``slots`` of a chosen day, and for ``others``: days on which places are left."""
    habits = past.learned(session, service.office, now).habits(service.id)
    if habits is None:
        return NOTHING
    found = {}
    for slot in slots:
        usual = habits.usual.get((day.weekday(), slot.start_minute // _HOUR)) if day is not None else None
        if usual is not None and day is not None:
            is_best = slot.remaining > 0 and habits.shorter(day.weekday(), slot.start_minute // _HOUR) is not None
            found[slot.start_minute] = SlotWait(usual, is_best)
    free = {slot.start_minute // _HOUR for slot in slots if slot.remaining > 0}
    calendar = opening.window(session, service.office, now)
    return Advice(
        found, _better(habits, service, calendar, day, free, [one for one in others if one != day]), habits.whole
    )


def _better(
    habits: "Habits", service: Service, calendar: Calendar, day: date | None, free: set[int], others: Sequence[date]
) -> Better | None:
    """The best of all; of equal ones the first day, so that it doesn't change from page to page."""
    days = [(one, _hours(calendar, service, one)) for one in others] + ([(day, sorted(free))] if day else [])
    found = [
        (round(-shorter.share, 2), one, hour)
        for one, hours in sorted(days)
        for hour in hours
        if (shorter := habits.shorter(one.weekday(), hour)) is not None
    ]
    if not found:
        return None
    share, best, hour = min(found)
    return Better(best, hour * _HOUR, max(10, round(-share * 10) * 10))


def _hours(calendar: Calendar, service: Service, day: date) -> list[int]:
    """The hours of a later day at whose beginning the service is open."""
    spans = calendar.intervals(service, day)
    return [hour for hour in range(24) if any(opens <= hour * _HOUR < closes for opens, closes in spans)]

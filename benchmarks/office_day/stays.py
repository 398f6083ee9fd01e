"""What became of a person on a day, and the figures over many: the same for paper and Antrean."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.office_day.people import OPEN_S, Person
from metrics.quantiles import median, p90

WORSE_S = 600.0
"""Who is longer in the building than on paper by more than this is worse off."""


class End(StrEnum):
    SERVED = "served"
    SENT_AWAY = "sent away"
    NO_SHOW = "no-show"


@dataclass(slots=True)
class Stay:
    """Seconds from opening. ``inside_s``: time in the building until served or sent away; ``came_s`` is when the person
    first came, ``due_s`` the slot of who booked one, ``in_vain`` how often the number was called in vain. ``how``:
    booked, kiosk (waits inside) or elsewhere."""

    person: Person
    how: str = "kiosk"
    end: End | None = None
    came_s: float | None = None
    entered_s: float | None = None
    due_s: float | None = None
    called_s: float | None = None
    ended_s: float | None = None
    inside_s: float = 0.0
    in_vain: int = 0

    def enter(self, at_s: float) -> None:
        self.came_s = at_s if self.came_s is None else self.came_s
        self.entered_s = at_s

    def leave(self, at_s: float) -> None:
        """Out of the building, for good or for a while."""
        if self.entered_s is not None:
            self.inside_s += at_s - self.entered_s
            self.entered_s = None

    def finish(self, at_s: float, end: End) -> None:
        if self.end is not None:
            raise RuntimeError(f"person {self.person.number} ends twice: {self.end}, then {end}")
        self.end, self.ended_s = end, at_s
        self.leave(at_s)

    @property
    def wait_s(self) -> float:
        """From coming (or from the slot, if that is later) to the call."""
        if self.called_s is None or self.came_s is None:
            raise ValueError("never called")
        return max(0.0, self.called_s - max(self.came_s, self.due_s or 0.0))

    @property
    def whole_s(self) -> float:
        """From first coming to the end, wherever it was spent."""
        return (self.ended_s or 0.0) - (self.came_s or 0.0)


@dataclass(frozen=True, slots=True)
class Day:
    """One day on one side. ``reused``: cancelled places that went to others, by the waiting list or by looking again in
    the morning; ``without_place``: who wished to book and found every slot of the service taken, in the end too.
    ``overtime_s``: from closing to the last end of a service."""

    stays: Sequence[Stay]
    reused: int = 0
    without_place: int = 0

    @property
    def overtime_s(self) -> float:
        return max([0.0, *(s.ended_s - OPEN_S for s in self.stays if s.end is End.SERVED and s.ended_s is not None)])

    def ended(self, end: End) -> list[Stay]:
        return [stay for stay in self.stays if stay.end is end]


@dataclass(frozen=True, slots=True)
class Pair:
    """The same person on both sides, served on both."""

    paper: Stay
    antrean: Stay


def pairs(paper: Iterable[Day], antrean: Iterable[Day]) -> list[Pair]:
    """Who was served on both sides. Raises ValueError when the two days are not of the same persons."""
    found = []
    for one, other in zip(paper, antrean, strict=True):
        by_number = {stay.person.number: stay for stay in other.stays}
        if {stay.person.number for stay in one.stays} != by_number.keys():
            raise ValueError("not the same persons on both sides")
        for stay in one.stays:
            twin = by_number[stay.person.number]
            if stay.end is twin.end is End.SERVED:
                found.append(Pair(stay, twin))
    return found


def minutes(values: Iterable[float], of: Callable[[Iterable[float]], float | None] = median) -> float:
    """A figure of seconds, in minutes; not a number for none."""
    found = of(values)
    return float("nan") if found is None else found / 60


__all__ = ["WORSE_S", "Day", "End", "Pair", "Stay", "median", "minutes", "p90", "pairs"]

"""When which share of a day's online places opens. Pure.

An office that opens a whole day at once gives it to whoever is fastest at that minute. With stages, half may open a
week before in the morning and the rest on the day before at noon, at times that everybody can know.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, order=True)
class Stage:
    """``percent`` of the places open ``days_before`` the day, at ``minute`` from local midnight."""

    days_before: int
    minute: int
    percent: int

    def instant(self, day: date, zone: ZoneInfo) -> datetime:
        wall = datetime.combine(day - timedelta(days=self.days_before), time(*divmod(self.minute, 60)))
        return wall.replace(tzinfo=zone)

    def as_stored(self) -> dict[str, int]:
        return asdict(self)


def stages(stored: Iterable[Mapping[str, int]]) -> list[Stage]:
    """The stages of a service, in the order in which they come. Raises ValueError unless they make 100 per cent."""
    found = sorted((Stage(**stage) for stage in stored), key=lambda s: (-s.days_before, s.minute))
    if found and sum(stage.percent for stage in found) != 100:
        raise ValueError("the shares of all stages must make 100 per cent")
    if any(not (1 <= s.percent <= 100 and 0 <= s.minute < 1440 and 0 <= s.days_before <= 365) for s in found):
        raise ValueError("a stage is at most 365 days before, at a time of the day, with 1 to 100 per cent")
    return found


def opened_percent(plan: Sequence[Stage], day: date, zone: ZoneInfo, now: datetime) -> int:
    """How much of the day's online places is open by now; all of it without stages."""
    if not plan:
        return 100
    return sum(stage.percent for stage in plan if stage.instant(day, zone) <= now)


def next_opening(plan: Sequence[Stage], day: date, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the next share of the day opens; None when nothing more will."""
    return min((at for stage in plan if (at := stage.instant(day, zone)) > now), default=None)


def opened_places(capacity: int, percent: int, index: int) -> int:
    """How many of the ``capacity`` online places of the day's slot number ``index`` are open at ``percent``.

    Rounded up in some slots and down in others, so that half of single places are every second slot rather than none.
    The threshold of each slot is fixed (van der Corput's sequence, base 2, of the index): what was open stays open.
    """
    threshold = int(f"{index % 256:08b}"[::-1], 2)
    return (capacity * percent * 256 + 100 * threshold) // 25_600

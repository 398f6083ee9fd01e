"""Local days of an office, and the UTC instants where they begin and end.

A day has 24 hours only where the clocks never change; bounds are therefore found through the office's ``ZoneInfo``
and never by adding hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The local day an instant falls on. Raises ``ValueError`` for an instant without a zone."""
    if instant.utcoffset() is None:
        raise ValueError("instant must carry a time zone")
    return instant.astimezone(zone).date()


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC.

    Where the clocks skip midnight, that is the first instant after the gap; where midnight comes twice, the first.
    """
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days from ``start_day`` to ``end_day``, both included. Raises ``ValueError`` when reversed."""

    start_day: date
    end_day: date
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if self.end_day < self.start_day:
            raise ValueError(f"the period ends ({self.end_day}) before it begins ({self.start_day})")

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """``(start, end)`` in UTC: the first instant of the period and the first instant after it."""
        return day_start(self.start_day, self.zone), day_start(self.end_day + timedelta(days=1), self.zone)

    def contains(self, instant: datetime) -> bool:
        """Whether an aware instant falls on one of the days. For many instants, take ``bounds`` once instead."""
        return self.start_day <= day_of(instant, self.zone) <= self.end_day

    def days(self) -> Iterator[date]:
        """Each local day in order."""
        for offset in range((self.end_day - self.start_day).days + 1):
            yield self.start_day + timedelta(days=offset)

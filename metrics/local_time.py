"""Local days and hours of many instants at once; the rules are those of ``metrics.periods``.

Instants are whole microseconds since 1970 in UTC, in an array.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from metrics.periods import day_start

Micros = NDArray[np.int64]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_EPOCH_DAY = EPOCH.date().toordinal()
_DAY = 86_400_000_000
_HOUR = 3_600_000_000
_WEEK = 7


def micros(instant: datetime) -> int:
    """An aware instant as whole microseconds since 1970."""
    return (instant - EPOCH) // MICROSECOND


def instant_of(since_1970: int) -> datetime:
    """The instant in UTC."""
    return EPOCH + since_1970 * MICROSECOND


@lru_cache(maxsize=10_000)
def _start(ordinal: int, zone: ZoneInfo) -> int:
    return micros(day_start(date.fromordinal(ordinal), zone))


@lru_cache(maxsize=10_000)
def _offset(ordinal: int, zone: ZoneInfo) -> int | None:
    """The zone's offset on a local day; None where the clocks change on it."""
    start, end = (instant_of(_start(day, zone)).astimezone(zone).utcoffset() for day in (ordinal, ordinal + 1))
    return None if start is None or start != end else start // MICROSECOND


class LocalDays:
    """The local day of each of ``instants``: its ``ordinal`` (that of ``date``), and when the next one begins."""

    def __init__(self, instants: Micros, zone: ZoneInfo) -> None:
        self._instants, self._zone = instants, zone
        near = np.unique(instants // _DAY) + _EPOCH_DAY
        # The local day of an instant is at most one away from the one in UTC.
        known = np.unique(np.concatenate([near + away for away in (-1, 0, 1, 2)])) if near.size else near
        starts = np.array([_start(int(day), zone) for day in known], np.int64)
        place = np.searchsorted(starts, instants, side="right") - 1
        self.ordinal: Micros = known[place] if near.size else known
        self.next_start: Micros = starts[place + 1] if near.size else starts

    def weekday_hours(self) -> Micros:
        """Weekday (0 Monday) times 24 plus the hour on the local clock."""
        days, place = np.unique(self.ordinal, return_inverse=True)
        offsets = [_offset(int(day), self._zone) for day in days]
        local = self._instants + np.array([offset or 0 for offset in offsets], np.int64)[place] if days.size else days
        found: Micros = (self.ordinal - 1) % _WEEK * 24 + local % _DAY // _HOUR
        for changing in np.flatnonzero(np.array([offset is None for offset in offsets], np.bool_)[place]):
            at = instant_of(int(self._instants[changing])).astimezone(self._zone)
            found[changing] = at.weekday() * 24 + at.hour
        return found

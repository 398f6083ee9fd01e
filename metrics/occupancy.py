"""What the time of a shift went to: serving, called but not started, idle, paused. The parts sum exactly to the shift.

Records may overlap or be wrong; each instant belongs to one part all the same, the first of paused, serving, called
that covers it, else idle. A hold frees the counter: it is no serving, so the time is idle or another service's. Idle
says nothing about the officer: it depends on when citizens arrive.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from metrics.local_time import MICROSECOND, micros
from metrics.visit import Shift, Span

_NONE = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupancy:
    """Parts of one shift or of several, none negative. ``called``: from a call to the start of the service, or until
    the call came to nothing.
    """

    serving: timedelta = _NONE
    called: timedelta = _NONE
    idle: timedelta = _NONE
    paused: timedelta = _NONE

    @property
    def length(self) -> timedelta:
        return self.serving + self.called + self.idle + self.paused

    def __add__(self, other: "Occupancy") -> "Occupancy":
        return Occupancy(
            serving=self.serving + other.serving,
            called=self.called + other.called,
            idle=self.idle + other.idle,
            paused=self.paused + other.paused,
        )


def occupancy(shift: Shift, serving: Iterable[Span], called: Iterable[Span], now: datetime) -> Occupancy:
    """The parts of ``shift``; one that is still open is measured up to ``now``.

    ``serving`` and ``called`` are the spans of the shift's officer at its counter, holds left out; what lies outside
    the shift is cut off. A shift that closed before it opened has no time at all.
    """
    return parts_of(shift, as_array(serving), as_array(called), now)


Spans = NDArray[np.int64]
"""Two rows: when each of many spans begins and ends, in microseconds; ``FOREVER`` where it did not end."""

FOREVER = np.iinfo(np.int64).max


def as_array(spans: Iterable[Span]) -> Spans:
    pairs = [(micros(begin), FOREVER if end is None else micros(end)) for begin, end in spans]
    return np.array(pairs, np.int64).reshape(-1, 2).T


def parts_of(shift: Shift, serving: Spans, called: Spans, now: datetime) -> Occupancy:
    """As ``occupancy``, for many spans at once."""
    start, end = micros(shift.opened_at), micros(shift.closed_at or now)
    paused_spans = as_array(shift.pauses)
    serving_spans = np.concatenate([paused_spans, serving], axis=1)
    called_spans = np.concatenate([serving_spans, called], axis=1)
    # Each is covered by the next, so the differences are never negative.
    paused, served, taken = (_covered(spans, start, end) for spans in (paused_spans, serving_spans, called_spans))
    length = max(end - start, 0)
    parts = {"paused": paused, "serving": served - paused, "called": taken - served, "idle": length - taken}
    return Occupancy(**{name: part * MICROSECOND for name, part in parts.items()})


def _covered(spans: Spans, start: int, end: int) -> int:
    """How much of ``start`` to ``end`` at least one span covers."""
    begins, ends = spans[:, np.argsort(spans[0], kind="stable")].clip(start, end)
    # What lies before was counted with an earlier span.
    reached = np.maximum.accumulate(np.concatenate([[start], ends]))[:-1]
    return int(np.maximum(ends - np.maximum(begins, reached), 0).sum()) if end > start else 0

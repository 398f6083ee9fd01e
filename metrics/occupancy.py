"""What the time of a shift went to: serving, called but not started, idle, paused. The parts sum exactly to the shift.

Records may overlap or be wrong; each instant belongs to one part all the same, the first of paused, serving, called
that covers it, else idle. A hold frees the counter: it is no serving, so the time is idle or another service's. Idle
says nothing about the officer: it depends on when citizens arrive.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from metrics.holds import time_within
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
    start, end = shift.opened_at, shift.closed_at or now
    paused_spans = list(shift.pauses)
    serving_spans = [*paused_spans, *serving]
    called_spans = [*serving_spans, *called]
    # Each is covered by the next, so the differences are never negative.
    paused, served, taken = (time_within(spans, start, end) for spans in (paused_spans, serving_spans, called_spans))
    length = max(end - start, _NONE)
    return Occupancy(paused=paused, serving=served - paused, called=taken - served, idle=length - taken)

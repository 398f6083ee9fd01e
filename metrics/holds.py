"""Time that is not serving: holds of a ticket and pauses of its officer, taken out of the serve time.

Normally nobody is being served while an officer pauses. When it does happen, and when a hold and a pause overlap (the
ticket is put aside *because* the officer leaves the desk), each second must be taken out once and only once: spans are
therefore joined before they are measured.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from metrics.visit import Shift, Span, Visit

_FOREVER = datetime.max.replace(tzinfo=UTC)


def time_within(spans: Iterable[Span], start: datetime, end: datetime) -> timedelta:
    """How much of ``start``..``end`` is covered by at least one span; a span without an end covers all that follows."""
    covered = timedelta(0)
    reached = start
    for begin, finish in sorted(spans, key=lambda span: span[0]):
        begin = max(begin, reached)  # noqa: PLW2901 - what lies before was counted with an earlier span
        finish = end if finish is None else min(finish, end)  # noqa: PLW2901 - nothing counts after the service
        if finish > begin:
            covered += finish - begin
            reached = finish
    return covered


class Pauses:
    """The pauses of many shifts, to look up those of one officer between two instants without reading them all."""

    def __init__(self, shifts: Iterable[Shift]) -> None:
        found: defaultdict[str, list[Span]] = defaultdict(list)
        for shift in shifts:
            # A pause that was never ended is over when the shift is.
            found[shift.officer].extend((start, end or shift.closed_at) for start, end in shift.pauses)
        self._spans = {officer: sorted(spans, key=lambda span: span[0]) for officer, spans in found.items()}
        self._reach = {officer: _running_ends(spans) for officer, spans in self._spans.items()}

    def differing(self, other: "Pauses") -> set[str]:
        """The officers whose pauses aren't the same in both."""
        officers = self._spans.keys() | other._spans.keys()
        return {one for one in officers if self._spans.get(one, []) != other._spans.get(one, [])}

    def during(self, officer: str | None, start: datetime, end: datetime) -> list[Span]:
        """The officer's pauses that touch ``start``..``end``, in order."""
        if officer is None or officer not in self._spans:
            return []
        spans = self._spans[officer]
        # The furthest end so far never falls, so everything before `first` is over by `start`.
        first = bisect_right(self._reach[officer], start)
        last = bisect_right(spans, end, key=lambda span: span[0])
        return [span for span in spans[first:last] if span[1] is None or span[1] > start]


def _running_ends(spans: list[Span]) -> list[datetime]:
    """For each span the latest end among it and those before it."""
    latest: list[datetime] = []
    for _, end in spans:
        reach = _FOREVER if end is None else end
        latest.append(max(latest[-1], reach) if latest else reach)
    return latest


def take_out(visit: Visit, holds: Iterable[Span], pauses: Pauses) -> Visit:
    """The visit with ``hold`` set to the time covered by its holds or its officer's pauses, each second once.

    ``holds`` are the ticket's own hold spans within this leg; a value already in ``visit.hold`` is replaced. A visit
    whose service has not started, not finished, or finished before it started is returned as it is.
    """
    start, end = visit.started_at, visit.finished_at
    if start is None or end is None or end < start:
        return visit
    hold = time_within([*holds, *pauses.during(visit.officer, start, end)], start, end)
    return visit if hold == visit.hold else replace(visit, hold=hold)

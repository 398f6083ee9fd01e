"""READ when counters usually are open on a weekday: from the shifts or, without, from who served when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.local_time import micros
from metrics.periods import Period, day_start
from metrics.planning.day import Desk, Span
from metrics.planning.demand import QUARTER_S, QUARTERS
from metrics.planning.scenario import merged
from metrics.visit import Shift
from metrics.visit_table import NEVER, NOBODY, VisitTable
from queue_app import shift_history
from queue_app.models import Counter, Office, Service
from queue_app.models.office import counter_service

Source = Literal["shifts", "served", "counters"]
"""What says when counters are open: their shifts; who served when; nothing, so all are open at all hours."""

_ALONE_SERVICES, _ALONE_S = 3.0, (300.0, 1800.0)
"""Who serves nobody for as long as so many mean services is taken to be away; never sooner or later than these."""

Floats = NDArray[np.float64]


def desks(
    session: Session,
    office: Office,
    codes: Sequence[str],
    days: Sequence[date],
    opens: Sequence[Span],
    seen: VisitTable,
) -> tuple[list[Desk], Source]:
    """The counters with their usual hours on ``days``, and what says so. ``seen``: the visits of these days."""
    preferences = preferences_of(session, office, codes)
    everything = dict.fromkeys(codes, 1)
    shares = _of_shifts(session, office, days)
    source: Source = "shifts"
    if not shares:
        shares, source = _of_served(office, days, seen), "served"
    if not shares:
        return [Desk(number, of, tuple(opens)) for number, of in sorted(preferences.items())], "counters"
    return _usual(shares, preferences, everything, opens), source


def preferences_of(session: Session, office: Office, codes: Sequence[str]) -> dict[int, dict[str, int]]:
    """By the number of each counter: what it takes, 1 before 2."""
    found = session.execute(
        select(Counter.number, Service.code, counter_service.c.preference)
        .join(counter_service, counter_service.c.counter_id == Counter.id)
        .join(Service, Service.id == counter_service.c.service_id)
        .where(Counter.office_id == office.id, Service.code.in_(codes))
    )
    numbers: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for number, code, preference in found:
        numbers[number][code] = preference
    return dict(numbers)


def _of_shifts(session: Session, office: Office, days: Sequence[date]) -> dict[int, Floats]:
    """By counter: in which share of the days it is open in each quarter of an hour; empty when few days have shifts."""
    if not days:
        return {}
    places = {day: place for place, day in enumerate(days)}
    open_then: defaultdict[int, Floats] = defaultdict(lambda: np.zeros((len(days), QUARTERS)))
    for shift in shift_history.shifts(session, office, Period(days[0], days[-1], office.zone)):
        day = shift.opened_at.astimezone(office.zone).date()
        if day in places:
            start = micros(day_start(day, office.zone))
            for span in _open(shift, day, office):
                open_then[shift.counter][places[day]] += _quarters((span[0] - start) / 1e6, (span[1] - start) / 1e6)
    attended = np.zeros(len(days), np.bool_)
    for matrix in open_then.values():
        attended |= matrix.any(axis=1)
    if 2 * attended.sum() < len(days):
        return {}
    return {number: np.minimum(matrix[attended], 1.0).mean(axis=0) for number, matrix in open_then.items()}


def _open(shift: Shift, day: date, office: Office) -> list[tuple[int, int]]:
    """The spans of a shift without its pauses, in microseconds; one that nobody closed ends with its day."""
    midnight = micros(day_start(day + timedelta(days=1), office.zone))
    end = midnight if shift.closed_at is None else min(micros(shift.closed_at), midnight)
    spans, at = [], micros(shift.opened_at)
    for pause_start, pause_end in shift.pauses:
        spans.append((at, min(micros(pause_start), end)))
        at = end if pause_end is None else micros(pause_end)
    spans.append((at, end))
    return [(start, until) for start, until in spans if start < until]


def _of_served(office: Office, days: Sequence[date], seen: VisitTable) -> dict[int, Floats]:
    """By rank: the busiest first. Each officer is there from service to service."""
    begun = np.where(seen.called_at == NEVER, seen.started_at, seen.called_at)
    plain = (begun != NEVER) & (seen.finished_at != NEVER) & (seen.officer.codes != NOBODY)
    there = np.zeros((len(days), QUARTERS))
    taken_s = (seen.finished_at[plain] - begun[plain]) / 1e6
    alone_s = float(np.clip(_ALONE_SERVICES * taken_s.mean(), *_ALONE_S)) if taken_s.size else _ALONE_S[1]
    for place, day in enumerate(days):
        start = micros(day_start(day, office.zone))
        mine = plain & (begun >= start) & (begun < start + 86_400_000_000)
        for officer in np.unique(seen.officer.codes[mine]):
            of = mine & (seen.officer.codes == officer)
            spans = [
                ((a - start) / 1e6, (b - start) / 1e6) for a, b in zip(begun[of], seen.finished_at[of], strict=True)
            ]
            for span in _joined(spans, alone_s):
                there[place] += _quarters(*span)
    count = there.mean(axis=0) if len(days) else np.zeros(QUARTERS)
    most = round(float(count.max()))
    return {rank + 1: np.clip(count - rank, 0.0, 1.0) for rank in range(most)}


def _joined(spans: Iterable[Span], alone_s: float) -> Sequence[Span]:
    """Those with at most ``alone_s`` between them made one."""
    return [(a, b - alone_s) for a, b in merged([(a, b + alone_s) for a, b in spans])]


def _quarters(start_s: float, end_s: float) -> Floats:
    """The share of each quarter of an hour of the day that a span covers."""
    edges = np.arange(QUARTERS) * QUARTER_S
    covered: Floats = (
        np.clip(np.minimum(end_s, edges + QUARTER_S) - np.maximum(start_s, edges), 0, QUARTER_S) / QUARTER_S
    )
    return covered


def _usual(
    shares: Mapping[int, Floats],
    preferences: Mapping[int, Mapping[str, int]],
    everything: Mapping[str, int],
    opens: Sequence[Span],
) -> list[Desk]:
    """In each quarter of an hour as many counters as on a usual day: those that are open most often then."""
    numbers = sorted(shares)
    matrix = np.array([shares[number] for number in numbers])
    usually = matrix.sum(axis=0)
    counts = np.maximum(np.rint(usually), usually > 0).astype(int)  # whoever comes late or early finds somebody
    # Of counters as often open as each other the one that is open more over the day, so that hours hang together.
    rank = np.argsort(np.argsort(-(matrix + matrix.mean(axis=1, keepdims=True) / 100), axis=0, kind="stable"), axis=0)
    found = []
    for place, number in enumerate(numbers):
        spans = [(q * QUARTER_S, (q + 1) * QUARTER_S) for q in np.flatnonzero(rank[place] < counts).tolist()]
        inside = [(max(a, start), min(b, end)) for a, b in merged(spans) for start, end in opens]
        opened = merged([(a, b) for a, b in inside if a < b])
        if opened:
            found.append(Desk(number, preferences.get(number, everything), opened))
    return found

"""A made-up past: Poisson arrivals, several counters, log-normal services, officers that differ, people who leave."""

from datetime import UTC, datetime, timedelta
from heapq import heapify, heapreplace

import numpy as np

from metrics.visit import Visit

OPENS = datetime(2026, 3, 2, 1, tzinfo=UTC)


def days(count: int, *, a_day: int = 160, counters: int = 3, load: float = 0.95, seed: int = 1) -> list[Visit]:
    """First come first served; mean service 8 minutes (A) and 12 (B)."""
    draw = np.random.default_rng(seed)
    visits: list[Visit] = []
    for day in range(count):
        opens = OPENS + timedelta(days=day)
        free = [(0.0, counter) for counter in range(counters)]
        heapify(free)
        at_s = 0.0
        for place in range(a_day):
            at_s += draw.exponential(600 / counters / load)
            service, mean_s = ("A", 480.0) if draw.random() < 0.5 else ("B", 720.0)
            ready_s, counter = free[0]
            called_s = max(at_s, ready_s)
            left_s = at_s + draw.exponential(20_000)
            arrived = opens + timedelta(seconds=at_s)
            if left_s < called_s:
                left = opens + timedelta(seconds=left_s)
                visits.append(_visit(day * a_day + place, service, arrived, left_at=left))
                continue
            taken_s = mean_s * np.exp(0.6 * draw.standard_normal() - 0.18 + 0.2 * (counter - 1))
            heapreplace(free, (called_s + taken_s, counter))
            called, ended = (opens + timedelta(seconds=float(s)) for s in (called_s, called_s + taken_s))
            visits.append(_visit(day * a_day + place, service, arrived, f"s{counter}", called, ended))
    return visits


def _visit(
    ticket: int,
    service: str,
    arrived: datetime,
    officer: str | None = None,
    called: datetime | None = None,
    ended: datetime | None = None,
    left_at: datetime | None = None,
) -> Visit:
    return Visit(
        ticket=ticket,
        officer=officer,
        service=service,
        arrived_at=arrived,
        called_at=called,
        started_at=called,
        finished_at=ended,
        left_at=left_at,
        end="abandoned" if called is None else "finished",
    )

"""Records for the tests of metrics: one morning at a counter in Pekanbaru unless said otherwise."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from metrics.periods import Period
from metrics.visit import End, Visit

JAKARTA = ZoneInfo("Asia/Jakarta")
BERLIN = ZoneInfo("Europe/Berlin")
NINE = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""09:00 on Monday 2 March 2026 in WIB."""
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31), JAKARTA)


def served(
    seconds: float, officer: str | None = "ana", service: str = "A", start: datetime = NINE, hold_s: float = 0
) -> Visit:
    """A finished leg that took ``seconds`` of serving, beside ``hold_s`` on hold; called 20 s before the start."""
    return Visit(
        ticket="t",
        officer=officer,
        service=service,
        arrived_at=start - timedelta(minutes=5),
        called_at=start - timedelta(seconds=20),
        started_at=start,
        finished_at=start + timedelta(seconds=seconds + hold_s),
        hold=timedelta(seconds=hold_s),
        end="finished",
    )


def unserved(end: End, *, service: str = "A", officer: str | None = None, called_after_s: float | None = None) -> Visit:
    """A leg that arrived at nine and was never started."""
    called_at = None if called_after_s is None else NINE + timedelta(seconds=called_after_s)
    return Visit(ticket="t", officer=officer, service=service, arrived_at=NINE, called_at=called_at, end=end)


def legs(officer: str, service: str, seconds: Iterable[float]) -> list[Visit]:
    return [served(s, officer, service) for s in seconds]

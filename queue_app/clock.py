"""The only place that asks the machine for the time, so that a whole day can be simulated."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)

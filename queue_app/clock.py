"""The only place that asks the machine for the time, so that a whole day can be simulated."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

_off: Path | None = None


def now() -> datetime:
    """The present instant, aware, in UTC."""
    instant = datetime.now(UTC)
    return instant if _off is None else instant + timedelta(seconds=float(_off.read_text(encoding="ascii")))


def follow(off: Path | None) -> None:
    """For tests: go by a clock that is off by as many seconds as the file ``off`` says at each moment."""
    global _off  # noqa: PLW0603 - a process has one clock
    _off = off

"""A server's clock that a test sets while the server runs; its timers go on as they do."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path


class DrivenClock:
    """``environment`` for the processes that go by it; ``off_s``: seconds from this machine's clock."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        self.environment: Mapping[str, str] = {"CLOCK_OFF_FILE": str(file)}
        self.set_off(0.0)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.off_s)

    def set_off(self, seconds: float) -> None:
        """Jump. Whoever asks for the time sees either the one clock or the other."""
        self.off_s = seconds
        new = self._file.with_suffix(".new")
        new.write_text(f"{seconds:.3f}", encoding="ascii")
        new.replace(self._file)

    def set_to(self, instant: datetime) -> None:
        self.set_off((instant - datetime.now(UTC)).total_seconds())

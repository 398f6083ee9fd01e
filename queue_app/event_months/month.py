"""A month of UTC: what a partition holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

_WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_TABLE = re.compile(r"y(\d{4})m(\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    number: int

    @classmethod
    def of(cls, instant: datetime) -> "Month":
        at = instant.astimezone(UTC)
        return cls(at.year, at.month)

    @classmethod
    def read(cls, text: str) -> "Month":
        """From ``2026-11``. Raises ValueError."""
        found = _WRITTEN.fullmatch(text)
        if found is None or found[1] == "0000":
            raise ValueError(text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of_table(cls, name: str) -> "Month | None":
        """The month that a partition of this name holds."""
        found = _TABLE.fullmatch(name)
        return cls(int(found[1]), int(found[2])) if found else None

    @property
    def table(self) -> str:
        return f"y{self.year:04}m{self.number:02}"

    @property
    def start(self) -> datetime:
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return self.next.start

    @property
    def next(self) -> "Month":
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def ahead(self, count: int) -> Iterator["Month"]:
        """This month and the ``count`` after it."""
        month = self
        for _ in range(count + 1):
            yield month
            month = month.next

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

"""What an effect is computed from, and by which choices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from metrics.visit_table import Floats, Mask

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Single cases as columns of one length: the local ``day`` (ordinal of ``date``), the ``value`` (the logarithm of
    a time, 0 or 1, or points), and by name the ``mix`` that each belongs to, as codes from 0 on: what the value depends
    on anyway. The most important comes first; those behind are left out where they cannot be told from the date.
    """

    day: Codes
    value: Floats
    mix: Mapping[str, Codes] = field(default_factory=dict)

    def where(self, chosen: Mask) -> "Cases":
        return Cases(self.day[chosen], self.value[chosen], {name: codes[chosen] for name, codes in self.mix.items()})

    def __len__(self) -> int:
        return len(self.day)


@dataclass(frozen=True, slots=True)
class Plan:
    """The intervention began on ``day``; nothing of ``washout`` days before it and as many from it on is counted.

    ``medians``: the bootstrap compares medians; means otherwise, where a value is a share or a mark. A day counts from
    ``least_cases`` on, an effect is computed from ``least_days`` on each side. ``load``: by day, something known that
    moves the value besides (for waits: the logarithm of arrivals per open counter). ``placebos``: at most so many
    earlier dates are tried.
    Raises ``ValueError`` for a negative washout.
    """

    day: date
    washout: int = 0
    medians: bool = True
    least_cases: int = 5
    least_days: int = 20
    replicates: int = 999
    placebos: int = 5
    seed: int = 20260302
    load: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.washout < 0:
            raise ValueError("the washout is a number of days")

    @property
    def first_after(self) -> int:
        """The ordinal of the first day that is after."""
        return (self.day + timedelta(days=self.washout)).toordinal()

    @property
    def last_before(self) -> int:
        return (self.day - timedelta(days=self.washout + 1)).toordinal()

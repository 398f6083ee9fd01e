"""What a day's level is explained by: trend, weekday, season, load, and what changed at the date."""

from dataclasses import dataclass
from math import pi

import numpy as np

from metrics.effect.cases import Codes
from metrics.visit_table import Floats, Mask

_MONTH = 30.0
_YEAR = 365.25
_SEASON_FROM = 330
"""Days before the date from which on a yearly wave can be told from a trend and from the change."""

_WEEKDAY_FROM = 3
AVERAGE, SLOPE = 0, 1
"""Places of the change in the columns: its average over the days after, and by how much a month it grows."""


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """``columns[d]``: first the two of the change, then everything that would have been without it; ``even``: the same
    on a usual weekday of usual load. ``after``: which days are; ``at_once``: weights of the first two that make the
    change on the date itself.
    """

    columns: Floats
    even: Floats
    after: Mask
    at_once: Floats
    seasonal: bool

    @property
    def others(self) -> Floats:
        """The columns without the change."""
        return self.columns[:, 2:]


def design(days: Codes, first_after: int, load: Floats | None = None) -> Design:
    """y = step (average change) + slope change x (t - its mean after) + constant + trend + weekday + season + load.

    With the change of slope counted from the middle of the days after, the step is the average change over all of
    them against what the days before foretell: the headline. At the date it is step - slope x middle.
    """
    t = (days - first_after) / _MONTH
    after = days >= first_after
    middle = float(t[after].mean()) if after.any() else 0.0
    seasonal = bool(first_after - days[0] >= _SEASON_FROM)
    columns = [after * 1.0, after * (t - middle), np.ones(len(days)), t]
    if seasonal:
        columns += [np.sin(2 * pi * days / _YEAR), np.cos(2 * pi * days / _YEAR)]
    daily = _weekdays(days) + ([] if load is None else [load])
    usual = [np.full(len(days), column.mean()) for column in daily]
    whole, even = (np.column_stack([*columns, *more]) for more in (daily, usual))
    return Design(whole, even, after, np.array([1.0, -middle]), seasonal)


def _weekdays(days: Codes) -> list[Floats]:
    """One column for each weekday but the most usual; one seen on fewer than three days counts as that."""
    weekday, counts = np.unique((days - 1) % 7, return_counts=True)
    usual = weekday[np.argmax(counts)]
    return [
        ((days - 1) % 7 == day) * 1.0
        for day, count in zip(weekday, counts, strict=True)
        if day != usual and count >= _WEEKDAY_FROM
    ]

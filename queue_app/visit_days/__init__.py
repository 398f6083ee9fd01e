"""The legs of past days, kept as the log gave them, so that a page over months doesn't read the log of months.

One row holds an office's legs of one local day (the day of their tickets). It is derived: it may be thrown away at any
time, and whatever is not kept is read from the log. See ``reading`` for pages, ``filling`` for what makes the rows, and
``queue_app.writer`` for what throws them away: every row of the log about a ticket of an earlier day does, in its own
transaction.
"""

from queue_app.visit_days.filling import Difference, fill, fill_all, first_difference, rebuild
from queue_app.visit_days.legs import LegTable, no_legs
from queue_app.visit_days.memory import FIGURES
from queue_app.visit_days.reading import Reading, legs, read, visits

__all__ = [
    "FIGURES",
    "Difference",
    "LegTable",
    "Reading",
    "fill",
    "fill_all",
    "first_difference",
    "legs",
    "no_legs",
    "read",
    "rebuild",
    "visits",
]

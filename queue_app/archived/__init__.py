"""Months that were taken out of the log (``log archive``): their rows packed by local day, and read with the others.

A row is kept whole but for its digest, as the text that its digest is made of (``audit.chain``), so it outlives every
version of the program: a figure of such a day is folded from the log's own rows, by whatever folds them then, and the
chain is checked through it as through all others. ``packing`` is the form, ``reading`` finds rows for those who read
the log of past days, ``runs`` for those who follow its numbers. ``event_months.archive`` writes them,
``event_months.back`` takes them out again.

A row may be both here and in its month, while that is being archived: whoever reads both takes it once (``merged``).
"""

from queue_app.archived.merging import merged
from queue_app.archived.reading import between, count, first_at, numbered, of_days, of_shifts, of_tickets, through

__all__ = ["between", "count", "first_at", "merged", "numbered", "of_days", "of_shifts", "of_tickets", "through"]

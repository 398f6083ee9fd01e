"""The data map: every column that holds personal data, or could, and what is done about it. Pure.

``ITEMS`` says it of each, ``without.WITHOUT`` lists all other columns; ``tests/privacy/test_data_map.py`` fails for a
column that stands in neither. ``docs/privacy.md`` and the page of administrators and auditors are made of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from queue_app.privacy import of_citizens, of_staff
from queue_app.privacy import words as w
from queue_app.privacy.bases import Basis, Protection, Row, Whose
from queue_app.privacy.terms import Kind

ERASED_BY = {
    w.UNTIL_OVER: "standby",
    w.MONTH: "messages.outbox",
    w.TWO_DAYS: "idempotency",
    w.SOME_MINUTES: "capacity.free_expired",
    w.MONTH_AFTER_END: "signin.sessions",
    w.HOUR: "signin.misses",
    w.OVER_A_YEAR: "reports.keeping",
}
"""Which job erases what is kept that long; the office's terms are ``privacy.retention``'s."""


@dataclass(frozen=True, slots=True)
class Item:
    """Columns of a table that are alike. ``kept``: the kind whose term the office sets, or words for how long."""

    whose: Whose
    table: str
    columns: tuple[str, ...]
    what: str
    purpose: str
    basis: Basis
    protection: Protection
    kept: Kind | str
    seen_by: str

    @property
    def erased_by(self) -> str | None:
        """The job; None where it stays."""
        return "privacy.retention" if isinstance(self.kept, Kind) else ERASED_BY.get(self.kept)


def _items(whose: Whose, rows: tuple[Row, ...]) -> Iterator[Item]:
    for table, columns, what, purpose, basis, protection, kept, seen_by in rows:
        yield Item(whose, table, tuple(columns.split()), what, purpose, basis, protection, kept, seen_by)


ITEMS = (*_items(Whose.CITIZEN, of_citizens.ROWS), *_items(Whose.STAFF, of_staff.ROWS))


def sealed_columns() -> list[tuple[str, str]]:
    """Table and column of everything that is sealed, the keys of the hashes first."""
    found = [(item.table, column) for item in ITEMS if item.protection is Protection.SEALED for column in item.columns]
    return sorted(found, key=lambda each: (each[0] != "hash_keys", each))

"""What bringing a file in would change: pure, from the configuration that is there and the one that is wanted."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from queue_app.configuration.checking import IDENTITIES, at

Plain = Mapping[str, Any]


class Kind(StrEnum):
    """``RETIRE``: what has a past is no longer offered and stays known; what has none is taken away."""

    ADD = "add"
    CHANGE = "change"
    RETIRE = "retire"


_INTERNAL = re.compile(r"(alert|voice|overbooking|wait_target|lock)_?.*|recall_limit|hold_reminder_minutes|second_step")
"""Settings of which citizens notice nothing, or only where they stand before a display."""

_SHOWN = frozenset({"office", "hours", "services", "visits", "calendar.closures", "calendar.holidays"})
"""The sections that citizens see."""

_SINGLE = ("office", "hours", "look", "survey")
_KEPT = frozenset({"calendar.holidays"})
"""Of these what the file does not name stays: they are the country's, not the office's."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would be added, changed or retired. ``name`` says which of its section, empty where there is one.

    ``before`` and ``after`` have the fields that differ; of something new or retired one of them is empty.
    """

    section: str
    name: str
    kind: Kind
    before: Plain
    after: Plain
    row: Plain
    """The whole row as it is wanted, of something retired as it was."""

    @property
    def is_public(self) -> bool:
        """Whether citizens notice."""
        fields = {*self.before, *self.after}
        return self.section in _SHOWN and any(not _INTERNAL.fullmatch(field) for field in fields)


def changes(there: Plain, wanted: Plain) -> list[Change]:
    """In the order of the form. A section that is missing in ``wanted`` stays as it is, and so does a missing field."""
    found: list[Change] = []
    for section in _SINGLE:
        if section in wanted:
            found += _single(section, there.get(section), wanted[section])
    for section, key in IDENTITIES.items():
        rows = at(dict(wanted), section)
        if rows is not None:
            found += _listed(section, key, at(dict(there), section) or [], rows)
    return found


def left(there: Plain, wanted: Plain) -> list[str]:
    """The sections that the file does not have, and which stay as they are."""
    return [section for section in there if section not in wanted]


def _single(section: str, before: Any, after: Any) -> Iterator[Change]:
    old = before if isinstance(before, Mapping) else {section: before} if before is not None else {}
    new = after if isinstance(after, Mapping) else {section: after}
    yield from _compared(section, "", old, new)


def _listed(section: str, key: tuple[str, ...], before: list[Plain], after: list[Plain]) -> Iterator[Change]:
    old = {tuple(row[name] for name in key): row for row in before}
    new = {tuple(row[name] for name in key): row for row in after}
    for identity, row in new.items():
        name = str(identity[0])
        if identity in old:
            yield from _compared(section, name, old[identity], row)
        else:
            yield Change(section, name, Kind.ADD, {}, row, row)
    for identity, row in old.items():
        is_out_already = row.get("active") is False
        if identity not in new and not is_out_already and section not in _KEPT:
            yield Change(section, str(identity[0]), Kind.RETIRE, row, {}, row)


def _compared(section: str, name: str, old: Plain, new: Plain) -> Iterator[Change]:
    differ = [field for field in new if field not in old or old[field] != new[field]]
    if differ:
        before = {field: old[field] for field in differ if field in old}
        yield Change(section, name, Kind.CHANGE, before, {field: new[field] for field in differ}, {**old, **new})

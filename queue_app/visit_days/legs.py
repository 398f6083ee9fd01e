"""Legs with their names in the log, as columns: as the log names everything (``Columns``), and named for people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from metrics.visit_table import NOBODY, Mask, VisitTable, Words
from queue_app.history import LoggedLeg, Names

Ids = NDArray[np.int32]
Columns = Mapping[str, Any]
"""Arrays and ``Words`` of one length by name: those of ``VisitTable`` but for what ``NAMED`` names, and ``IDS``."""

IDS = ("officer_id", "service_id", "counter_id", "version", "finished_by")
"""As in ``LoggedLeg``, -1 for None."""

NAMED = ("officer", "service", "counter")
"""What somebody may rename: kept by id."""

_FIELDS = [field.name for field in fields(VisitTable) if field.name not in NAMED]


@dataclass(frozen=True, slots=True, eq=False)
class LegTable(Sequence[LoggedLeg]):
    """``LoggedLeg`` as columns; a row is made only when somebody looks at it."""

    visits: VisitTable
    officer_id: Ids
    service_id: Ids
    counter_id: Ids
    version: Ids
    finished_by: Ids

    def where(self, chosen: NDArray[Any]) -> "LegTable":
        """The rows of a mask, or of places in the order given."""
        return LegTable(self.visits.where(chosen), *(getattr(self, name)[chosen] for name in IDS))

    @classmethod
    def joined(cls, parts: Sequence["LegTable"]) -> "LegTable":
        """The rows of all of at least one, one after the other."""
        ids = (np.concatenate([getattr(part, name) for part in parts]) for name in IDS)
        return cls(VisitTable.joined([part.visits for part in parts]), *ids)

    def is_of(self, username: str, user_id: int) -> Mask:
        """Which legs this officer served, or finished."""
        found: Mask = self.visits.officer.are(username) | (self.finished_by == user_id)
        return found

    def __len__(self) -> int:
        return len(self.visits)

    @overload
    def __getitem__(self, place: int) -> LoggedLeg: ...
    @overload
    def __getitem__(self, place: slice) -> "LegTable": ...
    def __getitem__(self, place: int | slice) -> "LoggedLeg | LegTable":
        if isinstance(place, slice):
            return self.where(np.arange(len(self))[place])
        officer, service, counter, version, finished_by = (int(getattr(self, name)[place]) for name in IDS)
        return LoggedLeg(
            visit=self.visits[place],
            version=_known(version),
            finished_by=_known(finished_by),
            service_id=service,
            counter_id=_known(counter),
            officer_id=_known(officer),
        )

    def __iter__(self) -> Iterator[LoggedLeg]:
        return (self[place] for place in range(len(self)))


def columns(legs: Sequence[LoggedLeg]) -> Columns:
    """The legs as the log names them, in their order."""
    table = VisitTable.of(leg.visit for leg in legs)
    found: dict[str, Any] = {name: getattr(table, name) for name in _FIELDS}
    for name in IDS:
        values = [getattr(leg, name) for leg in legs]
        found[name] = np.array([NOBODY if value is None else value for value in values], np.int32)
    return found


def no_legs() -> LegTable:
    """A table without rows."""
    return named(columns(()), Names({}, {}, {}))


def joined(parts: Sequence[Columns]) -> Columns:
    """All of at least one, by ticket; a ticket's legs stay in their order."""
    whole = {name: _join([part[name] for part in parts]) for name in parts[0]}
    if (np.diff(whole["ticket"]) >= 0).all():  # mostly: numbers are given day after day
        return whole
    order = np.argsort(whole["ticket"], kind="stable")
    return {name: column.where(order) if isinstance(column, Words) else column[order] for name, column in whole.items()}


def named(found: Columns, names: Names) -> LegTable:
    """The legs as people name everything."""
    services, officers = found["service_id"], found["officer_id"]
    visits = VisitTable(
        officer=_words(officers, names.officers),
        service=_words(services, names.services),
        counter=_numbers(found["counter_id"], names.counters),
        **{name: column for name, column in found.items() if name not in IDS},
    )
    return LegTable(visits=visits, **{name: found[name] for name in IDS})


def _join(parts: Sequence[Any]) -> Any:
    return Words.joined(parts) if isinstance(parts[0], Words) else np.concatenate(parts)


def _words(ids: Ids, names: Mapping[int, str]) -> Words:
    different, place = np.unique(ids, return_inverse=True)
    found = Words.of(None if one == NOBODY else names[int(one)] for one in different)
    return found.where(place)


def _numbers(ids: Ids, numbers: Mapping[int, int]) -> Ids:
    different, place = np.unique(ids, return_inverse=True)
    found: Ids = np.array([NOBODY if one == NOBODY else numbers[int(one)] for one in different], np.int32)[place]
    return found


def _known(value: int) -> int | None:
    return None if value == NOBODY else value

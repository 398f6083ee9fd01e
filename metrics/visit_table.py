"""Many visits as columns, so that figures over tens of thousands of them cost milliseconds.

A table is a sequence of ``Visit`` too: a row is made only when somebody looks at it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol, Self, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from metrics.local_time import MICROSECOND, Micros, instant_of, micros
from metrics.periods import Period
from metrics.visit import Visit

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Summed(Protocol):
    """What can be added up: a figure over some rows, to which that over others can be added."""

    def __add__(self, other: Self, /) -> Self: ...


K = TypeVar("K")
S = TypeVar("S", bound=Summed)

NEVER = np.iinfo(np.int64).min
"""In a column of instants: it did not happen."""

NOBODY = -1
"""In a column of words, of counters, and of answers: there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """A column of few different words: ``codes`` are places in ``known``, ``NOBODY`` for None."""

    codes: NDArray[np.int32]
    known: tuple[str, ...]

    @classmethod
    def of(cls, words: Iterable[str | None]) -> "Words":
        places: dict[str, int] = {}
        codes = [NOBODY if word is None else places.setdefault(word, len(places)) for word in words]
        return cls(np.array(codes, np.int32), tuple(places))

    @classmethod
    def joined(cls, parts: Sequence["Words"]) -> "Words":
        places: dict[str, int] = {}
        codes = [part.among([places.setdefault(word, len(places)) for word in part.known]) for part in parts]
        return cls(np.concatenate([*codes, np.empty(0, np.int32)]), tuple(places))

    def among(self, places: Sequence[int]) -> NDArray[np.int32]:
        """The codes, each known word's being that of ``places``; None stays ``NOBODY``."""
        found: NDArray[np.int32] = np.array([*places, NOBODY], np.int32)[self.codes]
        return found

    def renamed(self, names: Mapping[str, str]) -> "Words":
        """Each word that ``names`` renames by its new name; two may become one."""
        if not names:
            return self
        places: dict[str, int] = {}
        codes = self.among([places.setdefault(names.get(word, word), len(places)) for word in self.known])
        return Words(codes, tuple(places))

    def are(self, *words: str) -> Mask:
        """Which rows have one of these words."""
        found: Mask = np.array([*(word in words for word in self.known), False])[self.codes]
        return found

    def words(self) -> list[str]:
        """The words that a row has, each once."""
        return [self.known[code] for code in np.unique(self.codes).tolist() if code != NOBODY]

    def grouped(self, values: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """The values of each word that a row has."""
        return {self.known[code]: found for code, found in grouped(self.codes, values).items() if code != NOBODY}

    def __getitem__(self, place: int) -> str | None:
        code = self.codes[place]
        return None if code == NOBODY else self.known[code]

    def where(self, chosen: NDArray[Any]) -> "Words":
        return Words(self.codes[chosen], self.known)


@dataclass(frozen=True, slots=True, eq=False)
class VisitTable(Sequence[Visit]):
    """The fields of ``Visit`` as columns of one length: instants and ``hold`` in microseconds (``NEVER`` for None),
    ``counter`` and ``correction`` -1 for None, ``again_of`` as ``ticket`` with ``NEVER`` for None.
    """

    ticket: NDArray[Any]
    officer: Words
    service: Words
    counter: NDArray[np.int32]
    category: Words
    channel: Words
    arrived_at: Micros
    called_at: Micros
    started_at: Micros
    finished_at: Micros
    hold: Micros
    outcome: Words
    service_given: Words
    checklist: Mask
    known: Mask
    again_of: NDArray[Any]
    correction: NDArray[np.int8]
    flagged: Mask
    claim: Words
    end: Words

    @classmethod
    def of(cls, visits: Iterable[Visit]) -> "VisitTable":
        """The visits as a table, in their order."""
        if isinstance(visits, VisitTable):
            return visits
        rows = list(visits)

        def instants(name: str) -> Micros:
            values = [getattr(row, name) for row in rows]
            return np.array([NEVER if at is None else micros(at) for at in values], np.int64)

        def names(values: Iterable[Any]) -> NDArray[Any]:
            found = list(values)
            whole = all(isinstance(value, int) for value in found)
            return np.array(found, np.int64 if whole else object)

        def words(name: str) -> Words:
            return Words.of(getattr(row, name) for row in rows)

        def flags(name: str) -> Mask:
            return np.array([getattr(row, name) for row in rows], np.bool_)

        return cls(
            ticket=names(row.ticket for row in rows),
            officer=words("officer"),
            service=words("service"),
            counter=np.array([NOBODY if row.counter is None else row.counter for row in rows], np.int32),
            category=words("category"),
            channel=words("channel"),
            arrived_at=instants("arrived_at"),
            called_at=instants("called_at"),
            started_at=instants("started_at"),
            finished_at=instants("finished_at"),
            hold=np.array([row.hold // MICROSECOND for row in rows], np.int64),
            outcome=words("outcome"),
            service_given=words("service_given"),
            checklist=flags("checklist"),
            known=flags("known"),
            again_of=names(NEVER if row.again_of is None else row.again_of for row in rows),
            correction=np.array([NOBODY if row.correction is None else row.correction for row in rows], np.int8),
            flagged=flags("flagged"),
            claim=words("claim"),
            end=words("end"),
        )

    @classmethod
    def joined(cls, tables: Sequence["VisitTable"]) -> "VisitTable":
        """The rows of all, one table after the other."""
        if not tables:
            return cls.of(())

        def column(name: str) -> Any:
            parts = [getattr(table, name) for table in tables]
            return Words.joined(parts) if isinstance(parts[0], Words) else np.concatenate(parts)

        return cls(**{field.name: column(field.name) for field in fields(cls)})

    def where(self, chosen: NDArray[Any]) -> "VisitTable":
        """The rows of a mask, or of places in the order given."""
        return self._each(lambda column: column.where(chosen) if isinstance(column, Words) else column[chosen])

    def _each(self, change: Callable[[Any], Any]) -> "VisitTable":
        return VisitTable(**{field.name: change(getattr(self, field.name)) for field in fields(self)})

    def with_flagged(self, flagged: Mask) -> "VisitTable":
        return replace(self, flagged=flagged)

    def with_somebody(self) -> "VisitTable":
        """``?`` served where it is not known who did: for figures of which it does not matter."""
        codes = np.where(self.officer.codes == NOBODY, len(self.officer.known), self.officer.codes)
        return replace(self, officer=Words(codes.astype(np.int32), (*self.officer.known, "?")))

    def in_period(self, period: Period) -> Mask:
        """Which rows belong to the period's days by ``counted_at``."""
        return between(self.counted_at, period)

    @property
    def services(self) -> tuple[NDArray[np.int32], NDArray[np.int32], tuple[str, ...]]:
        """Codes of the service asked for and of the one given, both among the same words."""
        both = Words.joined([self.service, self.service_given])
        return both.codes[: len(self)], both.codes[len(self) :], both.known

    @property
    def counted_at(self) -> Micros:
        begun = np.where(self.called_at == NEVER, self.arrived_at, self.called_at)
        return np.where(self.started_at == NEVER, begun, self.started_at)

    @property
    def is_called(self) -> Mask:
        return np.not_equal(self.called_at, NEVER)

    @property
    def is_timed(self) -> Mask:
        """Started and finished: there is a serve time."""
        return np.not_equal(self.started_at, NEVER) & np.not_equal(self.finished_at, NEVER)

    @property
    def wait_s(self) -> Floats:
        """As ``Visit.wait_s``, nan for None."""
        return _seconds(self.called_at - self.arrived_at, self.is_called)

    @property
    def serve_s(self) -> Floats:
        """As ``Visit.serve_s``, nan for None."""
        return _seconds(self.finished_at - self.started_at - self.hold, self.is_timed)

    def __len__(self) -> int:
        return len(self.arrived_at)

    @overload
    def __getitem__(self, place: int) -> Visit: ...
    @overload
    def __getitem__(self, place: slice) -> "VisitTable": ...
    def __getitem__(self, place: int | slice) -> "Visit | VisitTable":
        if isinstance(place, slice):
            return self.where(np.arange(len(self))[place])
        again_of, correction, counter = self.again_of[place], self.correction[place], self.counter[place]
        end: Any = self.end[place]
        claim: Any = self.claim[place]
        return Visit(
            ticket=_plain(self.ticket[place]),
            officer=self.officer[place],
            service=self.service[place] or "",
            counter=None if counter == NOBODY else int(counter),
            category=self.category[place] or "",
            channel=self.channel[place] or "",
            arrived_at=instant_of(int(self.arrived_at[place])),
            called_at=_instant(self.called_at[place]),
            started_at=_instant(self.started_at[place]),
            finished_at=_instant(self.finished_at[place]),
            hold=int(self.hold[place]) * MICROSECOND,
            outcome=self.outcome[place] or "",
            service_given=self.service_given[place],
            checklist=bool(self.checklist[place]),
            known=bool(self.known[place]),
            again_of=None if again_of == NEVER else _plain(again_of),
            correction=None if correction == NOBODY else bool(correction),
            flagged=bool(self.flagged[place]),
            claim=claim,
            end=end,
        )

    def __iter__(self) -> Iterator[Visit]:
        return (self[place] for place in range(len(self)))


def grouped(keys: NDArray[Any], values: NDArray[Any]) -> dict[Any, NDArray[Any]]:
    """The values of each key, in their order; by key."""
    order = np.argsort(keys, kind="stable")
    different, starts = np.unique(keys[order], return_index=True)
    parts = np.split(values[order], starts[1:])
    return dict(zip(different.tolist(), parts, strict=False))


def added(first: Mapping[K, S], second: Mapping[K, S]) -> dict[K, S]:
    """The sums of both by key."""
    sums = dict(first)
    for key, value in second.items():
        sums[key] = sums[key] + value if key in sums else value
    return sums


def between(instants: Micros, period: Period) -> Mask:
    """Which instants fall on the period's days."""
    start, end = (micros(bound) for bound in period.bounds)
    found: Mask = (instants >= start) & (instants < end)
    return found


def _seconds(span: Micros, known: Mask) -> Floats:
    return np.where(known, span / 1e6, np.nan)


def _instant(value: np.int64) -> Any:
    return None if value == NEVER else instant_of(int(value))


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value

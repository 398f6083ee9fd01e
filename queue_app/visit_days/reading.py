"""READ the legs of a period: days that are kept from their rows, all others from the log."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import blake2b
from itertools import pairwise
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.periods import Period
from metrics.visit_table import Summed, VisitTable
from queue_app import history
from queue_app.models import Office, VisitDay
from queue_app.visit_days import unfinished
from queue_app.visit_days.legs import Columns, LegTable, columns, joined, named
from queue_app.visit_days.memory import FIGURES, TABLES
from queue_app.visit_days.packing import form, unpack

ONE_DAY = timedelta(days=1)


T = TypeVar("T")
S = TypeVar("S", bound=Summed)


@dataclass(frozen=True, eq=False)
class Reading:
    """The legs of a period, and of the day before it: those of kept days, which are read only for what nobody asked
    before, and the others, from the log. ``kept``: what each kept day's row was named when it was made.
    """

    session: Session
    office: Office
    names: history.Names
    kept: Mapping[date, int]
    logged: Columns | None
    through: date
    """The day up to and with which every day that has legs is kept."""

    def whole(self) -> LegTable:
        """All legs, by ticket."""
        if self.logged is None:
            return self.past
        return named(joined([self._kept, self.logged]) if self.kept else self.logged, self.names)

    def summed(self, asked: Hashable, make: Callable[[LegTable], S]) -> S:
        """``make`` of all legs; that of the kept days is remembered. ``asked``: all else that it depends on."""
        if not self.kept:
            return make(self.rest)
        past = FIGURES.remembered(self.session, (make.__qualname__, self.digest, asked), lambda: make(self.past))
        return past if self.logged is None else past + make(self.rest)

    def of_past(self, last: date, asked: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` computes from the legs of days up to and with ``last``, and from ``asked``: remembered while
        all of these days are kept.
        """
        if last > self.through:
            return make()
        return FIGURES.remembered(self.session, (make.__qualname__, self.digest, asked), make)

    @cached_property
    def past(self) -> LegTable:
        """The legs of the kept days."""
        return TABLES.remembered(self.session, ("named", self.digest), lambda: named(self._kept, self.names))

    @cached_property
    def rest(self) -> LegTable:
        """The legs of all other days."""
        return named(columns(()) if self.logged is None else self.logged, self.names)

    @cached_property
    def _kept(self) -> Columns:
        if not self.kept:
            return columns(())
        rows = self.session.scalars(
            select(VisitDay.content)
            .where(VisitDay.office_id == self.office.id, VisitDay.day.in_(self.kept), VisitDay.form == form())
            .order_by(VisitDay.day)
        )
        return joined([unpack(content) for content in rows])

    @cached_property
    def digest(self) -> bytes:
        """Two readings of the same one have the same kept legs."""
        return blake2b(repr((self.office.id, self.names, *self.kept.items())).encode()).digest()


def read(session: Session, office: Office, period: Period) -> Reading:
    """The legs of the period's days, in two parts."""
    first, last = period.start_day - ONE_DAY, period.end_day
    rows = session.execute(
        select(VisitDay.day, VisitDay.made)
        .where(VisitDay.office_id == office.id, VisitDay.day.between(first, last), VisitDay.form == form())
        .order_by(VisitDay.day)
    )
    kept: dict[date, int] = dict(rows.all())
    spans = _spans([first - ONE_DAY, *kept, last + ONE_DAY])
    logged = {start: unfinished.legs(session, office, start, end) for start, end in spans}
    parts = {start: part for start, part in logged.items() if len(part["ticket"])}
    return Reading(
        session=session,
        office=office,
        names=history.Names.read(session, office),
        kept=kept,
        logged=joined(list(parts.values())) if parts else None if kept else columns(()),
        through=min(parts, default=last + ONE_DAY) - ONE_DAY,
    )


def legs(session: Session, office: Office, period: Period) -> LegTable:
    """As ``history.legs``, as columns."""
    return read(session, office, period).whole()


def visits(session: Session, office: Office, period: Period) -> VisitTable:
    """As ``history.visits``, as columns."""
    return legs(session, office, period).visits


def _spans(known: Iterable[date]) -> list[tuple[date, date]]:
    """First and last of the days in a row that lie between known ones."""
    gaps = ((earlier + ONE_DAY, later - ONE_DAY) for earlier, later in pairwise(known))
    return [(first, last) for first, last in gaps if first <= last]

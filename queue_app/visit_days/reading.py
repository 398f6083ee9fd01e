"""READ the legs of a period: days that are kept from their rows, all others from the log."""

from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta
from hashlib import blake2b
from itertools import pairwise
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.periods import Period
from metrics.visit_table import VisitTable
from queue_app import history
from queue_app.models import Office, VisitDay
from queue_app.visit_days.legs import Columns, LegTable, State, columns, joined, named
from queue_app.visit_days.memory import remembered
from queue_app.visit_days.packing import form, unpack

T = TypeVar("T")

ONE_DAY = timedelta(days=1)


def legs(session: Session, office: Office, period: Period) -> LegTable:
    """As ``history.legs``, as columns."""
    first, last = period.start_day - ONE_DAY, period.end_day
    rows = session.execute(
        select(VisitDay.day, VisitDay.content)
        .where(VisitDay.office_id == office.id, VisitDay.day.between(first, last), VisitDay.form == form())
        .order_by(VisitDay.day)
    )
    kept: dict[date, bytes] = dict(rows.all())
    spans = _spans([first - ONE_DAY, *kept, last + ONE_DAY])
    names = history.Names.read(session, office)
    digest = blake2b(repr((office.id, first, names)).encode() + b"".join(kept.values())).digest()
    parts = [remembered(("kept", digest), lambda: joined([unpack(row) for row in kept.values()]))] if kept else []
    parts += [from_log(session, office, *span) for span in spans]
    through = min((start for start, _ in spans), default=last + ONE_DAY) - ONE_DAY
    return named(joined(parts) if spans else parts[0], names, State(digest, through))


def visits(session: Session, office: Office, period: Period) -> VisitTable:
    """As ``history.visits``, as columns."""
    return legs(session, office, period).visits


def of_past(found: LegTable, last: date, asked: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` computes from the legs of days up to and with ``last``, and from ``asked``: remembered while all of
    these days are kept.
    """
    state = found.state
    return (
        make() if state is None or last > state.through else remembered((make.__qualname__, state.digest, asked), make)
    )


def from_log(session: Session, office: Office, first: date, last: date) -> Columns:
    """The legs of the tickets of these days."""
    return columns(history.legs_of_days(session, office, first, last))


def _spans(known: Iterable[date]) -> list[tuple[date, date]]:
    """First and last of the days in a row that lie between known ones."""
    gaps = ((earlier + ONE_DAY, later - ONE_DAY) for earlier, later in pairwise(known))
    return [(first, last) for first, last in gaps if first <= last]

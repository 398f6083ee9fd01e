"""READ the legs of a period: days that are kept from their rows, all others from the log."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.periods import Period
from metrics.visit_table import VisitTable
from queue_app import history
from queue_app.models import Office, VisitDay
from queue_app.visit_days.legs import Columns, LegTable, columns, joined, named
from queue_app.visit_days.packing import form, unpack

ONE_DAY = timedelta(days=1)


def legs(session: Session, office: Office, period: Period) -> LegTable:
    """As ``history.legs``, as columns."""
    first, last = period.start_day - ONE_DAY, period.end_day
    rows = session.execute(
        select(VisitDay.day, VisitDay.content).where(
            VisitDay.office_id == office.id, VisitDay.day.between(first, last), VisitDay.form == form()
        )
    )
    kept = {day: unpack(content) for day, content in rows}
    spans = _spans([first - ONE_DAY, *sorted(kept), last + ONE_DAY])
    parts: list[Columns] = [*kept.values(), *(from_log(session, office, *span) for span in spans)]
    return named(joined(parts), history.Names.read(session, office))


def visits(session: Session, office: Office, period: Period) -> VisitTable:
    """As ``history.visits``, as columns."""
    return legs(session, office, period).visits


def from_log(session: Session, office: Office, first: date, last: date) -> Columns:
    """The legs of the tickets of these days."""
    return columns(history.legs_of_days(session, office, first, last))


def _spans(known: Iterable[date]) -> list[tuple[date, date]]:
    """First and last of the days in a row that lie between known ones."""
    gaps = ((earlier + ONE_DAY, later - ONE_DAY) for earlier, later in pairwise(known))
    return [(first, last) for first, last in gaps if first <= last]

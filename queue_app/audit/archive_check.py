"""A quick look at archived months: whether they are all there and fit the log, without reading all of them.

Of every month is compared how many rows it says to have, and whether its runs fit what stands before and after them.
Only the last month of each office is unpacked, and its digests are made anew: what damages a disk or a copy damages
them all alike. ``verify`` reads every row.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queue_app.archived import runs
from queue_app.audit import whole
from queue_app.audit.chain import START
from queue_app.audit.whole import CANNOT_READ
from queue_app.models import ArchivedDay, ArchivedRun, Event, Office


@dataclass(frozen=True, slots=True)
class Condition:
    """``months``: how many are archived. ``faults``: what is wrong, the first of each office, in English."""

    months: int
    faults: Sequence[str]


def condition(session: Session) -> Condition | None:
    """None: no month is archived."""
    months = session.scalar(select(func.count(ArchivedRun.month.distinct()))) or 0
    months = max(months, session.scalar(select(func.count(ArchivedDay.month.distinct()))) or 0)
    if not months:
        return None
    offices = session.scalars(select(Office).order_by(Office.slug))
    found = ((office.slug, next(_faults(session, office.id), None)) for office in offices)
    return Condition(months, [f"{slug}: {fault}" for slug, fault in found if fault is not None])


def _faults(session: Session, office_id: int) -> Iterator[str]:
    query = select(ArchivedRun).where(ArchivedRun.office_id == office_id).order_by(ArchivedRun.first_seq)
    found = session.scalars(query).all()
    yield from _of_counts(session, office_id, found)
    yield from _of_ends(session, office_id, found)
    yield from _of_last_month(session, office_id, found)


def _of_counts(session: Session, office_id: int, found: Sequence[ArchivedRun]) -> Iterator[str]:
    counted = select(ArchivedDay.month, func.sum(ArchivedDay.rows)).where(ArchivedDay.office_id == office_id)
    packed = {month: int(rows) for month, rows in session.execute(counted.group_by(ArchivedDay.month))}
    wanted: dict[str, int] = {}
    for run in found:
        wanted[run.month] = wanted.get(run.month, 0) + run.last_seq - run.first_seq + 1
    for month in sorted(packed.keys() | wanted.keys()):
        if packed.get(month, 0) != wanted.get(month, 0):
            yield f"{month} has {packed.get(month, 0)} packed rows in place of {wanted.get(month, 0)}"


def _of_ends(session: Session, office_id: int, found: Sequence[ArchivedRun]) -> Iterator[str]:
    """Each run begins with the digest that the row before it has, in another run or in the log."""
    digests = {0: START} | {run.last_seq: run.digest for run in found}
    for run in found:
        seq = run.first_seq - 1
        before = digests.get(seq) or session.scalar(
            select(Event.digest).where(Event.office_id == office_id, Event.seq == seq)
        )
        if before != run.before:
            yield f"{run.month} does not follow the row {seq} before it"


def _of_last_month(session: Session, office_id: int, found: Sequence[ArchivedRun]) -> Iterator[str]:
    if not found:
        return
    month = max(run.month for run in found)
    try:
        packed = runs.of_month(session, office_id, month)
        is_whole = all(whole.holds(run, packed) for run in found if run.month == month)
    except (*CANNOT_READ, zlib.error) as error:
        yield f"{month} cannot be unpacked ({error})"
        return
    if not is_whole:
        yield f"{month} is not what was packed"

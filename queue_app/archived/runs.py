"""READ packed rows by their numbers: whether the chain of digests holds through them."""

import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app.archived.packing import Packed, unpack
from queue_app.models import ArchivedDay, ArchivedRun

_MONTHS_AT_ONCE = 3
"""That are held while an office's log is followed: its numbers go back and forth between months that meet, or where
past visits were brought in."""


class Numbered:
    """An office's packed rows by number; a month's are read together, when one of them is asked for."""

    def __init__(self, session: Session, office_id: int) -> None:
        self._session, self._office_id = session, office_id
        self._months: OrderedDict[str, Mapping[int, Packed]] = OrderedDict()
        self._spans: dict[str, tuple[int, int]] = {}
        for run in self._session.execute(
            select(ArchivedDay.month, ArchivedDay.first_seq, ArchivedDay.last_seq).where(
                ArchivedDay.office_id == office_id
            )
        ):
            first, last = self._spans.get(run.month, (run.first_seq, run.last_seq))
            self._spans[run.month] = min(first, run.first_seq), max(last, run.last_seq)

    def row(self, seq: int) -> Packed | None:
        for month, rows in reversed(self._months.items()):
            if seq in rows:
                self._months.move_to_end(month)
                return rows[seq]
        for month, (first, last) in self._spans.items():
            if first <= seq <= last and month not in self._months and seq in (rows := self._read(month)):
                return rows[seq]
        return None

    def _read(self, month: str) -> Mapping[int, Packed]:
        rows = of_month(self._session, self._office_id, month)
        self._months[month] = rows
        while len(self._months) > _MONTHS_AT_ONCE:
            self._months.popitem(last=False)
        return rows


def of_month(session: Session, office_id: int, month: str) -> dict[int, Packed]:
    """A month's packed rows of an office, by number."""
    contents = session.scalars(
        select(ArchivedDay.content).where(ArchivedDay.office_id == office_id, ArchivedDay.month == month)
    )
    rows: Iterator[Packed] = (row for content in contents for row in unpack(content))
    return {int(json.loads(row.text)["seq"]): row for row in rows}


def ends(session: Session, office_id: int) -> dict[int, ArchivedRun]:
    """The office's runs, by their last number."""
    runs = session.scalars(select(ArchivedRun).where(ArchivedRun.office_id == office_id))
    return {run.last_seq: run for run in runs}


def around(session: Session, office_id: int, seq: int) -> ArchivedRun | None:
    """The run in which a number lies."""
    return session.scalar(
        select(ArchivedRun)
        .where(ArchivedRun.office_id == office_id, ArchivedRun.first_seq <= seq, ArchivedRun.last_seq >= seq)
        .limit(1)
    )

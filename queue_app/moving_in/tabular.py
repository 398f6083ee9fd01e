"""Rows of a table become past records, by the plan's columns. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from queue_app.errors import N_
from queue_app.history_csv import Outcome, PastRecord
from queue_app.moving_in import cells
from queue_app.moving_in.cells import BadCell, Cell
from queue_app.moving_in.columns import TITLES
from queue_app.moving_in.plan import Plan
from queue_app.moving_in.rows import Raw, RowError, UnreadableSource

Value = TypeVar("Value")


def records(rows: Iterable[Raw], plan: Plan, now: datetime) -> Iterator[PastRecord | RowError]:
    """Each row below the heading. Raises UnreadableSource when there is no such heading."""
    heading: Sequence[Cell] | None = None
    for raw in rows:
        if raw.number < plan.header:
            continue
        if heading is None:
            if raw.number > plan.header:
                raise UnreadableSource(N_("Baris %(row)s kosong; pilih baris judul yang lain."), row=plan.header)
            heading = raw.cells
            continue
        yield _Row(raw, plan, heading, now).record()
    if heading is None:
        raise UnreadableSource(N_("Tabel ini tidak punya baris %(row)s."), row=plan.header)


class _Wrong(Exception):
    def __init__(self, field: str, bad: BadCell) -> None:
        super().__init__(field)
        self.field = field
        self.bad = bad


class _Row:
    """One row while it is read; every reading names the column that it fails at."""

    def __init__(self, raw: Raw, plan: Plan, heading: Sequence[Cell], now: datetime) -> None:
        self._raw = raw
        self._plan = plan
        self._heading = heading
        self._now = now
        self._zone: ZoneInfo = plan.zone_info

    def record(self) -> PastRecord | RowError:
        if self._raw.is_whole is not None:
            return RowError.of(self._raw.number, "", self._raw.is_whole)
        try:
            return self._record()
        except _Wrong as wrong:
            return RowError.of(self._raw.number, self._column(wrong.field), wrong.bad)

    def _record(self) -> PastRecord:
        day = self._read("day", lambda cell: cells.day_of(cell, self._plan.dates))
        arrived_at = self._instant("arrived", day)
        if arrived_at is None:
            raise _Wrong("arrived", BadCell(N_("kosong")))
        called_at, started_at, ended_at = (self._instant(name, day) for name in ("called", "started", "ended"))
        self._require_order({"arrived": arrived_at, "called": called_at, "started": started_at, "ended": ended_at})
        service = self._read("service", cells.name)
        if not service:
            raise _Wrong("service", BadCell(N_("kosong")))
        outcome, untimed = self._outcome(called_at, started_at, ended_at)
        return PastRecord(
            line=self._raw.number,
            arrived_at=arrived_at,
            started_at=started_at,
            ended_at=None if untimed else ended_at,
            server=self._read("officer", cells.name) or None,
            service=service,
            outcome=outcome,
            called_at=called_at,
            counter=self._read("counter", cells.name) or None,
            untimed=untimed,
        )

    def _outcome(
        self, called_at: datetime | None, started_at: datetime | None, ended_at: datetime | None
    ) -> tuple[Outcome, bool]:
        """What came of it, and whether its service is without an end. Where no column says it, the times do."""
        said = self._read("outcome", cells.outcome)
        begun_at = started_at or called_at
        outcome = said or (Outcome.SERVED if begun_at else Outcome.ABANDONED)
        match outcome:
            case Outcome.SERVED:
                if begun_at is None:
                    raise _Wrong("started", BadCell(N_("kosong, padahal hasilnya selesai dilayani")))
                if started_at and ended_at:
                    return outcome, False
                if "ended" in self._plan.columns and not ended_at:
                    raise _Wrong("ended", BadCell(N_("kosong, padahal hasilnya selesai dilayani")))
                return outcome, True
            case Outcome.ABANDONED if started_at:
                raise _Wrong("outcome", BadCell(N_("pergi sebelum dilayani, padahal ada waktu mulai")))
            case Outcome.NO_SHOW if not (begun_at or ended_at):
                raise _Wrong("outcome", BadCell(N_("tidak hadir, padahal tidak ada waktu panggil atau selesai")))
        return outcome, False

    def _require_order(self, times: Mapping[str, datetime | None]) -> None:
        known = [(name, at) for name, at in times.items() if at is not None]
        for (_, earlier), (name, later) in pairwise(known):
            if later < earlier:
                raise _Wrong(name, BadCell(N_("lebih awal daripada langkah sebelumnya")))

    def _instant(self, field: str, day: date | None) -> datetime | None:
        return self._read(field, lambda cell: cells.instant(cell, self._plan.dates, day, self._zone, self._now))

    def _read(self, field: str, of: Callable[[Cell], Value]) -> Value | None:
        place = self._plan.columns.get(field)
        if place is None:
            return None
        if place in self._raw.bad:
            raise _Wrong(field, self._raw.bad[place])
        try:
            return of(self._raw.cells[place] if place < len(self._raw.cells) else None)
        except BadCell as bad:
            raise _Wrong(field, bad) from bad

    def _column(self, field: str) -> str:
        """As the heading calls it; our own name for it where there is none."""
        place = self._plan.columns.get(field)
        written = self._heading[place] if place is not None and place < len(self._heading) else None
        return cells.shown(written) if written is not None else TITLES[field]

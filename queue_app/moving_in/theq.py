"""The database of The Q (Service BC), or its dump restored into a PostgreSQL: its services as past records. Only read.

What its tables say: a ``citizen`` came to an ``office`` at ``start_time``; each ``servicereq`` is one service of that
visit; its ``period``s say from when to when it was in which state (``periodstate``: Waiting, Invited, Being Served, On
hold) and with whom (``csr``). Times are without a zone.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from queue_app.errors import N_
from queue_app.history_csv import Outcome, PastRecord
from queue_app.moving_in import cells
from queue_app.moving_in.cells import BadCell
from queue_app.moving_in.plan import Plan
from queue_app.moving_in.rows import RowError, UnreadableSource

_AT_ONCE = 2_000
_CONNECT_S = 10
_LEFT = "Left before receiving services"
_TABLES = (
    "office",
    "citizen",
    "citizenstate",
    "servicereq",
    "service",
    "period",
    "periodstate",
    "csr",
    "counter",
    "office_service",
    "office_counter",
)
_THERE = "SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false))"
_OFFICES = "SELECT office_name FROM office ORDER BY office_id"
_NAMES = {
    "services": "SELECT service_name FROM service s JOIN office_service o USING (service_id) JOIN office f "
    "USING (office_id) WHERE f.office_name = :office ORDER BY service_id",
    "officers": "SELECT username FROM csr JOIN office USING (office_id) WHERE office_name = :office ORDER BY csr_id",
    "counters": "SELECT counter_name FROM counter JOIN office_counter USING (counter_id) JOIN office USING (office_id) "
    "WHERE office_name = :office ORDER BY counter_id",
}
_PERIODS = """
    SELECT r.sr_id, r.sr_id = min(r.sr_id) OVER (PARTITION BY r.citizen_id) AS is_first, c.start_time,
           t.cs_state_name AS state, s.service_name AS service, n.counter_name AS counter,
           d.ps_name AS doing, p.time_start AS begun, p.time_end AS over, w.username AS officer
    FROM servicereq r
    JOIN citizen c USING (citizen_id)
    JOIN office f USING (office_id)
    LEFT JOIN citizenstate t ON t.cs_id = c.cs_id
    LEFT JOIN service s ON s.service_id = r.service_id
    LEFT JOIN counter n ON n.counter_id = c.counter_id
    LEFT JOIN period p ON p.sr_id = r.sr_id
    LEFT JOIN periodstate d ON d.ps_id = p.ps_id
    LEFT JOIN csr w ON w.csr_id = p.csr_id
    WHERE f.office_name = :office
    ORDER BY r.sr_id, p.time_start, p.period_id
"""


def offices(url: str) -> Sequence[str]:
    """The names of its offices. Raises UnreadableSource."""
    with _opened(url) as connection:
        return [name for (name,) in connection.execute(text(_OFFICES)) if name]


def names(url: str, office: str) -> dict[str, Sequence[str]]:
    """What the office has, also where no visit is of it: ``services``, ``officers`` and ``counters`` by name."""
    with _opened(url) as connection:
        return {
            ours: [name for (name,) in connection.execute(text(query), {"office": office}) if name]
            for ours, query in _NAMES.items()
        }


def records(url: str, plan: Plan, now: datetime) -> Iterator[PastRecord | RowError]:
    """Each service of the office ``plan.table``, by its sr_id as the row. Raises UnreadableSource."""
    with _opened(url) as connection:
        rows = connection.execution_options(yield_per=_AT_ONCE).execute(text(_PERIODS), {"office": plan.table})
        for _, periods in groupby(rows, key=attrgetter("sr_id")):
            yield _record(list(periods), plan, now)


def _record(periods: Sequence[Any], plan: Plan, now: datetime) -> PastRecord | RowError:
    first = periods[0]
    column = "time_start"
    try:
        visit = _Periods.read(periods, plan, now)
        came = cells.instant(first.start_time, cells.ISO, None, plan.zone_info, now)
        arrived_at = came if first.is_first or visit.begun[0] is None else visit.begun[0]
        if arrived_at is None:
            raise BadCell(N_("kosong"))
        column = "service_id"
        service = cells.name(first.service)
        if not service:
            raise BadCell(N_("layanannya tidak ada lagi"))
        column = "period"
        end = visit.end()
        steps = [arrived_at, end.called_at, end.started_at, *chain.from_iterable(end.holds), end.ended_at]
        known = [moment for moment in steps if moment is not None]
        if known != sorted(known):
            raise BadCell(N_("lebih awal daripada langkah sebelumnya"))
        counter = cells.name(first.counter)
    except BadCell as bad:
        return RowError.of(int(first.sr_id), column, bad)
    return PastRecord(
        line=int(first.sr_id),
        arrived_at=arrived_at,
        started_at=end.started_at,
        ended_at=end.ended_at,
        server=end.officer or None,
        service=service,
        outcome=end.outcome,
        called_at=end.called_at,
        counter=(counter or None) if end.called_at or end.started_at else None,
        holds=end.holds,
    )


@dataclass(frozen=True, slots=True)
class _End:
    """What became of a visit. ``officer`` is empty where nobody called."""

    outcome: Outcome
    officer: str
    called_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    holds: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class _Periods:
    """The periods of a visit in their order, with when each ``begun`` and was ``over``."""

    rows: Sequence[Any]
    begun: Sequence[datetime | None]
    over: Sequence[datetime | None]

    @classmethod
    def read(cls, rows: Sequence[Any], plan: Plan, now: datetime) -> "_Periods":
        """Raises BadCell."""

        def at(value: Any) -> datetime | None:
            return cells.instant(value, cells.ISO, None, plan.zone_info, now)

        return cls(rows, [at(row.begun) for row in rows], [at(row.over) for row in rows])

    def end(self) -> _End:
        """Raises BadCell for a visit that is not over, or was never served and never left."""
        served = self._doing("Being Served")
        invited = [place for place in self._doing("Invited") if not served or place < served[0]]
        called_at = self.begun[invited[-1]] if invited else None
        if served:
            if self.over[served[-1]] is None:
                raise BadCell(N_("layanannya belum selesai"))
            officer, holds = cells.name(self.rows[served[-1]].officer), self._holds(served[0], served[-1])
            return _End(Outcome.SERVED, officer, called_at, self.begun[served[0]], self.over[served[-1]], holds)
        if self.rows[0].state != _LEFT:
            raise BadCell(N_("kunjungannya belum selesai atau tidak pernah dilayani"))
        outcome = Outcome.NO_SHOW if invited else Outcome.ABANDONED
        officer = cells.name(self.rows[invited[-1]].officer) if invited else ""
        last = (invited or self._doing("Waiting") or [0])[-1]
        return _End(outcome, officer, called_at, None, self.over[last])

    def _doing(self, name: str) -> list[int]:
        return [place for place, row in enumerate(self.rows) if row.doing == name]

    def _holds(self, first: int, last: int) -> tuple[tuple[datetime, datetime], ...]:
        """Those between the first and the last time that it was served."""
        between = [(self.begun[place], self.over[place]) for place in self._doing("On hold") if first < place < last]
        return tuple((begun, over) for begun, over in between if begun and over)


@contextmanager
def _opened(url: str) -> Iterator[Connection]:
    try:
        address = make_url(url)
        if not address.drivername.startswith("postgresql"):
            raise UnreadableSource(N_("Alamatnya harus berawalan postgresql://"))
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"),
            connect_args={"connect_timeout": _CONNECT_S},
            hide_parameters=True,
        )
    except ArgumentError as error:
        raise UnreadableSource(N_("Alamatnya harus berawalan postgresql://")) from error
    try:
        with engine.connect().execution_options(postgresql_readonly=True) as connection:
            found = {name for (name,) in connection.execute(text(_THERE))}
            missing = [table for table in _TABLES if table not in found]
            if missing:
                raise UnreadableSource(
                    N_("Basis data ini bukan milik The Q: tabel %(tables)s tidak ada."), tables=", ".join(missing)
                )
            yield connection
    except SQLAlchemyError as error:
        raise UnreadableSource(N_("Basis data itu tidak dapat dibaca: %(why)s"), why=type(error).__name__) from error
    finally:
        engine.dispose()

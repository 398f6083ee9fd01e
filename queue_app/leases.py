"""WRITE: which of the server processes on one PostgreSQL does what comes round by itself: a row for each job.

A process keeps a job as long as it says so again in time. When it dies, another takes the job once the lease is over:
within ``LEASE_S + RENEW_S``. Time is the database's, so a machine whose clock is wrong takes nothing from others. A
process that was stopped for longer than its lease and goes on may still be within a round that another has begun
anew: so jobs stay safe in several processes at once, and the lease only saves that they do the same for nothing.

On SQLite there is one server process, and it does everything.
"""

import secrets
import time
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from queue_app.database import Database
from queue_app.models import JobLease

LEASE_S = 10.0
RENEW_S = 3.0


class Leases:
    """The jobs of one process. ``renew`` must be called every ``RENEW_S``, from one thread."""

    def __init__(self, database: Database, names: Collection[str], lease_s: float = LEASE_S) -> None:
        self.holder = secrets.token_hex(8)
        self._database = database
        self._names = sorted(names)
        self._lease_s = lease_s
        self._held: frozenset[str] = frozenset(names) if database.is_sqlite else frozenset()
        self._held_until = float("inf") if database.is_sqlite else 0.0

    def holds(self, name: str) -> bool:
        """Whether the job is this process's to do now; false from the moment on at which another may take it."""
        return name in self._held and time.monotonic() < self._held_until

    def renew(self) -> frozenset[str]:
        """Keep what this process has, and take what nobody has; the names that are new to it."""
        if self._database.is_sqlite:
            return frozenset()
        before = self._held if time.monotonic() < self._held_until else frozenset[str]()
        asked = time.monotonic()
        self._held = self._take()
        self._held_until = asked + self._lease_s
        return self._held - before

    def release(self) -> None:
        """Leave all jobs to the others at once, as a process does that ends in order."""
        self._held = frozenset()
        if not self._database.is_sqlite:
            with self._database.write() as session:
                session.execute(delete(JobLease).where(JobLease.holder == self.holder))

    def _take(self) -> frozenset[str]:
        with self._database.read() as session:
            now = session.scalar(select(func.clock_timestamp()))
            of_others = select(JobLease.name).where(JobLease.holder != self.holder, JobLease.until >= now)
            free = sorted(set(self._names) - set(session.scalars(of_others)))
        if not free:
            return frozenset()
        with self._database.write() as session:
            until = func.clock_timestamp() + timedelta(seconds=self._lease_s)
            mine = insert(JobLease).values([{"name": name, "holder": self.holder, "until": until} for name in free])
            taken = mine.on_conflict_do_update(
                index_elements=[JobLease.name],
                set_={"holder": self.holder, "until": until},
                where=(JobLease.holder == self.holder) | (JobLease.until < func.clock_timestamp()),
            )
            return frozenset(session.scalars(taken.returning(JobLease.name)))

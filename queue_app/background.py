"""Work that the server does beside answering: each job comes round by itself, in a thread of its own.

A job must be repeatable and safe in several processes at once, for each server process runs all of them.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from queue_app import clock, day_end
from queue_app.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """``work`` is done every ``every_s`` seconds, and sooner when ``wake`` is set, but never again within ``gap_s``.

    ``name`` completes the sentence "... failed" in the log.
    """

    name: str
    every_s: float
    work: Callable[[datetime], object]
    wake: threading.Event = field(default_factory=threading.Event)
    gap_s: float = 0.0


class Background:
    """The jobs of one process, from ``start`` to ``stop``."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._jobs = list(jobs)
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        for job in self._jobs:
            thread = threading.Thread(target=self._keep_doing, args=(job,), name=job.name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, patience_s: float = 1.0) -> None:
        """Let no job begin again, and wait for what is being done."""
        self._over.set()
        for job in self._jobs:
            job.wake.set()
        for thread in self._threads:
            thread.join(patience_s)

    def _keep_doing(self, job: Job) -> None:
        is_failing = False
        while not self._over.is_set():
            job.wake.clear()
            try:
                job.work(clock.now())
            except Exception:
                if not is_failing:  # not again at every round while a database is away
                    log.exception("%s failed; it is tried again in %g s", job.name, job.every_s)
                is_failing = True
            else:
                is_failing = False
            self._over.wait(job.gap_s)
            job.wake.wait(job.every_s - job.gap_s)


def day_end_job(database: Database) -> Job:
    """Look for an ended day every minute: closing a day twice changes nothing."""
    return Job("closing the past day", 60.0, lambda now: day_end.close_past_days(database, now))

"""Work that the server does beside answering: each job comes round by itself, in a thread of its own.

Where several server processes share a database, a job comes round in the one that holds its lease (``leases``). What
a commit wakes is done by the process that committed, at once; so a job must be repeatable and safe in several at once.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from queue_app import alerts, capacity, clock, day_end, monitoring, occupancy, proof, signin, standby, visit_days
from queue_app.crowd import counting
from queue_app.database import Database
from queue_app.errors import QueueError
from queue_app.event_loop import in_thread
from queue_app.event_months import ahead
from queue_app.extensions import config, database, studio, vault
from queue_app.leases import RENEW_S, Leases
from queue_app.messages.post_office import PostOffice
from queue_app.moving_in import keeping
from queue_app.printing.press import Press
from queue_app.privacy import retention
from queue_app.reports.maker import Maker
from queue_app.speech.aloud import Announcer
from queue_app.waits.told import Book
from queue_app.warming import Warmer
from queue_app.webhooks.sender import Sender
from queue_app.webhooks.targets import read_allowed

log = logging.getLogger(__name__)

ENDING_S = 1.0
"""How long a server that ends waits for what it is doing; gunicorn lets it live for two seconds."""


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


@dataclass(slots=True)
class Rounds:
    """What became of a job in this process: when it last came round (None: not yet), how often, and how often it
    failed. Times are of ``time.monotonic``."""

    every_s: float
    since: float
    last: float | None = None
    done: int = 0
    failed: int = 0

    def is_late(self, now: float) -> bool:
        """Whether it should have come round long ago: it hangs, or its thread has died."""
        return now - (self.since if self.last is None else self.last) > LATE_ROUNDS * self.every_s + LATE_S


LATE_ROUNDS, LATE_S = 3, 1800.0
"""Some rounds take minutes: a year's report, a million visits kept anew."""

ROUNDS: dict[str, Rounds] = {}
"""Of this process's jobs, by name; empty where none run, as in a command."""


def late() -> list[str]:
    """The jobs of this process that should have come round long ago."""
    now = time.monotonic()
    return sorted(name for name, rounds in ROUNDS.items() if rounds.is_late(now))


class Background:
    """The jobs of one process, from ``start`` to ``stop``. ``ending`` is done last.

    ``leases``: None, where no other process does the same jobs.
    """

    def __init__(
        self,
        jobs: Iterable[Job],
        ending: Callable[[], object] = lambda: None,
        leases: Leases | None = None,
        renew_s: float = RENEW_S,
    ) -> None:
        self._jobs = list(jobs)
        self._ending = ending
        self._leases = leases
        self._renew_s = renew_s
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        for job in self._jobs:
            self._start(partial(self._keep_doing, job), job.name)
        if self._leases is not None:
            self._start(partial(self._keep_leases, self._leases), "leases")

    def _start(self, work: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """Let no job begin again, and wait a little for what is being done."""
        self._over.set()
        for job in self._jobs:
            job.wake.set()
        for thread in self._threads:
            thread.join(ENDING_S)
        self._ending()

    def _keep_leases(self, leases: Leases) -> None:
        is_failing = False
        while not self._over.is_set():
            try:
                new = leases.renew()
                is_failing = False
            except Exception:
                if not is_failing:
                    log.exception("it was not agreed which process does what; tried again in %g s", self._renew_s)
                is_failing, new = True, frozenset()
            for job in self._jobs:
                if job.name in new:  # whoever had it may have died long before its next round
                    job.wake.set()
            self._over.wait(self._renew_s)
        with contextlib.suppress(SQLAlchemyError, QueueError):  # a database that is away frees them by time
            leases.release()

    def _is_ours(self, job: Job) -> bool:
        return self._leases is None or self._leases.holds(job.name)

    def _keep_doing(self, job: Job) -> None:
        is_failing = False
        rounds = ROUNDS[job.name] = Rounds(job.every_s, time.monotonic())
        while not self._over.is_set():
            if not job.wake.is_set() and not self._is_ours(job):
                rounds.since = time.monotonic()  # another process does it: here it is not late
                job.wake.wait(job.every_s)
                continue
            job.wake.clear()
            try:
                job.work(clock.now())
            except Exception:
                if not is_failing:  # not again at every round while a database is away
                    log.exception("%s failed; it is tried again in %g s", job.name, job.every_s)
                is_failing = True
                rounds.failed += 1
            else:
                is_failing = False
                rounds.done += 1
            rounds.last = time.monotonic()
            self._over.wait(job.gap_s)
            job.wake.wait(job.every_s - job.gap_s)
        del ROUNDS[job.name]


def of_server() -> Background:
    """All that a server process does by itself; called in the app's context."""
    post = PostOffice(config(), database(), vault(), clock.now)
    database().listeners.append(post.hear)
    announcer = Announcer(database(), studio())
    database().listeners.append(announcer.hear)
    press = Press(database(), clock.now, apart=in_thread)
    database().listeners.append(press.hear)
    sender = Sender(database(), vault(), read_allowed(config().webhook_allow), clock.now)
    database().listeners.append(sender.hear)
    book = Book(database())
    database().listeners.append(book.hear)
    jobs = (
        day_end_job(database()),
        retention_job(database()),
        days_job(database()),
        warming_job(Warmer(database())),
        alerts_job(database()),
        monitoring_job(database()),
        holds_job(database()),
        *fairness_jobs(database()),
        *telling_jobs(post),
        voice_job(announcer),
        *printing_jobs(press),
        *webhook_jobs(sender),
        *reports_jobs(Maker(database(), config(), clock.now)),
        *forecast_jobs(book),
        imports_job(database(), config().instance_dir),
        months_job(database()),
    )
    return Background(
        jobs,
        ending=lambda: post.finish(ENDING_S) and press.finish(ENDING_S),
        leases=Leases(database(), [job.name for job in jobs]),
    )


def day_end_job(database: Database) -> Job:
    """Look for an ended day every minute: closing a day twice changes nothing."""
    return Job("closing the past day", 60.0, lambda now: day_end.close_past_days(database, now))


def retention_job(database: Database) -> Job:
    """Erase what is past its term: asks every ten minutes, works once a day for each kind of data."""
    return Job("erasing what is past its term", 600.0, lambda now: retention.erase_all(database, now))


def days_job(database: Database) -> Job:
    """Keep what the log says of days that are over, so that pages over months needn't read it."""

    def keep(now: datetime) -> None:
        visit_days.fill_all(database, now)
        occupancy.fill_all(database)
        counting.fill_all(database)

    return Job("keeping past days", 60.0, keep)


def warming_job(warmer: Warmer) -> Job:
    """Work out the figures of a large office's past days before anybody asks for them."""
    return Job("warming the figures", 60.0, warmer.work)


def alerts_job(database: Database) -> Job:
    """Look at the offices' thresholds: an alert is raised once, however many processes look."""
    return Job("watching the thresholds", 30.0, lambda now: alerts.watch(database, now))


def monitoring_job(database: Database) -> Job:
    """Look once at each ended day's indicators; all other rounds are one short query."""
    return Job("watching the indicators", 300.0, lambda now: monitoring.watch(database, now))


def holds_job(database: Database) -> Job:
    """Free the places of slots that were kept while a form was filled, once their time is over."""
    return Job("freeing kept places", 60.0, lambda now: capacity.free_expired(database, now))


def fairness_jobs(database: Database) -> tuple[Job, ...]:
    """Places that come free by time alone go to whoever waits for them; proofs that were used are forgotten in time."""
    return (
        Job("looking after the waiting lists", 30.0, lambda now: standby.tend(database, now)),
        Job("forgetting used proofs", 600.0, lambda now: proof.forget_old(database, now)),
        Job("forgetting past sessions", 3600.0, lambda now: signin.forget_old(database, now)),
    )


def voice_job(announcer: Announcer) -> Job:
    """Have each call recorded at once after its commit, and within two seconds what other processes call."""
    return Job("recording the calls", 2.0, announcer.work, announcer.wake, gap_s=0.2)


def telling_jobs(post: PostOffice) -> tuple[Job, ...]:
    """Telling people: at once after a move, and every two seconds for what others and the clock bring about."""
    return (
        Job("telling people", 2.0, post.work, post.wake, gap_s=0.5),
        Job("looking for whom to remind", 30.0, post.remind),
        Job("forgetting who was told", 3600.0, post.forget),
    )


def reports_jobs(maker: Maker) -> tuple[Job, ...]:
    """Have the reports made that are asked for, in a process of their own; those whose process died are marked. Old
    ones are removed with their files."""
    return (Job("making reports", 2.0, maker.work), Job("removing old reports", 3600.0, maker.forget))


def imports_job(database: Database, instance_dir: Path) -> Job:
    """Remove the files that were to be brought in, a day after they came."""
    return Job("removing files of imports", 600.0, lambda now: keeping.forget_old(database, instance_dir, now))


def months_job(database: Database) -> Job:
    """Where the log is kept by month: make the months to come. All other rounds are two short queries."""
    return Job("making months of the log", 600.0, lambda now: ahead.tend(database, now))


def printing_jobs(press: Press) -> tuple[Job, ...]:
    """Receipts: at once after the number was given, and every second for what others queued or a printer refused."""
    return (
        Job("printing receipts", 1.0, press.work, press.wake, gap_s=0.1),
        Job("looking after printers", 15.0, press.look_after),
        Job("forgetting receipts", 3600.0, press.forget),
    )


def webhook_jobs(sender: Sender) -> tuple[Job, ...]:
    """Other systems: at once after a move, and every two seconds for what is tried again."""
    return (
        Job("telling other systems", 2.0, sender.work, sender.wake, gap_s=0.5),
        Job("forgetting what other systems were told", 3600.0, sender.forget),
    )


def forecast_jobs(book: Book) -> tuple[Job, ...]:
    """Write down what people are told of their wait: at once after a move, in a burst every second, and every half
    minute."""
    return (
        Job("writing down the forecasts", 30.0, book.work, book.wake, gap_s=1.0),
        Job("forgetting old forecasts", 3600.0, book.forget),
    )

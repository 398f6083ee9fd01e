"""Carries wishes for reports: claims one, starts a process that makes it, and says what became of it."""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from queue_app.config import ROOT, Config, child_environment
from queue_app.database import Database
from queue_app.models import ReportJob
from queue_app.reports import jobs, keeping

log = logging.getLogger(__name__)

SIGN_OF_LIFE_S = 10.0


class Program(NamedTuple):
    """``words`` get the job's id and its claim. After ``longest_s`` seconds it is ended, for others wait."""

    words: Sequence[str]
    longest_s: float = 240.0


PROGRAMS: Mapping[str, Program] = {
    jobs.MONTHLY: Program((sys.executable, "-m", "queue_app.monthly_program")),
    "plan": Program((sys.executable, "-m", "queue_app.planning_program")),
    # The check of a large workbook reads all of it at once: what it found half-way would be of no use.
    "import": Program((sys.executable, "-m", "queue_app.moving_program"), 1200.0),
}
"""What makes a wish, by the first word of its key."""


def folder(config: Config) -> Path:
    """Where the files of finished reports are: ``ID.pdf`` and ``ID.xlsx``, or ``ID.json`` of a plan."""
    return config.instance_dir / "reports"


class Maker:
    """One for each server process; any number may work at once. ``program`` is run instead of all ``PROGRAMS``."""

    def __init__(
        self, database: Database, config: Config, now: Callable[[], datetime], program: Program | None = None
    ) -> None:
        self._database = database
        self._config = config
        self._now = now
        self._program = program

    def work(self, now: datetime) -> None:
        """Mark what died, then make what waits, one after the other."""
        with self._database.write() as session:
            jobs.fail_the_dead(session, now)
        while True:
            with self._database.write() as session:
                taken = jobs.claim(session, self._now())
            if taken is None:
                return
            self._make(*taken)

    def forget(self, now: datetime) -> None:
        """Remove old reports, rows and files."""
        keeping.forget_old(self._database, folder(self._config), now)

    def _make(self, job_id: int, token: str) -> None:
        config = self._config
        environment = child_environment(
            DATABASE_URL=config.database_url,
            INSTANCE_DIR=str(config.instance_dir),
            SECRET_KEY=config.secret_key,
            SECRET_KEY_OLD=" ".join(config.old_secret_keys),
        )
        program = self._program_of(job_id)
        process = subprocess.Popen(  # noqa: S603 - our own program, two words of our own
            [*program.words, str(job_id), token], cwd=ROOT, env=environment, start_new_session=True
        )
        try:
            reason = self._watch(process, program.longest_s, job_id, token)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if reason:
            log.error("report %s was not made: %s (exit %s)", job_id, reason, process.returncode)
            with self._database.write() as session:
                jobs.fail(session, job_id, token, self._now(), reason)

    def _program_of(self, job_id: int) -> Program:
        if self._program is not None:
            return self._program
        with self._database.read() as session:
            return PROGRAMS[session.get_one(ReportJob, job_id).key.partition(" ")[0]]

    def _watch(self, process: "subprocess.Popen[bytes]", longest_s: float, job_id: int, token: str) -> str:
        """Why it failed; empty when there is nothing to say."""
        end = time.monotonic() + longest_s
        while time.monotonic() < end:
            try:
                code = process.wait(SIGN_OF_LIFE_S)
            except subprocess.TimeoutExpired:
                with self._database.write() as session:
                    if not jobs.alive(session, job_id, token, self._now()):
                        return ""  # done this moment, or given up by somebody else
                continue
            return jobs.FAILED if code else ""
        return jobs.TOO_LONG

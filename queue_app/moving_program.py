"""The program that reads, writes or undoes one import: ``python -m queue_app.moving_program JOB CLAIM``.

Started by ``reports.maker``, so that no server process reads a workbook of 200,000 rows. It works for a while and puts
the job back when not all is done: reports wait no longer than that, and what is written is passed over next time.
"""

import sys
import time
from collections.abc import Callable

from queue_app import clock
from queue_app.config import Config, from_env
from queue_app.database import Database
from queue_app.errors import N_
from queue_app.models import ImportStatus, PastImport, ReportJob
from queue_app.moving_in import bringing, checking, imports, keeping, undoing
from queue_app.moving_in.bringing import TimeIsUp
from queue_app.moving_in.plan import of_json
from queue_app.moving_in.rows import UnreadableSource
from queue_app.moving_in.sources import Source
from queue_app.reports import jobs

AT_MOST_S = 150.0
"""Less than what the maker gives a job."""


def main() -> None:
    config = from_env()
    database = Database(config.database_url)
    make(database, config, int(sys.argv[1]), sys.argv[2])
    database.dispose()


def make(database: Database, config: Config, job_id: int, token: str, at_most_s: float = AT_MOST_S) -> None:
    """Do what a claimed job asks. What can't be read is told on the import's page: the job itself is done."""
    end = time.monotonic() + at_most_s
    with database.read() as session:
        job = session.get_one(ReportJob, job_id)
        import_id, deed, actor_id, steps = job.wish["import"], job.wish["deed"], job.asked_by_id, job.steps
    steps_done = 0

    def progress(count: int) -> None:
        nonlocal steps_done
        steps_done += count
        with database.write() as writing:
            if not jobs.alive(writing, job_id, token, clock.now(), min(steps_done, steps) if steps else steps_done):
                raise SystemExit("somebody else does this by now")

    def is_time_up() -> bool:
        return time.monotonic() > end

    try:
        _do(database, config, import_id, deed, actor_id, progress, is_time_up)
    except TimeIsUp:
        with database.write() as session:
            jobs.put_back(session, job_id, token)
        return
    except (UnreadableSource, FileNotFoundError) as error:
        _tell(database, import_id, error)
    with database.write() as session:
        jobs.done(session, job_id, token, clock.now())


def _do(
    database: Database,
    config: Config,
    import_id: int,
    deed: str,
    actor_id: int,
    progress: Callable[[int], None],
    is_time_up: Callable[[], bool],
) -> None:
    if deed == imports.UNDO:
        undoing.run(database, import_id, clock.now(), actor_id, progress, is_time_up)
        return
    with database.read() as session:
        row = session.get_one(PastImport, import_id)
        plan, kind, secret, office_id = of_json(row.plan), row.kind, row.secret, row.office_id
    if secret is None:
        raise FileNotFoundError(import_id)
    source = Source(kind, keeping.file_of(config.instance_dir, secret))
    if deed == imports.RUN:
        bringing.run(database, import_id, source, clock.now(), progress, is_time_up)
        keeping.file_of(config.instance_dir, secret).unlink(missing_ok=True)
        return
    errors = keeping.errors_of(config.instance_dir, secret)
    found = checking.check(database, office_id, source, plan, clock.now(), errors, progress)
    with database.write() as session:
        row = session.get_one(PastImport, import_id)
        row.found, row.status = found, ImportStatus.CHECKED


def _tell(database: Database, import_id: int, error: Exception) -> None:
    gone = N_("Berkasnya sudah dihapus. Unggah lagi.")
    message, params = (error.message, dict(error.params)) if isinstance(error, UnreadableSource) else (gone, {})
    with database.write() as session:
        row = session.get_one(PastImport, import_id)
        row.found = {**row.found, "problem": {"message": message, "params": params}}


if __name__ == "__main__":
    main()

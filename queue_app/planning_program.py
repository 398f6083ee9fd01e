"""The program that computes one plan: ``python -m queue_app.planning_program JOB CLAIM``.

Started by ``reports.maker``, so that no server process plays days. The answer is written whole and renamed into place
before the job is done.
"""

import json
import sys

from queue_app import clock
from queue_app.config import Config, from_env
from queue_app.database import Database
from queue_app.models import ReportJob
from queue_app.planning import answers
from queue_app.reports import jobs
from queue_app.reports.maker import folder


def main() -> None:
    config = from_env()
    database = Database(config.database_url)
    make(database, config, int(sys.argv[1]), sys.argv[2])
    database.dispose()


def make(database: Database, config: Config, job_id: int, token: str) -> None:
    """Compute the plan of a claimed job, saying each step that is done."""

    def step(done: int) -> None:
        with database.write() as writing:
            if not jobs.alive(writing, job_id, token, clock.now(), done):
                raise SystemExit("somebody else computes this plan by now")

    with database.read() as session:
        job = session.get_one(ReportJob, job_id)
        prepared = answers.read(session, job.office, job.wish, clock.now())
    answer = answers.of(prepared, step)
    keep = folder(config)
    keep.mkdir(parents=True, exist_ok=True)
    part = keep / f"{job_id}.json.part"
    part.write_text(json.dumps(answer), encoding="utf-8")
    part.replace(keep / f"{job_id}.json")
    with database.write() as session:
        jobs.done(session, job_id, token, clock.now())


if __name__ == "__main__":
    main()

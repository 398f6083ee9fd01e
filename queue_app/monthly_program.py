"""The program that makes one monthly report: ``python -m queue_app.monthly_program JOB CLAIM``.

Started by ``reports.maker``, so that neither the reading of a month nor WeasyPrint is in a server process. Both files
are written whole and renamed into place before the job is done.
"""

import sys
from datetime import date
from pathlib import Path

from flask import Flask

from queue_app import clock, documents
from queue_app.config import from_env
from queue_app.extensions import config, database
from queue_app.factory import create_app
from queue_app.models import Office, ReportJob
from queue_app.reports import jobs
from queue_app.reports.maker import folder
from queue_app.routes import monthly


def main() -> None:
    job_id, token = int(sys.argv[1]), sys.argv[2]
    make(create_app(from_env()), job_id, token)


def make(app: Flask, job_id: int, token: str) -> None:
    """Make the report of a claimed job, in its language, and say each step that is done."""
    with app.app_context(), database().read() as session:
        job = session.get_one(ReportJob, job_id)
        wish, office_id = job.wish, job.office_id
    with app.test_request_context(headers={"Cookie": f"lang={wish['language']}"}):
        with database().figures() as session:
            office = session.get_one(Office, office_id)
            report = monthly.read(session, office, date.fromisoformat(wish["month"]), clock.now())
            _step(job_id, token, 1)
            page = monthly.paper(report)
        _step(job_id, token, 2)
        keep = folder(config())
        keep.mkdir(parents=True, exist_ok=True)
        _write(keep / f"{job_id}.xlsx", monthly.workbook(report))
        _step(job_id, token, 3)
        _write(keep / f"{job_id}.pdf", documents.to_pdf(page))
        with database().write() as session:
            jobs.done(session, job_id, token, clock.now())


def _step(job_id: int, token: str, step: int) -> None:
    with database().write() as session:
        if not jobs.alive(session, job_id, token, clock.now(), step):
            raise SystemExit("somebody else makes this report by now")


def _write(path: Path, content: bytes) -> None:
    part = path.with_suffix(path.suffix + ".part")
    part.write_bytes(content)
    part.replace(path)


if __name__ == "__main__":
    main()

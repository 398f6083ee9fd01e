"""WRITE: reports of long ago are removed, rows and files; whoever needs one again asks for it again."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select

from queue_app.database import Database
from queue_app.models import JobStatus, ReportJob

KEPT = timedelta(days=400)
"""A report of last year's month can still be had when this year's is compared with it."""


def forget_old(database: Database, folder: Path, now: datetime) -> int:
    """Remove reports that are finished for so long, and every file that belongs to no report; how many files.

    Repeatable, and safe in several processes at once.
    """
    files = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    with database.write() as session:
        session.execute(
            delete(ReportJob)
            .where(ReportJob.status.in_((JobStatus.DONE, JobStatus.FAILED)), ReportJob.done_at < now - KEPT)
            .execution_options(synchronize_session=False)
        )
    with database.read() as session:
        # Read after the files: a report that is asked for meanwhile has its row before its files.
        known = {str(job_id) for job_id in session.scalars(select(ReportJob.id))}
    old = [path for path in files if path.name.split(".")[0] not in known]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)

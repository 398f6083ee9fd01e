"""WRITE: wishes for reports and plans, and what becomes of them. The same wish is made once while it is live."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from queue_app import database, opening
from queue_app.errors import N_, Invalid, NotFound
from queue_app.models import JobStatus, Office, ReportJob, User

LEASE = timedelta(seconds=60)
"""Without a sign of life for so long, the process that makes a report is taken for dead."""

MONTHLY = "monthly"
STEPS = 4
SHOWN = 20
LANGUAGES = ("id", "en")
FIRST_YEAR = 2000

DIED = "died"
FAILED = "failed"
TOO_LONG = "too_long"


def ask(session: Session, who: User, month: str, language: str, now: datetime) -> ReportJob:
    """Queue the report of a month (``2026-11``), or give the one that is being made already.

    Raises Invalid ``bad_month`` or ``future_month``, ``unknown_language``.
    """
    first = month_of(month, opening.local_day(who.office, now))
    if language not in LANGUAGES:
        raise Invalid("unknown_language", N_("Pilih bahasa dari daftar."))
    wish = {"month": first.isoformat(), "language": language}
    return queue(session, who, f"{MONTHLY} {first:%Y-%m} {language}", wish, STEPS, now)


def queue(session: Session, who: User, key: str, wish: Mapping[str, Any], steps: int, now: datetime) -> ReportJob:
    """Queue any wish, or give the one of the same ``key`` that is waiting or being made.

    The first word of the key says which program makes it (``maker.PROGRAMS``).
    """
    database.insert_or_ignore(
        session,
        ReportJob,
        office_id=who.office_id,
        key=key,
        wish=dict(wish),
        status=JobStatus.QUEUED,
        step=0,
        steps=steps,
        attempts=0,
        asked_by_id=who.id,
        asked_at=now,
    )
    live = (JobStatus.QUEUED, JobStatus.RUNNING)
    wanted = (ReportJob.office_id == who.office_id, ReportJob.key == key, ReportJob.status.in_(live))
    return session.scalars(select(ReportJob).where(*wanted)).one()


def month_of(typed: str, today: date) -> date:
    """The first day of a month that has begun. Raises Invalid ``bad_month`` or ``future_month``."""
    try:
        first = date.fromisoformat(f"{typed[:7]}-01")
    except ValueError as error:
        raise Invalid("bad_month", N_("Isi bulan seperti 2026-11.")) from error
    if first > today:
        raise Invalid("future_month", N_("Bulan itu belum tiba."))
    if first.year < FIRST_YEAR:
        raise Invalid("bad_month", N_("Isi bulan seperti 2026-11."))
    return first


def of_office(session: Session, office: Office) -> Sequence[ReportJob]:
    """The monthly reports, the latest first."""
    return session.scalars(
        select(ReportJob)
        .where(ReportJob.office_id == office.id, ReportJob.key.startswith(f"{MONTHLY} "))
        .order_by(ReportJob.id.desc())
        .limit(SHOWN)
    ).all()


def find(session: Session, office: Office, job_id: int) -> ReportJob:
    """Raises NotFound ``unknown_report``."""
    found = session.get(ReportJob, job_id)
    if found is None or found.office_id != office.id or not found.key.startswith(f"{MONTHLY} "):
        raise NotFound("unknown_report", N_("Laporan itu tidak ada."))
    return found


def latest(session: Session, office: Office, key: str) -> ReportJob | None:
    """The last wish of this key, whatever became of it."""
    return session.scalars(
        select(ReportJob).where(ReportJob.office_id == office.id, ReportJob.key == key).order_by(ReportJob.id.desc())
    ).first()


def claim(session: Session, now: datetime) -> tuple[int, str] | None:
    """Take the longest waiting wish: its id and the claim that its maker shows from now on. None: there is none."""
    waiting = select(ReportJob.id).where(ReportJob.status == JobStatus.QUEUED).order_by(ReportJob.id)
    for job_id in session.scalars(waiting).all():
        token = secrets.token_hex(16)
        taken = session.execute(
            update(ReportJob)
            .where(ReportJob.id == job_id, ReportJob.status == JobStatus.QUEUED)
            .values(
                status=JobStatus.RUNNING, claim=token, lease_until=now + LEASE, attempts=ReportJob.attempts + 1, step=0
            )
            .returning(ReportJob.id)
        ).first()
        if taken:
            return job_id, token
    return None


def alive(session: Session, job_id: int, token: str, now: datetime, step: int | None = None) -> bool:
    """A sign of life, perhaps with a further step; False: it is no longer ours to make."""
    values = {"lease_until": now + LEASE, **({"step": step} if step is not None else {})}
    return _change(session, job_id, token, **values)


def done(session: Session, job_id: int, token: str, now: datetime) -> bool:
    return _change(session, job_id, token, status=JobStatus.DONE, step=ReportJob.steps, done_at=now, lease_until=None)


def fail(session: Session, job_id: int, token: str, now: datetime, reason: str) -> bool:
    """It will not be made; asking again begins anew."""
    return _change(
        session, job_id, token, status=JobStatus.FAILED, reason=reason, done_at=now, claim=None, lease_until=None
    )


def put_back(session: Session, job_id: int, token: str) -> bool:
    """Not all is done yet, and others have waited long enough: it is claimed anew when its turn comes."""
    return _change(session, job_id, token, status=JobStatus.QUEUED, claim=None, lease_until=None)


def fail_the_dead(session: Session, now: datetime) -> None:
    """Mark what nobody makes any more: its process gave no sign of life in time."""
    session.execute(
        update(ReportJob)
        .where(ReportJob.status == JobStatus.RUNNING, ReportJob.lease_until < now)
        .values(status=JobStatus.FAILED, reason=DIED, done_at=now, claim=None, lease_until=None)
    )


def _change(session: Session, job_id: int, token: str, **values: object) -> bool:
    changed = session.execute(
        update(ReportJob)
        .where(ReportJob.id == job_id, ReportJob.claim == token, ReportJob.status == JobStatus.RUNNING)
        .values(**values)
        .returning(ReportJob.id)
    ).first()
    return changed is not None

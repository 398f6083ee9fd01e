"""WRITE a wish for a plan, READ what became of it.

The same wish on the same day with the same settings is computed once; the answer is kept as a file beside the reports.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.models import Counter, JobStatus, Office, OpeningHours, ReportJob, User
from queue_app.models.office import counter_service
from queue_app.reports import jobs

PLAN = "plan"
WHAT_IF_STEPS = 2
FORM = 1
"""Raised when the same question gets another answer: what an older program computed is not shown any more."""

WEEK = 7

_OF_OFFICE = ("timezone", "rule_name", "rates", "longest_wait_minutes", "wait_target_minutes")
_OF_SERVICE = (
    "code",
    "active",
    "standard_minutes",
    "daily_quota",
    "slot_minutes",
    "slot_capacity",
    "slot_plan",
    "wait_target_minutes",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """``status`` None: nobody asked for it yet. ``result``: see ``answers``; None until it is there."""

    status: JobStatus | None
    step: int = 0
    steps: int = 1
    result: dict[str, Any] | None = None

    @property
    def is_live(self) -> bool:
        return self.status in (JobStatus.QUEUED, JobStatus.RUNNING)


def ask(session: Session, who: User, wish: Mapping[str, Any], files: Path, now: datetime) -> Asked:
    """What is known of a wish; it is queued unless it is there, waiting or being computed."""
    found = known(session, who.office, wish, files, now)
    if found.is_live or found.result is not None:
        return found
    steps = WEEK if wish["question"] == "needs" else WHAT_IF_STEPS
    job = jobs.queue(session, who, key(session, who.office, wish, now), wish, steps, now)
    return Asked(job.status, job.step, job.steps)


def known(session: Session, office: Office, wish: Mapping[str, Any], files: Path, now: datetime) -> Asked:
    """What became of a wish. Reads only."""
    job = jobs.latest(session, office, key(session, office, wish, now))
    if job is None:
        return Asked(None)
    result = read(files, job) if job.status is JobStatus.DONE else None
    if job.status is JobStatus.DONE and result is None:
        return Asked(None)  # its file is gone: it can be asked for again
    return Asked(job.status, job.step, job.steps, result)


def read(files: Path, job: ReportJob) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((files / f"{job.id}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def key(session: Session, office: Office, wish: Mapping[str, Any], now: datetime) -> str:
    """The same for the same wish while neither the day nor a setting that matters has changed."""
    hours = session.execute(
        select(OpeningHours.weekday, OpeningHours.opens_minute, OpeningHours.closes_minute, OpeningHours.service_id)
        .where(OpeningHours.office_id == office.id)
        .order_by(OpeningHours.id)
    ).all()
    counters = session.execute(
        select(Counter.number, counter_service.c.service_id, counter_service.c.preference)
        .join(counter_service, counter_service.c.counter_id == Counter.id)
        .where(Counter.office_id == office.id)
        .order_by(Counter.number, counter_service.c.service_id)
    ).all()
    settings = [
        [str(getattr(office, name)) for name in _OF_OFFICE],
        [[str(getattr(service, name)) for name in _OF_SERVICE] for service in office.services],
        [list(row) for row in hours],
        [list(row) for row in counters],
    ]
    whole = json.dumps([FORM, wish, settings, opening.local_day(office, now).isoformat()], sort_keys=True)
    return f"{PLAN} {blake2b(whole.encode(), digest_size=20).hexdigest()}"

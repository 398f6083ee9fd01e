"""WRITE: what becomes of an import before anything of it is in the log. READ: the imports of an office."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app.errors import N_, Invalid, NotFound, QueueError
from queue_app.models import (
    Hand,
    ImportStatus,
    JobStatus,
    Office,
    PastImport,
    ReportJob,
    SourceKind,
    User,
    office_of,
    person_of,
)
from queue_app.moving_in import keeping, naming
from queue_app.moving_in.naming import Choices
from queue_app.moving_in.plan import Plan, of_json
from queue_app.moving_in.sources import Source
from queue_app.reports import jobs

IMPORT = "import"
"""The first word of a job's key, see ``reports.jobs``."""

CHECK, RUN, UNDO = "check", "run", "undo"
SHOWN = 20
_OPEN = (ImportStatus.UPLOADED, ImportStatus.CHECKED)


def add(
    session: Session, hand: Hand, kind: SourceKind, name: str, size: int, secret: str | None, plan: Plan, now: datetime
) -> PastImport:
    """A source that was given; nothing of it is written yet."""
    who = person_of(hand)
    row = PastImport(
        office_id=office_of(hand).id,
        kind=kind,
        status=ImportStatus.UPLOADED,
        file_name=" ".join("".join(c if c.isprintable() else " " for c in name).split())[:120] or "-",
        size=size,
        secret=secret,
        plan=plan.as_json(),
        found={},
        made={},
        undo={},
        asked_by_id=who.id if who else None,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def kind_of(text: str) -> SourceKind:
    """The kind of a file that is uploaded. Raises Invalid ``unknown_kind``."""
    try:
        kind = SourceKind(text)
    except ValueError as error:
        raise Invalid("unknown_kind", N_("Pilih jenis berkas dari daftar.")) from error
    if kind is SourceKind.THEQ:
        raise Invalid("unknown_kind", N_("The Q dibaca dari basis datanya, dengan perintah di server."))
    return kind


def find(session: Session, office: Office, import_id: int) -> PastImport:
    """Raises NotFound ``unknown_import``."""
    row = session.get(PastImport, import_id)
    if row is None or row.office_id != office.id:
        raise unknown()
    return row


def unknown() -> NotFound:
    return NotFound("unknown_import", N_("Impor itu tidak ada."))


def source_of(row: PastImport, instance_dir: Path) -> Source:
    """The file of an import that is still open. Raises QueueError ``import_not_open`` when it is gone."""
    path = keeping.file_of(instance_dir, row.secret or "-")
    if row.status not in _OPEN or not path.is_file():
        raise _not_open()
    return Source(row.kind, path)


def latest(session: Session, office: Office) -> Sequence[PastImport]:
    """The last ones, the latest first; not those that were given up."""
    return session.scalars(
        select(PastImport)
        .where(PastImport.office_id == office.id, PastImport.status != ImportStatus.DROPPED)
        .order_by(PastImport.id.desc())
        .limit(SHOWN)
    ).all()


def page(session: Session, office: Office, before: int | None, most: int) -> Sequence[PastImport]:
    """Likewise: ``most`` of those from before the one numbered ``before``."""
    query = select(PastImport).where(PastImport.office_id == office.id, PastImport.status != ImportStatus.DROPPED)
    if before is not None:
        query = query.where(PastImport.id < before)
    return session.scalars(query.order_by(PastImport.id.desc()).limit(most)).all()


def job_of(session: Session, row: PastImport) -> ReportJob | None:
    """The last job of an import, whatever became of it."""
    return session.scalars(
        select(ReportJob)
        .where(
            ReportJob.office_id == row.office_id, ReportJob.key.in_([_key(row, deed) for deed in (CHECK, RUN, UNDO)])
        )
        .order_by(ReportJob.id.desc())
    ).first()


def is_live(job: ReportJob | None) -> bool:
    return job is not None and job.status in (JobStatus.QUEUED, JobStatus.RUNNING)


def read_by(session: Session, who: User, row: PastImport, plan: Plan, now: datetime) -> None:
    """Have it read through by a plan. Raises QueueError ``import_not_open`` unless it may still be changed."""
    _require(session, row, _OPEN)
    row.plan, row.found, row.status = plan.as_json(), {}, ImportStatus.UPLOADED
    _queue(session, who, row, CHECK, now)


def bring_in(session: Session, who: User, row: PastImport, choices: Choices, now: datetime) -> None:
    """Have it written, with its names as chosen; also once more, after it broke off.

    Raises QueueError ``import_not_open``, Invalid ``bad_plan``.
    """
    _require(session, row, (ImportStatus.CHECKED, ImportStatus.STARTED))
    if row.status is ImportStatus.CHECKED:
        _require_named(row, choices)
        row.plan = of_json({**row.plan, **naming.require(session, row.office, choices)}).as_json()
    _queue(session, who, row, RUN, now)


def take_back(session: Session, who: User, row: PastImport, now: datetime) -> None:
    """Have it undone. Raises QueueError ``import_not_open`` unless something of it was written."""
    require_written(session, row)
    _queue(session, who, row, UNDO, now)


def require_written(session: Session, row: PastImport) -> None:
    """Raises QueueError ``import_not_open`` unless something of it was written, and nothing is being done with it."""
    _require(session, row, (ImportStatus.STARTED, ImportStatus.DONE))


def drop(session: Session, row: PastImport) -> str | None:
    """Give it up before anything was written; the secret of the file that is to be removed. Raises as ``read_by``."""
    _require(session, row, _OPEN)
    secret, row.secret, row.status = row.secret, None, ImportStatus.DROPPED
    return secret


def _require(session: Session, row: PastImport, statuses: Sequence[ImportStatus]) -> None:
    session.refresh(row, with_for_update=True)
    if row.status not in statuses or is_live(job_of(session, row)):
        raise _not_open()


def _not_open() -> QueueError:
    return QueueError("import_not_open", N_("Impor ini sudah melangkah lebih jauh. Muat ulang halamannya."))


def _require_named(row: PastImport, choices: Choices) -> None:
    """Raises Invalid ``bad_plan`` for a name that the source has not."""
    for kind, names in choices.items():
        for name in names.keys() - row.found.get(kind, {}).keys():
            raise Invalid("bad_plan", N_("Nama “%(name)s” tidak ada di berkas ini."), name=name[:60])


def _queue(session: Session, who: User, row: PastImport, deed: str, now: datetime) -> None:
    steps = int(row.found.get("good", 0)) if deed == RUN else int(row.made.get("tickets", 0)) if deed == UNDO else 0
    wish: Mapping[str, Any] = {"import": row.id, "deed": deed}
    jobs.queue(session, who, _key(row, deed), wish, steps, now)


def _key(row: PastImport, deed: str) -> str:
    return f"{IMPORT} {row.id} {deed}"

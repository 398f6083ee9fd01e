"""WRITE: what an import made is taken out of all figures again.

The log is append-only, so its rows stay; one further row for each ticket says that nothing of it stands. Tickets that
something else is about (a complaint, a claim about their time) stay as they are, and are counted. What was made beside
the tickets is removed where nothing refers to it, and stays out of use otherwise.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from queue_app import archived, writer
from queue_app.audit import changes
from queue_app.database import Base, Database
from queue_app.lifecycle import TicketState
from queue_app.models import Complaint, Counter, Event, ImportStatus, PastImport, Service, Ticket, User
from queue_app.moving_in.bringing import TimeIsUp
from queue_app.writer import Entry

BATCH = 2_000
_MADE: Mapping[str, type[Base]] = {"services": Service, "officers": User, "counters": Counter}


def run(
    database: Database,
    import_id: int,
    now: datetime,
    actor_id: int | None,
    progress: Callable[[int], None],
    is_time_up: Callable[[], bool] = lambda: False,
) -> None:
    """Repeatable; ``BATCH`` tickets in each transaction. ``PastImport.undo``: ``withdrawn`` and ``left`` tickets, and
    ``removed``, what was made and is gone. Raises TimeIsUp between two batches.
    """
    with database.read() as session:
        claimed = _archived_claims(session, import_id)
    while count := _withdraw(database, import_id, now, actor_id, claimed):
        progress(count)
        if is_time_up():
            raise TimeIsUp
    with database.write() as session:
        row = session.get_one(PastImport, import_id)
        withdrawn, left = (session.scalar(_count(import_id, is_gone=gone)) or 0 for gone in (True, False))
        removed = {kind: _remove(session, model, row.made.get(kind, {})) for kind, model in _MADE.items()}
        row.undo = {"withdrawn": withdrawn, "left": left, "removed": removed}
        row.status, row.undone_at = ImportStatus.UNDONE, now
        who = session.get(User, actor_id) if actor_id else None
        changes.record(session, row.office, who, f"import:{row.id}", {"tickets": withdrawn}, {"left": left}, now)


def _withdraw(
    database: Database, import_id: int, now: datetime, actor_id: int | None, archived_claims: Collection[int]
) -> int:
    with database.write() as session:
        row = session.get_one(PastImport, import_id)
        ids = session.scalars(
            select(Ticket.id)
            .where(
                Ticket.import_id == import_id, Ticket.state != TicketState.WITHDRAWN, ~_is_spoken_of(archived_claims)
            )
            .order_by(Ticket.id)
            .limit(BATCH)
        ).all()
        who = session.get(User, actor_id) if actor_id else None
        return writer.withdraw_past(session, row.office_id, ids, Entry(now, who, data={"import": import_id}))


def _is_spoken_of(archived_claims: Collection[int]) -> ColumnElement[bool]:
    claimed = exists().where(Event.ticket_id == Ticket.id, Event.ticket_version.is_(None))
    return or_(exists().where(Complaint.ticket_id == Ticket.id), claimed, Ticket.id.in_(archived_claims))


def _archived_claims(session: Session, import_id: int) -> Collection[int]:
    """The import's tickets, and others of their days, with a claim in an archived month."""
    of_import = Ticket.import_id == import_id
    first, last = (session.scalar(select(of(Ticket.day)).where(of_import)) for of in (func.min, func.max))
    if first is None or last is None:
        return ()
    kept = archived.of_days(session, session.get_one(PastImport, import_id).office_id, first, last)
    return {row.ticket_id for row in kept if row.ticket_id is not None and row.ticket_version is None}


def _count(import_id: int, *, is_gone: bool) -> Any:
    state = Ticket.state == TicketState.WITHDRAWN if is_gone else Ticket.state != TicketState.WITHDRAWN
    return select(func.count()).where(Ticket.import_id == import_id, state)


def _remove(session: Session, model: type[Base], made: Mapping[str, int]) -> list[str]:
    """Those that nothing refers to: the database itself says so."""
    removed = []
    for name, row_id in sorted(made.items()):
        found = session.get(model, row_id)
        if found is None:
            continue
        try:
            with session.begin_nested():
                session.delete(found)
                session.flush()
        except IntegrityError:
            continue
        removed.append(name)
    return removed

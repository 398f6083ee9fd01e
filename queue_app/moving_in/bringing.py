"""WRITE: a source that was read through becomes tickets; each batch whole or not at all, and again from where it broke
off, for a record that is there already is passed over."""

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from queue_app import history_import
from queue_app.audit import changes
from queue_app.database import Database
from queue_app.history_csv import PastRecord
from queue_app.lifecycle import TicketState
from queue_app.models import ImportStatus, PastImport, Ticket, User
from queue_app.moving_in import sources
from queue_app.moving_in.naming import Naming
from queue_app.moving_in.plan import of_json
from queue_app.moving_in.sources import Source


class TimeIsUp(Exception):
    """Not all is written yet; whoever goes on finds what is."""


def run(
    database: Database,
    import_id: int,
    source: Source,
    now: datetime,
    progress: Callable[[int], None],
    is_time_up: Callable[[], bool] = lambda: False,
) -> None:
    """Write the good rows. ``PastImport.made``: ``tickets``, ``present`` (brought in before), and by the source's name
    the ids of the ``services``, ``officers`` and ``counters`` that were made.

    Raises TimeIsUp between two batches, UnreadableSource, OSError.
    """
    with database.write() as session:
        row = session.get_one(PastImport, import_id)
        row.status = ImportStatus.STARTED
        plan, office_id = of_json(row.plan), row.office_id

    naming = Naming(import_id, plan)

    def done(count: int) -> None:
        progress(count)
        if naming.has_named and is_time_up():  # however long it takes to come to what is new
            raise TimeIsUp

    written = history_import.bring_in(
        database, office_id, _good(source, import_id, database, now), now, naming, done, import_id
    )
    with database.write() as session:
        row = session.get_one(PastImport, import_id)
        tickets = session.scalar(_tickets_of(import_id)) or 0
        row.made = {**row.made, "tickets": tickets, "present": written.present + written.tickets - tickets}
        row.status, row.done_at = ImportStatus.DONE, now
        _note(session, row, {"tickets": tickets, **_made(row)}, now)


def _good(source: Source, import_id: int, database: Database, now: datetime) -> Iterator[PastRecord]:
    with database.read() as session:
        plan = of_json(session.get_one(PastImport, import_id).plan)
    return (record for record in sources.records(source, plan, now) if isinstance(record, PastRecord))


def _tickets_of(import_id: int) -> Select[int]:
    return select(func.count(Ticket.id)).where(Ticket.import_id == import_id, Ticket.state != TicketState.WITHDRAWN)


def _made(row: PastImport) -> dict[str, list[str]]:
    return {kind: sorted(row.made.get(kind, {})) for kind in ("services", "officers", "counters")}


def _note(session: Session, row: PastImport, after: dict[str, object], now: datetime) -> None:
    who = session.get(User, row.asked_by_id) if row.asked_by_id else None
    facts = {"kind": row.kind.value, "file": row.file_name, **after}
    changes.record(session, row.office, who, f"import:{row.id}", {}, facts, now)

"""A month's rows, packed by office and local day beside their table."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import MetaData, Table, func, select
from sqlalchemy.orm import Session

from metrics.periods import day_of
from queue_app.archived import runs
from queue_app.archived.packing import Packed, pack
from queue_app.audit import whole
from queue_app.audit.chain import START, canonical
from queue_app.database import streamed
from queue_app.errors import N_, QueueError
from queue_app.event_months.layout import SCHEMA
from queue_app.event_months.month import Month
from queue_app.models import ArchivedDay, ArchivedRun, Event, Office, Shift, Ticket

Row = Mapping[str, Any]
"""A row of the log by column."""

_EVENT = Event.metadata.tables["event"]
_AT_ONCE = 5_000


def table_of(month: Month) -> Table:
    """The month's table, with the columns of the log."""
    return _EVENT.to_metadata(MetaData(), schema=SCHEMA, name=month.table)


def offices(session: Session, month: Month) -> Sequence[Office]:
    """Those that have rows in the month."""
    named = select(table_of(month).c.office_id).distinct()
    return session.scalars(select(Office).where(Office.id.in_(named)).order_by(Office.id)).all()


def rows_of(session: Session, month: Month, office: Office) -> Iterator[Row]:
    """The office's rows of the month, by number."""
    table = table_of(month)
    query = select(table).where(table.c.office_id == office.id).order_by(table.c.seq)
    return (row._asdict() for row in streamed(session, query, _AT_ONCE))


def pack_month(session: Session, month: Month) -> None:
    """Pack what is not packed yet. Raises QueueError ``log_not_whole`` where the chain does not hold."""
    for office in offices(session, month):
        known = runs.of_month(session, office.id, f"{month}")
        fresh = [row for row in rows_of(session, month, office) if row["seq"] not in known]
        packed = {row["seq"]: Packed(row["id"], canonical(row)) for row in fresh}
        for of_run in _in_a_row(fresh):
            session.add(_run(session, office, month, of_run, packed))
        for day, of_day in _by_day(session, month, office, fresh).items():
            numbers = [row["seq"] for row in of_day]
            session.add(
                ArchivedDay(
                    office_id=office.id,
                    month=f"{month}",
                    day=day,
                    rows=len(of_day),
                    first_seq=numbers[0],
                    last_seq=numbers[-1],
                    content=pack(packed[seq] for seq in numbers),
                )
            )
        session.flush()


def size(session: Session, month: Month) -> int:
    """The bytes of what is packed of a month."""
    query = select(func.sum(func.length(ArchivedDay.content))).where(ArchivedDay.month == f"{month}")
    return int(session.scalar(query) or 0)


def runs_of(session: Session, office_id: int, month: Month) -> Sequence[ArchivedRun]:
    """An office's runs of a month, by number."""
    query = select(ArchivedRun).where(ArchivedRun.office_id == office_id, ArchivedRun.month == f"{month}")
    return session.scalars(query.order_by(ArchivedRun.last_seq)).all()


def not_whole() -> QueueError:
    return QueueError(
        "log_not_whole",
        N_("Catatan kejadian tidak utuh, jadi tidak diarsipkan. Tidak ada yang dihapus; jalankan: audit verify"),
    )


def _run(
    session: Session, office: Office, month: Month, rows: Sequence[Row], packed: Mapping[int, Packed]
) -> ArchivedRun:
    first, last = rows[0], rows[-1]
    run = ArchivedRun(
        office_id=office.id,
        first_seq=first["seq"],
        last_seq=last["seq"],
        month=f"{month}",
        before=_digest_before(session, office, first["seq"]),
        digest=last["digest"],
    )
    if any(digest != row["digest"] for row, (_, digest) in zip(rows, whole.digests(run, packed), strict=True)):
        raise not_whole()
    return run


def _digest_before(session: Session, office: Office, seq: int) -> str:
    if seq == 1:
        return START
    of_event = select(Event.digest).where(Event.office_id == office.id, Event.seq == seq - 1)
    archived = select(ArchivedRun.digest).where(ArchivedRun.office_id == office.id, ArchivedRun.last_seq == seq - 1)
    found = session.scalar(of_event) or session.scalar(archived)
    if not found:
        raise not_whole()
    return found


def _in_a_row(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows whose numbers follow one another, together."""
    run: list[Row] = []
    for row in rows:
        if run and row["seq"] != run[-1]["seq"] + 1:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _by_day(session: Session, month: Month, office: Office, rows: Iterable[Row]) -> Mapping[date, list[Row]]:
    """By the day of their ticket, of their shift's opening, or their own."""
    table = table_of(month)
    tickets = _known(session, select(Ticket.id, Ticket.day).where(Ticket.id.in_(_ids(table, office, "ticket_id"))))
    opened = _known(session, select(Shift.id, Shift.opened_at).where(Shift.id.in_(_ids(table, office, "shift_id"))))
    found: defaultdict[date, list[Row]] = defaultdict(list)
    for row in rows:
        if row["ticket_id"] is not None:
            day = tickets[row["ticket_id"]]
        else:
            at: datetime = opened[row["shift_id"]] if row["shift_id"] is not None else row["at"]
            day = day_of(at, office.zone)
        found[day].append(row)
    return dict(sorted(found.items()))


def _ids(table: Table, office: Office, name: str) -> Any:
    return select(table.c[name]).where(table.c.office_id == office.id, table.c[name].is_not(None)).distinct()


def _known(session: Session, query: Any) -> dict[int, Any]:
    return dict(session.execute(query).all())

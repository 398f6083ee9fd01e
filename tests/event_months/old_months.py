"""What is done with the months of an office, and what is read of them before and after."""

import json
from collections.abc import Callable
from datetime import date

from sqlalchemy import text

from metrics.periods import Period
from queue_app import claims, event_export, history, shift_history
from queue_app.archived.packing import Packed, pack, unpack
from queue_app.claims import LegName, Verdict
from queue_app.complaints import filing
from queue_app.complaints.filing import Filed
from queue_app.complaints.record import Deed
from queue_app.event_months import archive
from queue_app.models import Ticket
from queue_app.models.complaint import Subject
from queue_app.moving_out import parts
from tests.event_months.log import DECEMBER, NOVEMBER
from tests.office import Desk

LEFT = ["event_months.y2029m02"]
"""The months with rows in the log once the two old ones are archived."""

Command = Callable[..., tuple[int, str]]


def read(desk: Desk, what: Callable[..., object]) -> object:
    """``what`` of all days, as a list."""
    with desk.db.read() as session:
        office = desk.office(session)
        return list(what(session, office, Period(date(2026, 11, 1), desk.now.date(), office.zone)))  # type: ignore[call-overload]


def figures(desk: Desk) -> list[object]:
    """What is folded from the log, and what other programs get of it."""
    readers = history.legs, shift_history.shifts, event_export.rows
    by_ticket = read(desk, lambda *asked: event_export.rows(*asked, by_ticket=True))
    with desk.db.read() as session:
        paged = event_export.after(session, desk.office(session), 3, 20)
        chains = parts.chains(session, desk.office(session), has_personal=True)
        moved_out = {name: [json.loads(line) for line in lines] for name, lines in chains}
    return [*(read(desk, reader) for reader in readers), by_ticket, paged, moved_out["event"]]


def archive_all(desk: Desk) -> list[int]:
    return [archive.carry_out(desk.db, month, desk.now).rows for month in (NOVEMBER, DECEMBER)]


def rewrite(desk: Desk, change: Callable[[Packed], Packed]) -> None:
    """Somebody with the database in hands."""
    with desk.db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE archived_day DISABLE TRIGGER ALL"))
        for key, content in connection.execute(text("SELECT id, content FROM archived_day")).all():
            connection.execute(
                text("UPDATE archived_day SET content = :content WHERE id = :id"),
                {"id": key, "content": pack(map(change, unpack(content)))},
            )
        connection.execute(text("ALTER TABLE archived_day ENABLE TRIGGER ALL"))


def claim(desk: Desk, ticket: Ticket) -> None:
    with desk.db.write() as session:
        who = desk.user(session, "petugas1")
        claims.flag(session, who, ticket.public_id, ticket.version, desk.now, "printer macet")


def complain(desk: Desk, ticket: Ticket) -> None:
    with desk.db.write() as session:
        about, filed = session.get_one(Ticket, ticket.id), Filed(Subject.WAIT, "Menunggu lama sekali, dua jam.")
        filing.about_ticket(session, desk.vault, about, filed, Deed(desk.now, "key"))


def decide(
    desk: Desk, ticket: Ticket, who: str = "supervisor", verdict: Verdict = Verdict.ACCEPTED, seen: str = "open"
) -> None:
    with desk.db.write() as session:
        name = LegName(ticket.public_id, ticket.version)
        claims.decide(session, desk.user(session, who), [name], verdict, seen, desk.now, "sudah diperiksa")

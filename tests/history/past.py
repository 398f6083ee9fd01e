"""Past records written for the tests: what a file of the contract looks like."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from queue_app import history_import
from queue_app.history_import import Imported
from queue_app.models import Event, Office, Ticket
from tests.office import SLUG, Desk

HEADER = "arrival_ts,service_start_ts,service_end_ts,server_id,service_type,outcome"
JAKARTA = ZoneInfo("Asia/Jakarta")
NINE = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - the file holds local times


def served(seconds: int, server: str = "s1", service: str = "A", *, arrival: datetime = NINE, wait_s: int = 60) -> str:
    """A row of somebody who waited ``wait_s`` and was served for ``seconds``."""
    start = arrival + timedelta(seconds=wait_s)
    return f"{arrival},{start},{start + timedelta(seconds=seconds)},{server},{service},served"


def write(path: Path, rows: Iterable[str]) -> Path:
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return path


def bring_in(desk: Desk, path: Path, zone: ZoneInfo = JAKARTA) -> Imported:
    with desk.db.read() as session:
        office_id = session.scalars(select(Office.id).where(Office.slug == SLUG)).one()
    return history_import.run(desk.db, office_id, path, zone, desk.now)


def past_tickets(desk: Desk) -> list[Ticket]:
    with desk.db.read() as session:
        query = select(Ticket).where(Ticket.import_key.is_not(None)).order_by(Ticket.id)
        return list(session.scalars(query))


def log_numbers(desk: Desk) -> list[int]:
    with desk.db.read() as session:
        return list(session.scalars(select(Event.seq).order_by(Event.seq)))

"""Offices don't wait for one another: what a move locks on PostgreSQL, looked at while its transaction is held open."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from queue_app import accounts, booking, calling, shifts, tickets
from queue_app.booking import BookingRequest
from queue_app.database import Database
from queue_app.models import Channel, Counter, Office, OpeningHours, Role, Service, Ticket, User
from queue_app.personal import Holder
from tests.office import PASSWORD, Desk

pytestmark = pytest.mark.postgresql

NIK = "1471014101900001"
OFFICES = {"senapelan": "petugas1", "lain": "orang-lain"}
SHARED = {"RowShareLock", "RowExclusiveLock", "AccessShareLock"}
"""What any number of transactions may have on one table."""

LOCKED_ROWS = """
    SELECT to_jsonb(row) AS row, array_to_string(locked.modes, ',') AS modes
    FROM pgrowlocks('{table}') AS locked JOIN "{table}" AS row ON row.ctid = locked.locked_row
"""


class Hall:
    """One office as its citizens and its officer move it, in sessions that the test holds."""

    def __init__(self, desk: Desk, slug: str) -> None:
        self.desk, self.slug, self.username = desk, slug, OFFICES[slug]

    def issue(self, session: Session, nik: str = NIK) -> Ticket:
        service = session.query(Service).join(Office, Office.id == Service.office_id).filter(Office.slug == self.slug)
        wish = BookingRequest(service.order_by(Service.id).first(), Channel.KIOSK, holder=Holder(nik=nik))
        return booking.issue(session, self.desk.vault, wish, self.desk.now, f"{nik} in {self.slug}")[0]

    def call(self, session: Session) -> Ticket:
        officer, counter = self._seat(session)
        called = calling.call_next(session, officer, counter.id, self.desk.now, f"a click in {self.slug}")
        assert called is not None
        return called

    def finish(self, session: Session) -> Ticket:
        called = self.call(session)
        officer, _ = self._seat(session)
        started = tickets.start(session, officer, called.public_id, called.version, self.desk.now)
        return tickets.finish(session, officer, started.public_id, started.version, self.desk.now)

    def open(self) -> None:
        with self.desk.db.write() as session:
            officer, counter = self._seat(session)
            shifts.open_counter(session, officer, counter.id, self.desk.now)

    def _seat(self, session: Session) -> tuple[User, Counter]:
        officer = Desk.user(session, self.username)
        return officer, session.query(Counter).filter_by(office_id=officer.office_id, number=1).one()


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Row locks are PostgreSQL's: SQLite has one writer."""
    return str(request.getfixturevalue("postgresql_office").fresh())


@pytest.fixture
def halls(desk: Desk) -> tuple[Hall, Hall]:
    with desk.db.write() as session:
        office = Office(slug="lain", name="Kantor lain", timezone="Asia/Jakarta")
        session.add(office)
        session.flush()
        service = Service(office_id=office.id, code="A", prefix="A", name_id="A", name_en="A", standard_minutes=5)
        session.add(service)
        session.flush()
        day = {"office_id": office.id, "opens_minute": 0, "closes_minute": 1440}
        session.add_all(OpeningHours(weekday=weekday, **day) for weekday in range(7))
        session.add(Counter(office_id=office.id, number=1, services=[service]))
        accounts.create_user(session, office=office, username="orang-lain", role=Role.OFFICER, password=PASSWORD)
    ours, theirs = Hall(desk, "senapelan"), Hall(desk, "lain")
    for hall in (ours, theirs):
        hall.open()
    for hall in (ours, theirs):
        for nik in ("1471014101900002", "1471014101900003"):
            with desk.db.write() as session:
                hall.issue(session, nik)
    return ours, theirs


@contextmanager
def held_open(db: Database, move: Callable[[Session], object]) -> Iterator[int]:
    """A move that is done and not committed, as a slow disk or network would have it; the backend that holds it."""
    with db.write() as session:
        move(session)
        session.flush()
        yield int(session.scalar(text("SELECT pg_backend_pid()")) or 0)


@pytest.mark.parametrize("held", ["issue", "call", "finish"])
def test_a_move_that_hangs_in_one_office_holds_up_no_other(halls: tuple[Hall, Hall], desk: Desk, held: str) -> None:
    ours, theirs = halls
    with held_open(desk.db, getattr(ours, held)) as backend:
        for move in (theirs.issue, theirs.finish, theirs.call):
            with desk.db.write() as session:
                move_at_once(session, move, "2s")
        locked = rows_locked(desk.db)
        assert "office" in {table for table, _ in locked}, "the inspection sees nothing"
        assert [(table, row) for table, row in locked if not is_of(desk, ours, table, row)] == []
        assert table_locks(desk.db, backend) <= SHARED
        with pytest.raises(OperationalError, match="lock timeout"), desk.db.write() as session:
            move_at_once(session, ours.issue, "100ms")  # within the office they do take turns


def move_at_once(session: Session, move: Callable[[Session], object], within: str) -> None:
    session.execute(text(f"SET LOCAL lock_timeout = '{within}'"))
    move(session)


def rows_locked(db: Database) -> list[tuple[str, dict[str, object]]]:
    """Every row that any transaction has locked."""
    with db.engine.begin() as connection:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS pgrowlocks"))
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        return [(table, row) for table in tables for row in connection.scalars(text(LOCKED_ROWS.format(table=table)))]


def table_locks(db: Database, backend: int) -> set[str]:
    query = text("SELECT DISTINCT mode FROM pg_locks WHERE pid = :pid AND locktype IN ('relation', 'advisory') ")
    with db.engine.connect() as connection:
        return set(connection.scalars(query, {"pid": backend}))


def is_of(desk: Desk, hall: Hall, table: str, row: dict[str, object]) -> bool:
    with desk.db.read() as session:
        office = session.query(Office).filter_by(slug=hall.slug).one()
        if "office_id" not in row and "service_id" in row:
            return row["service_id"] in {service.id for service in office.services}
        return row["id" if table == "office" else "office_id"] == office.id

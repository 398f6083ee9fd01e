"""Sessions and transactions, alike on SQLite and PostgreSQL.

A use case runs inside ``with database.write() as session``: leaving normally commits, raising rolls back. What
the use case noted for the listeners reaches them after the commit and outside every lock.

SQLite has one writer. A process-wide lock stands before SQLite's own: under gevent it is cooperative, so a greenlet
that waits for the writer lets the writer run, instead of blocking the whole process inside SQLite. Its turns come in
order: a rush of bookings does not keep an officer from calling.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, MetaData, Select, literal, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from queue_app import engines, storage_faults
from queue_app.event_loop import let_others
from queue_app.group_commit import Group
from queue_app.replica import Replica
from queue_app.turns import Turns

log = logging.getLogger(__name__)

_NOTES = "notes"

Listener = Callable[[Sequence[Any]], None]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC; SQLite forgets the zone, so it is put back on reading. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was about to be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def note(session: Session, item: object) -> None:
    """Keep ``item`` for the listeners; they get it after this transaction has committed, or never."""
    session.info.setdefault(_NOTES, []).append(item)


def only_reads(session: Session) -> bool:
    """Whether the session can write nothing: what it sees is committed."""
    options = session.get_bind().get_execution_options()
    return bool(options.get("read_only") or options.get("postgresql_readonly"))


def noted(session: Session) -> Sequence[Any]:
    """What was kept so far."""
    found: Sequence[Any] = session.info.get(_NOTES, ())
    return found


@contextmanager
def guarded(session: Session, *, refusable: bool = True) -> Iterator[None]:
    """What is inside may be refused by a constraint, if it is ``refusable``, and the transaction goes on. Only
    statements of one's own may be inside, and the first alone may be refused.

    A statement that SQLite refuses leaves everything as it was; PostgreSQL gives the whole transaction up.
    """
    if not refusable:
        yield
        return
    session.flush()
    with session.begin_nested() if session.get_bind().dialect.name == "postgresql" else nullcontext():
        yield


def streamed(session: Session, statement: Select[*tuple[Any, ...]], at_once: int) -> Iterator[Any]:
    """The rows, so many at a time. What the driver holds open for them is closed, also where reading them or what is
    done with them fails: a connection that was lost leaves it open else."""
    with session.execute(statement.execution_options(yield_per=at_once)) as rows:
        yield from rows


def _insert(session: Session, table: type[Base]) -> Any:
    """The database's own INSERT; both dialects together are a tenth of what SQLAlchemy loads."""
    if session.get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415 - as said above

        return insert(table)
    from sqlalchemy.dialects.postgresql import insert as postgresql_insert  # noqa: PLC0415 - as said above

    return postgresql_insert(table)


def insert_or_ignore(session: Session, table: type[Base], **values: Any) -> bool:
    """Insert a row unless its key is taken; True when this call inserted it.

    On PostgreSQL a second caller waits here until the first has committed or rolled back.
    """
    statement = _insert(session, table).values(**values).on_conflict_do_nothing().returning(literal(True))
    return session.scalar(statement) is not None


def insert_missing(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows whose keys are not taken, in one statement; how many there were."""
    if not rows:
        return 0
    statement = _insert(session, table).values(list(rows)).on_conflict_do_nothing().returning(literal(True))
    return len(session.scalars(statement).all())


def is_alone(session: Session) -> bool:
    """Whether nobody else can write until this transaction, which writes, ends: so it is on SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def one_at_a_time(session: Session | Connection, what: str) -> None:
    """Until this transaction ends, no other process does ``what``. On SQLite every writer is alone anyway."""
    connection = session.connection() if isinstance(session, Session) else session
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"antrean {what}"}
        )


class Database:
    """The engine and the two kinds of session. ``listeners`` are called after each commit with what was noted."""

    def __init__(self, url: str, connections: int = engines.CONNECTIONS, read_url: str | None = None) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = engines.sqlite(url) if self.is_sqlite else engines.postgresql(url, connections)
        read_options: dict[str, Any] = (
            {"read_only": True}
            if self.is_sqlite
            # One snapshot for all queries of a screen; the version and the state it names always agree.
            else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        self._write = sessionmaker(self.engine, expire_on_commit=False)
        self._read = sessionmaker(self.engine.execution_options(**read_options), expire_on_commit=False)
        self._ask = self._read if self.is_sqlite else sessionmaker(_without_transaction(self.engine))
        self.replica = Replica(engines.postgresql(read_url, connections, **read_options)) if read_url else None
        self._turn = Turns() if self.is_sqlite else None
        self._group: Group | None = None
        self._writer: Connection | None = None
        self.listeners: list[Listener] = []

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that may change things. Raises QueueError ``busy`` (503) when its turn doesn't come, and
        ``storage_full`` or ``read_only`` (503) when the disk takes nothing; then nothing has changed."""
        with _refusing(), self._my_turn():
            self._commit_group()
            with self._write.begin() as session:
                yield session
        self._tell(session.info.pop(_NOTES, []))

    @contextmanager
    def write_in_group(self, *, at_once: bool = False) -> Iterator[Session]:
        """As ``write``, for what is short and asked by many at once: SQLite commits those that come at once together
        (``group_commit``). ``at_once``: with those who have written, and without letting more join in before."""
        if not self.is_sqlite:
            with self.write() as session:
                yield session
            return
        with _refusing():
            with self._my_turn():
                group = self._open_group()
                with group.part() as session:
                    yield session
            try:
                if not at_once:
                    let_others()  # who is about to write joins in
            finally:
                if not group.is_over:
                    with self._my_turn(wait_s=None):
                        self._commit_group()
            group.require_kept()
        self._tell(session.info.pop(_NOTES, []))

    def _open_group(self) -> Group:
        """The one that is open, or a new one, on a connection that is kept: taking one anew is a tenth of a write."""
        if self._group is None or self._group.is_over:
            if self._writer is None or self._writer.closed:
                self._writer = self.engine.connect()
            self._group = Group(self._writer)
        return self._group

    def _commit_group(self) -> None:
        """What was written in a group and is not yet committed; by whoever's turn it is."""
        if self._group is not None and not self._group.is_over:
            self._group.commit()

    @contextmanager
    def read(self, *known: Base) -> Iterator[Session]:
        """One consistent view; never waits for a writer and cannot write on PostgreSQL.

        ``known``: rows of a transaction that is over. They are taken as they were then, with what was loaded of them.
        """
        with self._read() as session:
            session.add_all(known)
            yield session

    @contextmanager
    def ask(self) -> Iterator[Session]:
        """For a single question: PostgreSQL is not told to begin and end a transaction for it."""
        with self._ask() as session:
            yield session

    @contextmanager
    def figures(self) -> Iterator[Session]:
        """A consistent view for figures and reports, perhaps some seconds old: the read replica's, if one follows."""
        session = self.replica.session() if self.replica else None
        with session or self._read() as view:
            yield view

    def dispose(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self.engine.dispose()
        if self.replica is not None:
            self.replica.engine.dispose()

    @contextmanager
    def _my_turn(self, wait_s: float | None = engines.WRITE_WAIT_S) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.enter(wait_s):
            raise engines.busy()
        try:
            yield
        finally:
            self._turn.leave()

    def _tell(self, notes: Sequence[Any]) -> None:
        if not notes:
            return
        for listener in self.listeners:
            try:
                listener(notes)
            except Exception:
                # The data is saved; a display that missed this hears of it from the next heartbeat.
                log.exception("a listener failed after the commit")


def _without_transaction(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def _refusing() -> Iterator[None]:
    """A disk that takes nothing is a refusal, and is logged."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        refused = storage_faults.refusal(error)
        if refused is None:
            raise
        log.error("the database takes no writes: %s", getattr(error, "orig", error))
        raise refused from error

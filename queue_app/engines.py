"""What SQLAlchemy needs to know of SQLite and of PostgreSQL, beyond their addresses.

On SQLite ``BEGIN IMMEDIATE`` takes the write lock at once, so that a reader never has to become a writer on an outdated
snapshot.
"""

import fcntl
import sqlite3
import termios
import time
from functools import partial
from typing import Any

from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.engine import Connection, ExceptionContext, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from queue_app.errors import N_, QueueError

WRITE_WAIT_S = 10.0
"""How long a write waits for its turn before it is refused with ``busy``."""

CONNECTIONS = 20
"""That one process holds to PostgreSQL at most; who finds none free waits as a greenlet."""

RESTED_S = 5.0
"""A connection that was used within so long is believed to be there, unless the server has said otherwise."""

_RESTS_SINCE = "rests_since"


def busy() -> QueueError:
    """The refusal of who found no turn."""
    return QueueError("busy", N_("Sistem sedang sibuk. Silakan coba lagi sebentar lagi."), 503)


_LINK = {
    "application_name": "antrean",
    "connect_timeout": "5",
    # A network that swallows what is sent is noticed within these seconds, and not within the system's hours.
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "15000",
}
"""How a connection to PostgreSQL is looked after, unless the address says otherwise."""


def postgresql(url: str, connections: int, **options: Any) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=WRITE_WAIT_S,
        pool_use_lifo=True,  # what a burst has opened and nobody needs rests, and can be closed by the server
        connect_args={**_LINK, **{name: value for name, value in make_url(url).query.items() if name in _LINK}},
    )
    event.listen(engine, "handle_error", _close_lost_cursor)
    event.listen(engine, "checkin", _rests)
    event.listen(engine, "checkout", partial(_require_alive, engine.dialect))
    return engine.execution_options(**options)


def _rests(_driver: object, record: ConnectionPoolEntry) -> None:
    record.info[_RESTS_SINCE] = time.monotonic()


def _require_alive(dialect: Dialect, driver: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Before a connection is used again. It is asked where the server has said something meanwhile, which may be
    goodbye, and after a rest, for a network that has gone says nothing. Raises InvalidatePoolError: a new one is made.
    """
    since = record.info.get(_RESTS_SINCE)
    if since is None:
        return
    try:
        unread = fcntl.ioctl(driver.fileno(), termios.FIONREAD, bytes(4))
        driver.pgconn.consume_input()  # raises when the server has closed it without a word
        if any(unread) or time.monotonic() - since > RESTED_S:
            dialect.do_ping(driver)
    except dialect.loaded_dbapi.Error as gone:
        raise InvalidatePoolError from gone


def _close_lost_cursor(context: ExceptionContext) -> None:
    """SQLAlchemy leaves the cursor of a connection that was lost to the garbage, where the driver complains of it."""
    if context.is_disconnect and context.execution_context is not None:
        context.execution_context.cursor.close()


def sqlite(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True)  # what people typed stands in no log

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not emit its own BEGIN
        # The wait inside SQLite stops every greenlet, so it is short; the patient wait is in _begin_immediate.
        for pragma in ("busy_timeout=20", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("read_only"):
            connection.exec_driver_sql("BEGIN")
        else:
            _begin_immediate(connection)

    return engine


def _begin_immediate(connection: Connection) -> None:
    """Take SQLite's write lock, waiting cooperatively while another process holds it."""
    driver: Any = connection.connection.driver_connection
    deadline = time.monotonic() + WRITE_WAIT_S
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            if time.monotonic() > deadline:
                raise busy() from error
            time.sleep(0.005)

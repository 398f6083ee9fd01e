"""Wait until nobody is left who may not see what was just written: on this server and on its replica."""

import time

from sqlalchemy import Connection, Engine, text

from queue_app.database import Database
from queue_app.event_months import layout

_TRIES = 600
_PAUSE_S = 0.1

_FOLLOWED = "SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= CAST(:upto AS pg_lsn)"
_ALONE = (
    "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend' AND xact_start < :began"
)


def for_those_before(database: Database) -> None:
    """Until no transaction is left that began before now. Raises QueueError ``log_in_use`` after a minute."""
    with _open(database.engine) as connection:
        upto = connection.scalar(text("SELECT CAST(pg_current_wal_lsn() AS text)"))
        _for_those_before(connection)
    if database.replica is not None:
        with _open(database.replica.engine) as connection:
            _until(connection, _FOLLOWED, upto=upto)
            _for_those_before(connection)


def _open(engine: Engine) -> Connection:
    """Each statement sees what is now: within a transaction PostgreSQL answers who is there once."""
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _for_those_before(connection: Connection) -> None:
    _until(connection, _ALONE, began=connection.scalar(text("SELECT clock_timestamp()")))


def _until(connection: Connection, condition: str, **values: object) -> None:
    for _ in range(_TRIES):
        if connection.scalar(text(condition), values):
            return
        time.sleep(_PAUSE_S)
    raise layout.in_use()

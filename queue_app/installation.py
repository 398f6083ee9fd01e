"""READ: the name by which this installation goes in a Redis that others may use too."""

import hashlib

from sqlalchemy import text
from sqlalchemy.orm import Session

from queue_app.database import Database
from queue_app.models import Installation

_MAY_ASK = text("SELECT has_function_privilege('pg_control_system()', 'execute')")
_SERVER = text("SELECT system_identifier FROM pg_control_system()")
_DATABASE = text("SELECT oid FROM pg_database WHERE datname = current_database()")


def namespace(session: Session) -> str:
    """Sixteen letters that all processes on one database share and no other database has.

    A database that began as a copy of another one, like a place for trials, carries that one's name: so PostgreSQL's
    own numbers of server and database belong to it as well.
    """
    name = session.get_one(Installation, 1).name
    if session.get_bind().dialect.name == "postgresql":
        server = session.scalar(_SERVER) if session.scalar(_MAY_ASK) else ""
        name += f"/{server}/{session.scalar(_DATABASE)}"
    return hashlib.sha256(name.encode()).hexdigest()[:16]


class Namespace:
    """``namespace`` of a database, read when it is asked for and then remembered. Raises SQLAlchemyError until then."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: str | None = None

    def __call__(self) -> str:
        if self._known is None:
            with self._database.read() as session:
                self._known = namespace(session)
        return self._known

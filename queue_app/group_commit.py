"""Group commit: short writes that come at once are forced to SQLite's disk together.

SQLite has one writer, and while it commits the whole process waits for the disk, some milliseconds on a cheap one. So
who has written lets those who are about to write go on in the same transaction, each in a savepoint of its own, and
whoever comes round first commits for all. What fails undoes itself alone. Nobody has an answer before the commit, and
if that fails it has failed for all of them. PostgreSQL does the like by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

_KNOWN = "known"


def known_in(session: Session) -> dict[Any, Any]:
    """What the writes of one transaction leave to those after them; what was undone leaves nothing."""
    known: dict[Any, Any] = session.info.setdefault(_KNOWN, {})
    return known


class Group:
    """One transaction of several writes; whose turn it is to write uses it. ``is_over``: nothing can be added. The
    ``connection`` is for the next group again, unless it was closed."""

    def __init__(self, connection: Connection) -> None:
        self.is_over = False
        self._failure: BaseException | None = None
        self._parts, self._known = 0, dict[Any, Any]()
        self._connection, self._transaction = connection, connection.begin()

    @contextmanager
    def part(self) -> Iterator[Session]:
        """A write. Raising undoes it, and nothing else."""
        # Before the first there is nothing that must be kept, so it needs no savepoint.
        mode: Any = "create_savepoint" if self._parts else "rollback_only"
        session = Session(self._connection, join_transaction_mode=mode, expire_on_commit=False)
        known_in(session).update(self._known)
        fault: BaseException | None = None
        try:
            with session, session.begin():
                try:
                    yield session
                    session.flush()
                except BaseException as error:
                    fault = error
                    raise
        except BaseException as error:
            if not self._stands():  # SQLite itself has undone all of it, as when the disk is full
                self._end(fault or error)
                raise (fault or error) from None  # and not that its savepoint is gone
            if not self._parts:
                self._end(None)
            raise
        self._parts, self._known = self._parts + 1, known_in(session)

    def commit(self) -> None:
        """For all parts; each learns by ``require_kept`` what came of it."""
        failure: BaseException | None = None
        try:
            if not self._stands():
                raise RuntimeError("the transaction was undone before its commit")
            self._transaction.commit()
        except Exception as error:  # noqa: BLE001 - whatever it is, every part learns of it
            failure = error
        self._end(failure)

    def require_kept(self) -> None:
        """Raises what the commit failed with."""
        if self._failure is not None:
            raise self._failure

    def _stands(self) -> bool:
        driver: Any = self._connection.connection.driver_connection
        return bool(driver.in_transaction)

    def _end(self, failure: BaseException | None) -> None:
        self.is_over, self._failure = True, failure
        self._transaction.close()
        if failure is not None:
            self._connection.close()  # and rolls back what SQLite still holds

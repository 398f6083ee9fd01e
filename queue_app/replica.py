"""A read replica of PostgreSQL for figures and reports: used while it follows closely, else the primary is asked."""

import logging
import time

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

log = logging.getLogger(__name__)

MOST_BEHIND_S = 30.0
"""A replica that is further behind is not asked."""

LOOKED_S = 5.0
"""So long what was found out about it is believed."""

# Without writes nothing is replayed, so its age alone says nothing: what was received may all be replayed.
_BEHIND = text(
    "SELECT CASE WHEN pg_is_in_recovery() AND pg_last_wal_receive_lsn() IS DISTINCT FROM pg_last_wal_replay_lsn() "
    "THEN extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) ELSE 0 END"
)


class Replica:
    """``behind_s``: by how many seconds it is behind, as last looked; None while it cannot be asked."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.behind_s: float | None = None
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        self._looked_at = -LOOKED_S

    def session(self) -> Session | None:
        """A session on it; None: ask the primary."""
        if time.monotonic() - self._looked_at >= LOOKED_S:
            self._looked_at = time.monotonic()
            self._look()
        is_close = self.behind_s is not None and self.behind_s <= MOST_BEHIND_S
        return self._sessions() if is_close else None

    def _look(self) -> None:
        try:
            with self._sessions() as session:
                self.behind_s = float(session.scalar(_BEHIND) or 0.0)
        except SQLAlchemyError as error:
            if self.behind_s is not None:
                log.warning("the read replica does not answer; figures are read from the primary: %s", error)
            self.behind_s = None

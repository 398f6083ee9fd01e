"""Which offices there are, asked rarely: nobody makes lines for offices that don't exist."""

import logging
import time

from sqlalchemy.exc import SQLAlchemyError

from queue_app import queries
from queue_app.database import Database

log = logging.getLogger(__name__)

_FRESH_S = 60.0


class KnownOffices:
    """Whether a slug is an office's; a new one is known within a minute, sooner where nobody asked before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._slugs: frozenset[str] = frozenset()
        self._asked_at = float("-inf")

    def __call__(self, slug: str) -> bool:
        if time.monotonic() - self._asked_at > _FRESH_S:
            self._asked_at = time.monotonic()
            try:
                with self._database.read() as session:
                    self._slugs = queries.slugs(session)
            except SQLAlchemyError as error:
                log.warning("offices could not be asked for; the lines of those that are known go on: %s", error)
        return slug in self._slugs

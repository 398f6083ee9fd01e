"""A new process builds one board for nobody before it serves.

The first board of a process asks three times as many questions as later ones and composes each of them: half a second
of the processor alone, and many seconds beside all who come to a process that has just started on a busy machine. On
PostgreSQL others have their turn between any two questions, so such a board was long out of date when it was sent.
"""

import logging
import threading

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from queue_app import clock, kept_settings
from queue_app.database import Database
from queue_app.display import board
from queue_app.models import Office
from queue_app.speech.studio import Studio

log = logging.getLogger(__name__)

WAIT_S = 10.0
"""So long a process waits for it before it serves, should the database be slow or away."""


def rehearse(database: Database, studio: Studio, wait_s: float = WAIT_S) -> None:
    """Build the board of the first office. Never raises; what is not done in ``wait_s`` goes on beside the serving."""
    building = threading.Thread(target=_build, args=(database, studio), name="first board", daemon=True)
    building.start()
    building.join(wait_s)


def _build(database: Database, studio: Studio) -> None:
    try:
        with database.read() as session:
            first = session.scalar(select(Office.id).order_by(Office.id).limit(1))
            office = kept_settings.office(session, first) if first is not None else None
            if office is not None:
                board.message(session, office, clock.now(), studio)
    except SQLAlchemyError as error:
        log.warning("no board could be built before serving; the first display waits for its own: %s", error)

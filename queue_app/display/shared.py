"""One board for all who ask at once: after a restart a thousand displays come back in the same moment."""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from queue_app import clock, kept_settings
from queue_app.database import Database
from queue_app.display import board
from queue_app.models import Office
from queue_app.outlook import Waits
from queue_app.prepared import Prepared
from queue_app.speech.studio import Studio

FRESH = timedelta(seconds=0.5)
"""So long a board of the same version is given to others, too. What lies ahead moves with the clock, but is sent anew
only every half minute anyway."""

_VERSION = Prepared(select(Office.version).where(Office.id == bindparam("office")))


@dataclass(frozen=True, slots=True)
class _Made:
    """``begun``: by the steady clock, before anything of it was read."""

    whole: board.Board
    version: int
    at: datetime
    begun: float


class Boards:
    """The last board of each office."""

    def __init__(self, database: Database, studio: Studio) -> None:
        self._database, self._studio = database, studio
        self._made: dict[int, _Made] = {}
        self._turns: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)

    def of(self, office_id: int) -> board.Board:
        """The office's board, read no earlier than asked for or not outdated since; not to be changed.

        Only one is made at a time, and who waits for it does so without a connection to the database.
        """
        asked = time.monotonic()
        with self._turns[office_id]:
            made = self._made.get(office_id)
            if made is not None and made.begun >= asked:
                return made.whole
            with self._database.read() as session:
                now = clock.now()
                if made is not None and _is_fresh(made, now):
                    version: int = _VERSION.scalar(session, {"office": office_id})
                    if version == made.version:
                        return made.whole
                office = kept_settings.office(session, office_id) or session.get_one(Office, office_id)
                return self.make(session, office, now)

    def make(self, session: Session, office: Office, now: datetime, waits: Waits | None = None) -> board.Board:
        """A new one, also for those who ask next. ``office`` must have been loaded in this same read session.
        ``waits``: as foretold just before; None: foretold now."""
        begun = time.monotonic()
        whole = board.message(session, office, now, self._studio, waits)
        self._made = {key: made for key, made in self._made.items() if _is_fresh(made, now)}
        self._made[office.id] = _Made(whole, office.version, now, begun)
        return whole


def _is_fresh(made: _Made, now: datetime) -> bool:
    return timedelta(0) <= now - made.at < FRESH

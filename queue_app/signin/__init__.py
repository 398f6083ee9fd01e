"""Signing in: passwords and their back-off, sessions, the second step, the cover of a desk, the record of it all."""

from datetime import datetime

from queue_app.database import Database
from queue_app.signin import misses, sessions


def forget_old(database: Database, now: datetime) -> None:
    """Remove sessions that are long over, and guesses that no longer slow anybody down."""
    with database.write() as session:
        sessions.forget_old(session, now)
        misses.forget_old(session, now)

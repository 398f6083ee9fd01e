"""When to leave for the office: the earliest that the turn may come, less the way there, less a margin."""

from datetime import datetime, timedelta

MARGIN = timedelta(minutes=10)
"""For what always comes between."""

LONGEST_WAY = timedelta(hours=10)


def leave_by(turn_at: datetime, way: timedelta) -> datetime:
    """The latest instant at which to leave; it may be past. Raises ``ValueError`` for a way that can't be."""
    if not timedelta(0) <= way <= LONGEST_WAY:
        raise ValueError("a way takes between nothing and ten hours")
    return turn_at - way - MARGIN

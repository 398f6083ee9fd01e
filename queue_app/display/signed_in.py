"""Sockets of people who are signed in: closed as soon as their session ends, in this process or by another.

Here it is told by the commit; what another process ended is found at the next heartbeat, within two seconds.
"""

import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from queue_app.signin import sessions


class SignedInSockets:
    """Which session (digest) each socket belongs to. ``disconnect`` closes a socket by its id; ``lasts``: how long
    after its beginning a session is over. Safe in any thread."""

    def __init__(self, disconnect: Callable[[str], object], lasts: timedelta) -> None:
        self._disconnect = disconnect
        self._lasts = lasts
        self._lock = threading.Lock()
        self._by_socket: dict[str, str] = {}

    def add(self, sid: str, digest: str) -> None:
        with self._lock:
            self._by_socket[sid] = digest

    def remove(self, sid: str) -> None:
        with self._lock:
            self._by_socket.pop(sid, None)

    def close(self, digests: Collection[str]) -> None:
        """Close the sockets of these sessions."""
        with self._lock:
            ended = [sid for sid, digest in self._by_socket.items() if digest in digests]
            for sid in ended:
                del self._by_socket[sid]
        for sid in ended:
            self._disconnect(sid)

    def close_ended(self, session: Session, now: datetime) -> None:
        """Close those whose session has ended meanwhile."""
        with self._lock:
            known = set(self._by_socket.values())
        if known:
            self.close(known - sessions.live(session, known, now - self._lasts))

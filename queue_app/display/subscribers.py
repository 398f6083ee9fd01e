"""Who listens in this process: which office each socket belongs to, and which ticket it follows."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class FollowedTicket:
    """A ticket that sockets of this process follow, and what they were last pushed (None: nothing yet)."""

    base_url: str
    sockets: int = 0
    last_pushed: dict[str, Any] | None = None


@dataclass(slots=True)
class _OfficeListeners:
    sockets: int = 0
    tickets: dict[str, FollowedTicket] = field(default_factory=dict)
    screens: Counter[str] = field(default_factory=Counter)


class Subscribers:
    """Safe to use from several threads. A socket id is unique across namespaces."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_socket: dict[str, tuple[int, str | None, str | None]] = {}
        self._by_office: dict[int, _OfficeListeners] = {}

    def add(
        self, sid: str, office_id: int, public_id: str | None = None, base_url: str = "", *, screen: str | None = None
    ) -> None:
        """Note a socket that follows an office, and with ``public_id`` one ticket of it. ``screen``: the token's digest
        of a paired screen."""
        with self._lock:
            self._by_socket[sid] = (office_id, public_id, screen)
            office = self._by_office.setdefault(office_id, _OfficeListeners())
            office.sockets += 1
            if screen is not None:
                office.screens[screen] += 1
            if public_id is not None:
                office.tickets.setdefault(public_id, FollowedTicket(base_url)).sockets += 1

    def remove(self, sid: str) -> None:
        """Forget a socket; one that was refused is not known, and that is fine."""
        with self._lock:
            office_id, public_id, screen = self._by_socket.pop(sid, (None, None, None))
            if office_id is None:
                return
            office = self._by_office[office_id]
            office.sockets -= 1
            if public_id is not None:
                office.tickets[public_id].sockets -= 1
                if office.tickets[public_id].sockets == 0:
                    del office.tickets[public_id]
            if screen is not None:
                office.screens[screen] -= 1
            if office.sockets == 0:
                del self._by_office[office_id]

    def office_of(self, sid: str) -> int:
        """The office a socket follows. Raises KeyError for one that has gone."""
        with self._lock:
            return self._by_socket[sid][0]

    def screen_of(self, sid: str) -> str | None:
        """The digest of the paired screen whose socket this is; None for one that is nobody's, or has gone."""
        with self._lock:
            return self._by_socket.get(sid, (0, None, None))[2]

    def screens(self, office_id: int) -> set[str]:
        """The digests of the paired screens of an office that are connected."""
        with self._lock:
            office = self._by_office.get(office_id)
            return {digest for digest, sockets in office.screens.items() if sockets} if office else set()

    def offices(self) -> set[int]:
        with self._lock:
            return set(self._by_office)

    def tickets(self, office_id: int) -> Mapping[str, FollowedTicket]:
        """The followed tickets of an office, by public id."""
        with self._lock:
            office = self._by_office.get(office_id)
            return dict(office.tickets) if office else {}

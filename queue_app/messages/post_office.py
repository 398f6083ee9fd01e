"""The whole of telling people in one process: what is configured, what fills the outbox, and who carries it."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from queue_app.config import Config
from queue_app.database import Database
from queue_app.lifecycle import OfficeAction
from queue_app.messages import due, vapid
from queue_app.messages.contacts import PUSH
from queue_app.messages.courier import Channel, Courier
from queue_app.messages.gateway import GatewayChannel, OfficeChannel, address_kind
from queue_app.messages.kinds import TOLD_OF
from queue_app.messages.outbox import ALERTS
from queue_app.messages.push import PushChannel
from queue_app.messages.reader import LogReader
from queue_app.models import Event
from queue_app.personal import Vault

log = logging.getLogger(__name__)

PATIENCE_S = 60.0
_NEWS = frozenset({*(action.value for action in TOLD_OF), OfficeAction.ANNOUNCE.value, OfficeAction.ALERT_RAISE.value})


def channels(config: Config) -> dict[str, Channel]:
    """The ways to tell people that are configured, push among them unless its key cannot be kept, and offices."""
    found: dict[str, Channel] = {
        name: GatewayChannel(url, config.public_url) for name, url in config.notify_urls.items()
    }
    try:
        key = vapid.keep_key(config.instance_dir)
    except OSError as error:
        log.warning("Web Push is off: its key cannot be kept in %s: %s", config.instance_dir, error.strerror)
    else:
        found[PUSH] = PushChannel(key, config.public_url, allow_loopback=config.push_to_loopback)
    found[ALERTS] = OfficeChannel(config.public_url)
    return found


def phone_channel(config: Config) -> str | None:
    """Where the phone numbers that are given with tickets are told: the first gateway that takes one."""
    return next((name for name, url in config.notify_urls.items() if address_kind(url) == "phone"), None)


class PostOffice:
    """``clock`` tells the time, which passes while messages are on their way; ``wake``: there may be work."""

    def __init__(self, config: Config, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self.wake = threading.Event()
        self._database = database
        self._clock = clock
        self._reader = LogReader(database, phone_channel(config))
        self._near = due.Near(database)
        self._courier = Courier(database, vault, channels(config), clock, on_free=self.wake.set)

    def hear(self, notes: Sequence[Any]) -> None:
        """Take note of committed events: a listener of the database. Cheap, and safe in any thread."""
        if any(isinstance(note, Event) and note.action in _NEWS for note in notes):
            self.wake.set()

    def collect(self, now: datetime) -> int:
        """Queue what moves and the line have made due; how many messages are new."""
        return self._reader.read(now) + self._near.look(now) + due.announced(self._database, now)

    def remind(self, now: datetime) -> int:
        """Queue what the calendar has made due; how many messages are new."""
        return due.reminders(self._database, now) + due.closed_days(self._database, now)

    def work(self, now: datetime) -> None:
        """Queue and begin to carry what is due; one round of the background."""
        self.collect(now)
        self._courier.carry()

    def forget(self, now: datetime) -> None:
        due.forget_old(self._database, now)

    def finish(self, patience_s: float) -> bool:
        """Wait for what is on its way; False when that takes longer."""
        return self._courier.finish(patience_s)

    def empty(self) -> int:
        """Queue and carry all that is due, and wait for it; how many messages were carried."""
        now = self._clock()
        self.collect(now)
        self.remind(now)
        carried = 0
        while taken := self._courier.carry():
            carried += taken
            if not self._courier.finish(PATIENCE_S):
                break
        return carried

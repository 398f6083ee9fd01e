"""Carries what is in the outbox to the people: several at once, each outside any transaction.

A channel that hangs or fails takes up its own hands only, so that a call by push does not wait for a dead SMS gateway.
"""

import logging
import random
import threading
from collections import Counter as Tally
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from queue_app.database import Database
from queue_app.messages import outbox
from queue_app.messages.outbox import Letter
from queue_app.messages.outcome import Outcome, Verdict
from queue_app.personal import Unreadable, Vault

log = logging.getLogger(__name__)

HANDS = 4
"""Messages of one channel that are handed over at the same time."""


class Channel(Protocol):
    """A way to hand a message over. ``repeats``: the other side recognises one that comes twice."""

    repeats: bool

    def hand_over(self, letter: Letter, address: str, now: datetime) -> Outcome:
        """Hand over within ``outbox.LEASE``. Raises nothing for what the other side or the network does."""
        ...


class Courier:
    """One process's carrier. ``clock`` tells the time, which passes while messages are on their way.

    ``on_free`` is called whenever a hand is free again; ``chance`` gives numbers from 0 to 1.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        *,
        on_free: Callable[[], None] = lambda: None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._vault = vault
        self._channels = channels
        self._clock = clock
        self._on_free = on_free
        self._chance = chance
        self._changed = threading.Condition()
        self._busy: Tally[str] = Tally()

    def carry(self) -> int:
        """Take what is due, as far as hands are free; how many were taken. Doesn't wait for them."""
        now = self._clock()
        with self._database.read() as session:
            if not outbox.has_work(session, now):
                return 0
        taken: list[tuple[str, str, int]] = []
        with self._database.write() as session:
            repeatable = [name for name, channel in self._channels.items() if channel.repeats]
            outbox.recover(session, list(self._channels), repeatable, now)
            for name in self._channels:
                free = HANDS - self._busy[name]
                if free > 0:
                    claim, ids = outbox.claim(session, name, free, now)
                    taken += [(name, claim, message_id) for message_id in ids]
        for name, claim, message_id in taken:
            self._count(name, 1)
            threading.Thread(target=self._deliver, args=(name, claim, message_id), daemon=True).start()
        return len(taken)

    def finish(self, patience_s: float) -> bool:
        """Wait until no hand is busy; False when ``patience_s`` was not enough."""
        with self._changed:
            return self._changed.wait_for(lambda: self._busy.total() == 0, patience_s)

    def _deliver(self, name: str, claim: str, message_id: int) -> None:
        try:
            self._carry_one(name, claim, message_id)
        except Exception:
            # The claim runs out by itself; what was not begun is tried again then.
            log.exception("message %s could not be carried", message_id)
        finally:
            self._count(name, -1)
            self._on_free()

    def _carry_one(self, name: str, claim: str, message_id: int) -> None:
        channel = self._channels[name]
        with self._database.write() as session:
            letter = outbox.begin(session, message_id, claim, self._clock())
        if letter is None:
            return
        outcome = self._handed_over(channel, letter)
        with self._database.write() as session:
            outbox.conclude(session, letter, outcome, self._clock(), chance=self._chance(), again=channel.repeats)
        if outcome.verdict is not Verdict.DELIVERED:
            log.info("message %s by %s: %s, %s", message_id, name, outcome.verdict, outcome.reason)

    def _handed_over(self, channel: Channel, letter: Letter) -> Outcome:
        try:
            address = self._vault.open(letter.address_sealed)
            if address is None:
                return Outcome(Verdict.GONE, "no address")
            return channel.hand_over(letter, address, self._clock())
        except Unreadable:
            return Outcome(Verdict.REJECTED, "unreadable")
        except Exception as error:  # noqa: BLE001 - logged without its text, which may name the address
            # A fault of ours or of a library: how far it got is not known.
            log.error("handing over message %s broke off: %s", letter.message.id, type(error).__name__)
            return Outcome(Verdict.UNKNOWN, f"fault {type(error).__name__}"[:60])

    def _count(self, name: str, by: int) -> None:
        with self._changed:
            self._busy[name] += by
            self._changed.notify_all()

"""Sends what is in the outbox: each webhook has hands of its own, outside any transaction and any request, so that one
that hangs holds up neither another nor a desk."""

import json
import logging
import random
import threading
import time
from collections import Counter as Tally
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from queue_app import guarded_post
from queue_app.database import Database
from queue_app.errors import Invalid
from queue_app.guarded_post import Patience
from queue_app.models import Delivery, Event, Webhook
from queue_app.personal import Unreadable, Vault
from queue_app.webhooks import outbox, signing, targets
from queue_app.webhooks.kinds import KINDS
from queue_app.webhooks.outbox import Collector, Try
from queue_app.webhooks.targets import Allowed

log = logging.getLogger(__name__)

HANDS = 4
"""Events of one webhook that are on their way at the same time, each of another ticket."""

PATIENCE = Patience(connect_s=3.0, step_s=10.0, whole_s=10.0, read_at_most=64 * 1024)
ANSWER_KEPT = 200
_REDIRECTS = range(300, 400)


class Sender:
    """One process's. ``clock`` tells the time, which passes while events are on their way; ``wake``: there may be work.
    ``chance`` gives numbers from 0 to 1."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        allowed: Allowed,
        clock: Callable[[], datetime],
        *,
        patience: Patience = PATIENCE,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.wake = threading.Event()
        self._database = database
        self._vault = vault
        self._allowed = allowed
        self._clock = clock
        self._patience = patience
        self._chance = chance
        self._collector = Collector(database)
        self._changed = threading.Condition()
        self._busy: Tally[int] = Tally()

    def hear(self, notes: Sequence[Any]) -> None:
        """Take note of committed events: a listener of the database. Cheap, and safe in any thread."""
        if any(isinstance(note, Event) and note.action in KINDS for note in notes):
            self.wake.set()

    def work(self, now: datetime) -> None:
        """Queue what is new and begin to send what is due; one round of the background."""
        self._collector.collect(now)
        self.carry()

    def carry(self) -> int:
        """Begin to send what is due, as far as hands are free; how many. Doesn't wait for them."""
        now = self._clock()
        with self._database.read() as session:
            waiting = outbox.with_work(session, now)
        taken: list[tuple[int, str, int]] = []
        for webhook_id in waiting:
            free = HANDS - self._busy[webhook_id]
            if free > 0:
                with self._database.write() as session:
                    claim, ids = outbox.claim(session, webhook_id, free, now)
                taken += [(webhook_id, claim, delivery_id) for delivery_id in ids]
        for each in taken:
            self._count(each[0], 1)
            threading.Thread(target=self._send, args=each, name="webhook", daemon=True).start()
        return len(taken)

    def forget(self, now: datetime) -> None:
        with self._database.write() as session:
            outbox.forget_old(session, now)

    def finish(self, patience_s: float) -> bool:
        """Wait until no hand is busy; False when ``patience_s`` was not enough."""
        with self._changed:
            return self._changed.wait_for(lambda: self._busy.total() == 0, patience_s)

    def empty(self) -> int:
        """Queue and send all that is due, and wait for it; how many were sent or tried."""
        self._collector.collect(self._clock())
        carried = 0
        while taken := self.carry():
            carried += taken
            if not self.finish(60.0):
                break
        return carried

    def _send(self, webhook_id: int, claim: str, delivery_id: int) -> None:
        try:
            with self._database.read() as session:
                delivery = outbox.find_claimed(session, delivery_id, claim)
            if delivery is None:
                return
            came = self._tried(delivery, self._clock())
            with self._database.write() as session:
                outbox.conclude(session, delivery_id, claim, came, self._clock(), self._chance())
            if not came.is_taken:
                log.info("event %s for webhook %s: %s", delivery_id, webhook_id, came.status or came.reason)
        except Exception:
            # The claim runs out by itself, and it is sent again then, under the same name.
            log.exception("event %s for webhook %s could not be sent", delivery_id, webhook_id)
        finally:
            self._count(webhook_id, -1)
            self.wake.set()

    def _tried(self, delivery: Delivery, now: datetime) -> Try:
        began = time.monotonic()

        def came(status: int | None, reason: str = "", answer: str = "", later_s: float = 0.0) -> Try:
            return Try(status, int((time.monotonic() - began) * 1000), reason, answer, later_s)

        try:
            to = targets.target(delivery.webhook.url, self._allowed)
            secrets = self._secrets(delivery.webhook, now)
        except Invalid:  # what the server allows has changed since
            return came(None, "not allowed")
        except Unreadable:
            return came(None, "secret unreadable")
        body = json.dumps(delivery.body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Antrean",
            "Antrean-Event": delivery.event,
            signing.HEADER: signing.signature(secrets, int(now.timestamp()), body),
        }
        try:
            found = guarded_post.post(
                to,
                headers,
                body,
                may_reach=lambda ip: targets.may_reach(to, self._allowed, ip),
                patience=self._patience,
            )
        except guarded_post.NotMeant:
            return came(None, "not allowed")
        except (guarded_post.NotReached, guarded_post.BrokeOff) as error:
            return came(None, str(error))
        reason = "redirect" if found.status in _REDIRECTS else ""
        return came(found.status, reason, _beginning(found.body), _seconds(found.retry_after))

    def _secrets(self, webhook: Webhook, now: datetime) -> list[str]:
        """Those that are good now, the new one first. Raises Unreadable."""
        sealed = [webhook.secret_sealed]
        if webhook.old_secret_until is not None and now < webhook.old_secret_until:
            sealed.append(webhook.old_secret_sealed or b"")
        return [secret for each in sealed if (secret := self._vault.open(each)) is not None]

    def _count(self, webhook_id: int, by: int) -> None:
        with self._changed:
            self._busy[webhook_id] += by
            self._changed.notify_all()


def _beginning(body: bytes) -> str:
    """What an answer begins with, on one line and without what is no letter."""
    text = body[: 4 * ANSWER_KEPT].decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else " " for letter in text)[:ANSWER_KEPT].strip()


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isascii() and text.isdigit() and len(text) <= 6 else 0.0

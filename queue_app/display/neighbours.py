"""Other processes of the same site, over Redis: each tells the others which office has changed, and nothing else.

The word carries no board: whoever hears it reads the database itself. So a lost word costs at most the two seconds to
the next heartbeat, and Redis may come and go.
"""

import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

CHANNEL = "antrean:%s:changed"
"""With the name of the installation: others may use the same Redis."""

ANSWER_S = 0.5
"""A Redis that does not answer holds up the task that serves the screens for no longer than this,"""
PAUSE_S = 5.0
"""and is then left alone for so long."""


class Neighbours:
    """The processes that share the Redis at ``url`` and belong to one installation, whose ``namespace`` is given."""

    def __init__(self, url: str, namespace: Callable[[], str]) -> None:
        self._namespace = namespace
        self._own_name = secrets.token_hex(8)
        self._publisher = Redis.from_url(
            url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S, retry=Retry(NoBackoff(), 0)
        )
        self._listener = Redis.from_url(url, socket_connect_timeout=ANSWER_S)
        self._silent_until = 0.0

    def tell(self, office_id: int, *, at_once: bool) -> None:
        """Say that an office has changed. Never raises for a Redis that is away: the heartbeats make up for it."""
        if time.monotonic() < self._silent_until:
            return
        try:
            self._publisher.publish(self._channel(), f"{self._own_name}:{office_id}:{at_once:d}")
        except (RedisError, SQLAlchemyError) as error:
            self._silent_until = time.monotonic() + PAUSE_S
            log.warning("other processes could not be told of a change; they see it within seconds: %s", error)

    def listen(self, hear: Callable[[int, bool], None], is_over: Callable[[], bool]) -> None:
        """Pass on what the others say (office id, whether at once) until ``is_over``; outlives every loss of Redis."""
        while not is_over():
            try:
                pubsub: Any = self._listener.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
                with pubsub as channel:
                    channel.subscribe(self._channel())
                    while not is_over():
                        self._pass_on(channel.get_message(timeout=1.0), hear)
            except (RedisError, SQLAlchemyError) as error:
                log.warning("other processes cannot be heard; their changes show within seconds: %s", error)
                time.sleep(PAUSE_S)

    def _channel(self) -> str:
        return CHANNEL % self._namespace()

    def _pass_on(self, message: Any, hear: Callable[[int, bool], None]) -> None:
        if message is None:
            return
        speaker, _, word = message["data"].decode("ascii", "replace").partition(":")
        office_id, _, at_once = word.partition(":")
        if speaker != self._own_name and office_id.isdigit():
            hear(int(office_id), at_once == "1")

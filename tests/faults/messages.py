"""What may become of the words between server processes: Redis forgets who listens, or says everything twice."""

import random
import time
from collections import Counter
from collections.abc import Callable

from redis import Redis

LISTENERS_GO_S = 0.05
LATEST_S = 1.0


def lose(url: str, seconds: float) -> None:
    """Cut off whoever listens, again and again: what is said meanwhile reaches nobody."""
    with Redis.from_url(url) as redis:
        _until(seconds, lambda: _cut_off(redis))


def _cut_off(redis: Redis) -> None:
    redis.client_kill_filter(_type="pubsub")
    time.sleep(LISTENERS_GO_S)


def double(url: str, seconds: float, chance: random.Random) -> None:
    """Say each word once more, up to a second later, so that words also overtake each other."""
    said_again: Counter[tuple[bytes, bytes]] = Counter()
    later: list[tuple[float, bytes, bytes]] = []
    with Redis.from_url(url) as redis, redis.pubsub(ignore_subscribe_messages=True) as words:
        words.psubscribe("*")

        def pass_on() -> None:
            word = words.get_message(timeout=LISTENERS_GO_S)
            if word is not None:
                channel, text = word["channel"], word["data"]
                if said_again[channel, text] > 0:
                    said_again[channel, text] -= 1
                else:
                    later.append((time.monotonic() + chance.uniform(0, LATEST_S), channel, text))
            for due in [each for each in later if each[0] <= time.monotonic()]:
                later.remove(due)
                said_again[due[1], due[2]] += 1
                redis.publish(*due[1:])

        _until(seconds, pass_on)


def _until(seconds: float, act: Callable[[], None]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        act()

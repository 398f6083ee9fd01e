"""Waiting for something outside this process to become true, without a fixed pause."""

import socket
import time
from collections.abc import Callable
from random import SystemRandom

POLL_S = 0.02


def wait_until(condition: Callable[[], bool], *, within_s: float = 30.0) -> bool:
    """Return True as soon as `condition` holds, False when it does not within `within_s` seconds."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on.

    Taken below the range from which the system gives ports to outgoing connections, so that a server which stops and
    starts again finds its port still free.
    """
    while True:
        port = SystemRandom().randrange(15_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port

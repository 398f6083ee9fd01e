"""The event loop that serves all of a process's requests: letting it look at others, and keeping long work off it."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


def is_under_gevent() -> bool:
    """Whether this process's sockets and threads are gevent's, as in the production server."""
    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and bool(monkey.is_module_patched("socket"))


def let_others() -> None:
    """Have the event loop look once who else asks, and serve them first; it takes no time where nobody does."""
    if not is_under_gevent():
        return
    from gevent import get_hub  # noqa: PLC0415 - as below

    hub: Any = get_hub()  # its types lack what is used here
    with hub.loop.timer(0, priority=hub.loop.MINPRI) as after_all_others:
        hub.wait(after_all_others)


def in_thread(work: Callable[[], Result]) -> Result:
    """Run CPU work (a password hash) in a real thread, so that no socket of the process stands still meanwhile."""
    if not is_under_gevent():
        return work()
    from gevent import get_hub  # noqa: PLC0415 - only where gevent runs the process

    return get_hub().threadpool.apply(work)

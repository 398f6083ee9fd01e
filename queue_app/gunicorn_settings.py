"""Settings of the production server: one gevent process holds thousands of websockets (see docs/design.md)."""

import atexit
import gc
import resource
import signal
from typing import Any

from queue_app import logs
from queue_app.config import from_env

worker_class = "gevent"
workers = 1
worker_connections = 10_000
graceful_timeout = 2  # an open websocket never ends by itself; its client reconnects to the next start
timeout = 60
keepalive = 20
_settings = from_env()
loglevel = _settings.log_level
logconfig_dict = logs.configuration(_settings.log_level, _settings.log_format)
# The X-Forwarded-Proto of a proxy of one's own is believed, wherever it runs; without one, this machine's alone.
forwarded_allow_ips = "*" if _settings.trusted_proxies else "127.0.0.1,::1"
forwarder_headers = ""  # no header of anybody's says which address was asked for

gc.disable()  # what is loaded now stays; looking through it for garbage again and again takes a quarter of a second

MOST_ACCEPTED = 8
"""New connections taken at a time, before those that stand are looked at again: an officer's. In a rush a hundred at a
time, which is gevent's own number, came before every call."""

_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (_hard, _hard))


GARBAGE = (10_000, 20, 10)
"""How much is made before garbage is looked for. A request makes some thousand things, nearly all without circles. What
has circles and lived for a while waits for the last of these: with 50 in place of 10 a quiet office's process grew for
a month, until it held twice as many things as it needed."""


def post_worker_init(worker: Any) -> None:
    """Start what comes round by itself (see ``queue_app.background``), after gevent has patched the worker."""
    # A terminal sends Ctrl-C to every process; the master alone acts on it, and ends its worker in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from gevent.baseserver import BaseServer  # noqa: PLC0415 - as is this

    BaseServer.max_accept = MOST_ACCEPTED
    from queue_app import background, extensions  # noqa: PLC0415 - only after gevent has patched the worker
    from queue_app.display import rehearsal  # noqa: PLC0415

    with worker.wsgi.app_context():
        rehearsal.rehearse(extensions.database(), extensions.studio())
        work = background.of_server()
    gc.freeze()  # with some 2 MB of garbage: to find it takes a quarter of a second, for which nobody is answered
    gc.set_threshold(*GARBAGE)
    gc.enable()
    work.start()
    atexit.register(work.stop)

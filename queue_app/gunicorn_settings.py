"""Settings of the production server: one gevent process holds thousands of websockets (see docs/design.md)."""

import resource
import signal
from typing import Any

import gevent

worker_class = "gevent"
workers = 1
worker_connections = 10_000
graceful_timeout = 2  # an open websocket never ends by itself; its client reconnects to the next start
timeout = 60
keepalive = 20
loglevel = "warning"
# Behind a proxy of one's own on the same machine its X-Forwarded-Proto is believed; nobody else's is.
forwarded_allow_ips = "127.0.0.1,::1"

_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (_hard, _hard))

DAY_END_CHECK_S = 60


def post_worker_init(worker: Any) -> None:
    """Look for an ended day every minute. Several processes may: closing a day twice changes nothing."""
    # A terminal sends Ctrl-C to every process; the master alone acts on it, and ends its worker in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gevent.spawn(_close_past_days, worker.wsgi)


def _close_past_days(app: Any) -> None:
    from queue_app import clock, day_end  # noqa: PLC0415 - only after gevent has patched the worker
    from queue_app.extensions import database  # noqa: PLC0415

    while True:
        with app.app_context():
            try:
                day_end.close_past_days(database(), clock.now())
            except Exception:
                app.logger.exception("closing the past day failed; it is tried again in a minute")
        gevent.sleep(DAY_END_CHECK_S)

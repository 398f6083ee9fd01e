"""Flask's extensions, which pages, API and sockets need and commands do not: made once, given the app later."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_wtf import CSRFProtect


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Let a library that is content without these libraries not find them, unless they are loaded anyway."""
    missing = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(missing))  # type: ignore[arg-type] # None stands for a missing one
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]


# Of clients, which no server is, and of message queues, which it does without: a fifth of a second and 20 MB.
with _without("aiohttp", "requests", "redis", "valkey"):
    from flask_socketio import SocketIO

babel = Babel()
compress = Compress()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address)
login_manager = LoginManager()
socketio = SocketIO()

"""Who books online passes in the order of coming, few at a time in each process, so that a rush holds up nobody else.

Without it each of five hundred requests that came at once had its turn now and then, and so had the officer who calls:
after all others. One that waits here costs next to nothing (it is not even looked at by the app) and holds no
connection to the database; desks, kiosks and displays don't come this way. Where the line is longer than anybody would
wait, it is said at once.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps
from typing import Any, TypeVar

from flask import request

from queue_app.database import busy
from queue_app.models import Channel
from queue_app.turns import Turns

View = TypeVar("View", bound=Callable[..., Any])
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

ABREAST = 2
"""While one waits for the database, another goes on."""

MOST_WAITING = 2_000
"""In one process: at thirty bookings or refusals a second, who came last waits a minute."""

_PAGES = re.compile(r"/o/[^/]+/[^/]+(/hold)?")
_API = re.compile(r"/api/v1/offices/[^/]+/(tickets|services/[^/]+/holds)")
_TURN = "antrean.turn"


online = Turns(ABREAST, MOST_WAITING)
"""Of this process."""


class BeforeTheApp:
    """WSGI middleware: the line is before all that the app does with a request.

    Whoever says to be a program of the staff goes on: the view asks it what it wants (``passing``).
    """

    def __init__(self, app: Application) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not _books_online(environ):
            return self._app(environ, start_response)
        # A request on SQLite waits for nothing, so its greenlet would go on to the end, and so would those of all that
        # came at once, before the event loop looks again for who else asks. So each first lets it look.
        time.sleep(0)
        environ[_TURN] = online.enter()
        try:
            return self._app(environ, start_response)
        finally:
            if environ[_TURN]:
                online.leave()


def _books_online(environ: dict[str, Any]) -> bool:
    path: str = environ["PATH_INFO"]
    if _PAGES.fullmatch(path):
        return True
    return environ["REQUEST_METHOD"] == "POST" and "HTTP_AUTHORIZATION" not in environ and bool(_API.fullmatch(path))


def passing(channel: Channel) -> AbstractContextManager[None]:
    """In turn, for who books online; at once, for who stands in the office. Raises QueueError ``busy``."""
    has_turn = request.environ.get(_TURN)
    if channel is not Channel.ONLINE or has_turn:
        return nullcontext()
    if has_turn is False:
        raise busy()
    return _entered()


@contextmanager
def _entered() -> Iterator[None]:
    if not online.enter():
        raise busy()
    try:
        yield
    finally:
        online.leave()


def in_turn(view: View) -> View:
    """Only whoever's turn it is gets to the view."""

    @wraps(view)
    def taken(*args: Any, **named: Any) -> Any:
        with passing(Channel.ONLINE):
            return view(*args, **named)

    return taken  # type: ignore[return-value]

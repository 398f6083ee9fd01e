"""Who books online passes in the order of coming, few at a time in each process, so that a rush holds up nobody else.

Without it each of five hundred requests that came at once had its turn now and then, and so had the officer who calls:
after all others. What takes some seconds waits in the open request; when more come, the others are told where they
stand in the line (``queue_app.rush``) and come again. Desks, kiosks and displays don't come this way.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps
from typing import Any, TypeVar

from flask import request

from queue_app import auth, clock
from queue_app.engines import busy
from queue_app.extensions import database
from queue_app.models import Channel, Scope
from queue_app.turns import Turns

View = TypeVar("View", bound=Callable[..., Any])

ABREAST = 4
"""While some wait for the database, others go on; on SQLite they are committed together."""

MOST_WAITING = 2_000
"""In one process; the waiting room lets in far fewer."""

TURN = "antrean.turn"
"""In the request's environment: whether it has its turn."""

online = Turns(ABREAST, MOST_WAITING)
"""Of this process."""


def passing(channel: Channel) -> AbstractContextManager[None]:
    """In turn, for who books online; at once, for who stands in the office. Raises QueueError ``busy``, and as
    ``auth.token_user`` for a program that says to be the staff's: it passes by the waiting room."""
    has_turn = request.environ.get(TURN)
    if channel is not Channel.ONLINE or has_turn:
        return nullcontext()
    if has_turn is False:
        raise busy()
    if "Authorization" in request.headers:
        with database().read() as session:
            auth.token_user(session, Scope.TICKETS, clock.now())
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

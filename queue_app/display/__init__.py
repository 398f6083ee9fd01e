"""The waiting room's displays: what they show, how it reaches them, and how they heal."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask

from queue_app.display import page, rehearsal, sockets
from queue_app.display.push import Push
from queue_app.display.rooms import Rooms
from queue_app.display.screens import Heard
from queue_app.event_loop import is_under_gevent, let_others

if TYPE_CHECKING:
    from queue_app.display.neighbours import Neighbours

__all__ = ["Rooms", "register", "rehearsal", "sockets"]


def register(app: Flask) -> None:
    """Add the display page, the sockets and the push after each commit; the sockets' server must be there already."""
    database = app.extensions["antrean_database"]
    config = app.extensions["antrean_config"]
    neighbours = _neighbours(config.redis_url, app.extensions["antrean_namespace"])
    last = timedelta(hours=config.session_hours)
    server = app.extensions["socketio"].server
    if is_under_gevent():
        from queue_app.display import entrance, websocket  # noqa: PLC0415 - gevent is loaded where it runs the process

        order = entrance.Order(let_others)
        websocket.install(server, order)
        app.wsgi_app = entrance.Entrance(app.wsgi_app, order)  # type: ignore[method-assign]
    push = Push(database, server, app.extensions["antrean_studio"], neighbours, last)
    database.listeners.append(push.hear)
    app.extensions["antrean_push"] = push
    app.extensions["antrean_heard"] = Heard(database)
    app.register_blueprint(page.bp)


def _neighbours(redis_url: str | None, namespace: Callable[[], str]) -> "Neighbours | None":
    if redis_url is None:
        return None
    from queue_app.display import neighbours  # noqa: PLC0415 - an office on one machine loads none of it

    return neighbours.Neighbours(redis_url, namespace)

"""The waiting room's displays: what they show, how it reaches them, and how they heal."""

from datetime import timedelta

from flask import Flask

from queue_app.display import page, rehearsal, sockets
from queue_app.display.neighbours import Neighbours
from queue_app.display.push import Push
from queue_app.display.screens import Heard

__all__ = ["register", "rehearsal", "sockets"]


def register(app: Flask) -> None:
    """Add the display page, the sockets and the push after each commit; the sockets' server must be there already."""
    database = app.extensions["antrean_database"]
    config = app.extensions["antrean_config"]
    neighbours = Neighbours(config.redis_url, app.extensions["antrean_namespace"]) if config.redis_url else None
    last = timedelta(hours=config.session_hours)
    push = Push(database, app.extensions["socketio"].server, app.extensions["antrean_studio"], neighbours, last)
    database.listeners.append(push.hear)
    app.extensions["antrean_push"] = push
    app.extensions["antrean_heard"] = Heard(database)
    app.register_blueprint(page.bp)

"""The JSON API, version 1: the same use cases as the pages, for programs. Never a cookie, so no CSRF token either."""

from flask import Flask

from queue_app.flask_extensions import csrf
from queue_app.routes.api import citizen, data, desk, displays, figures, health, managing, people, supervision
from queue_app.routes.api.frame import document, operation

__all__ = [
    "citizen",
    "data",
    "desk",
    "displays",
    "document",
    "figures",
    "health",
    "managing",
    "people",
    "register",
    "supervision",
]


def register(app: Flask) -> None:
    """Add the API; importing its modules has declared their operations."""
    csrf.exempt(operation.bp)
    app.register_blueprint(operation.bp)

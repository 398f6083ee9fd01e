"""The JSON API, version 1: the same use cases as the pages, for programs. Never a cookie, so no CSRF token either."""

from flask import Flask

from queue_app.extensions import csrf
from queue_app.routes.api import (
    counters,
    crowd,
    document,
    events,
    feedback,
    figures,
    health,
    interventions,
    levers,
    moves,
    offices,
    operation,
    planning,
    proofs,
    slots,
    soonest,
    tickets,
    waits,
    webhooks,
)

__all__ = [
    "counters",
    "crowd",
    "document",
    "events",
    "feedback",
    "figures",
    "health",
    "interventions",
    "levers",
    "moves",
    "offices",
    "planning",
    "proofs",
    "register",
    "slots",
    "soonest",
    "tickets",
    "waits",
    "webhooks",
]


def register(app: Flask) -> None:
    """Add the API; importing its modules has declared their operations."""
    csrf.exempt(operation.bp)
    app.register_blueprint(operation.bp)

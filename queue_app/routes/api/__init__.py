"""The JSON API, version 1: the same use cases as the pages, for programs. Never a cookie, so no CSRF token either."""

from flask import Flask

from queue_app.extensions import csrf
from queue_app.routes.api import (
    audit,
    citizen,
    complaints,
    counters,
    crowd,
    desk,
    display_content,
    displays,
    document,
    events,
    feedback,
    figures,
    health,
    interventions,
    levers,
    managing,
    moves,
    moving,
    offices,
    operation,
    oversight,
    own_figures,
    people,
    personal_data,
    planning,
    proofs,
    quality,
    slots,
    soonest,
    tickets,
    tokens,
    waits,
    webhooks,
)

__all__ = [
    "audit",
    "citizen",
    "complaints",
    "counters",
    "crowd",
    "desk",
    "display_content",
    "displays",
    "document",
    "events",
    "feedback",
    "figures",
    "health",
    "interventions",
    "levers",
    "managing",
    "moves",
    "moving",
    "offices",
    "oversight",
    "own_figures",
    "people",
    "personal_data",
    "planning",
    "proofs",
    "quality",
    "register",
    "slots",
    "soonest",
    "tickets",
    "tokens",
    "waits",
    "webhooks",
]


def register(app: Flask) -> None:
    """Add the API; importing its modules has declared their operations."""
    csrf.exempt(operation.bp)
    app.register_blueprint(operation.bp)

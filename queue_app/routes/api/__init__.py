"""The JSON API, version 1: the same use cases as the pages, for programs. Never a cookie, so no CSRF token either."""

from flask import Flask

from queue_app.extensions import csrf
from queue_app.routes.api import health, managing
from queue_app.routes.api.citizen import crowd, feedback, offices, proofs, slots, soonest, survey, tickets, waits
from queue_app.routes.api.data import audit, events, exports, moving, personal_data, webhooks
from queue_app.routes.api.desk import counters, moves, own_dialogues, own_figures, reception, screen
from queue_app.routes.api.displays import content, devices
from queue_app.routes.api.figures import dashboard, metrics, monitoring, planning, quality, reports, visits
from queue_app.routes.api.frame import document, operation
from queue_app.routes.api.people import accounts, tokens
from queue_app.routes.api.supervision import complaints, dialogues, intervention_deeds, interventions, levers, oversight

__all__ = [
    "accounts",
    "audit",
    "complaints",
    "content",
    "counters",
    "crowd",
    "dashboard",
    "devices",
    "dialogues",
    "document",
    "events",
    "exports",
    "feedback",
    "health",
    "intervention_deeds",
    "interventions",
    "levers",
    "managing",
    "metrics",
    "monitoring",
    "moves",
    "moving",
    "offices",
    "oversight",
    "own_dialogues",
    "own_figures",
    "personal_data",
    "planning",
    "proofs",
    "quality",
    "reception",
    "register",
    "reports",
    "screen",
    "slots",
    "soonest",
    "survey",
    "tickets",
    "tokens",
    "visits",
    "waits",
    "webhooks",
]


def register(app: Flask) -> None:
    """Add the API; importing its modules has declared their operations."""
    csrf.exempt(operation.bp)
    app.register_blueprint(operation.bp)

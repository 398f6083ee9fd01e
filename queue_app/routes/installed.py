"""What makes the site an app on a phone: its manifest, the service worker that keeps the last ticket, "my tickets"."""

import hashlib
import json
from functools import cache
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse

from queue_app.extensions import database
from queue_app.lifecycle import LIVE
from queue_app.models import Ticket
from queue_app.representation import ticket_path
from queue_app.routes import own_tickets

bp = Blueprint("installed", __name__)

SHELL = (
    "css/bootstrap-used.css",
    "vendor/atkinson-hyperlegible-next-5.3.0/font.css",
    "vendor/atkinson-hyperlegible-next-5.3.0/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "vendor/socket.io-client-4.8.4/socket.io.esm.min.js",
    "css/antrean.css",
    "css/citizen.css",
    "css/ticket.css",
    "css/tell.css",
    "js/ticket.js",
    "js/kept.js",
    "js/leave.js",
    "js/share.js",
    "js/socket.js",
    "js/clock.js",
    "js/tell.js",
    "icons.svg",
    "favicon.svg",
)
"""Files that a ticket's page needs, below ``static/``: they are kept, so that it can be shown without a connection."""

_WORKER = ("js/sw.js", "js/push-received.js")

ROBOTS = """# A ticket's page says itself that it must not be indexed. A robot that may not read it could not know that,
# and would list an address that somebody published by mistake: so tickets are not disallowed here.
User-agent: *
Disallow: /api/
Disallow: /desk
Disallow: /supervisor
Disallow: /manage
Disallow: /reception
Disallow: /kiosk/
Disallow: /tickets
"""


@bp.get("/sw.js")
def service_worker() -> Response:
    """The service worker at the site's root, since it may only look after what lies below its own address."""
    static = Path(current_app.static_folder or "")
    known = {"version": _version(static), "files": [f"/static/{name}" for name in SHELL]}
    script = f"const SHELL = {json.dumps(known)};\n{(static / _WORKER[0]).read_text(encoding='utf-8')}"
    response = Response(script, mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = "/"
    response.headers["Cache-Control"] = "no-cache"
    return response


@cache
def _version(static: Path) -> str:
    """Changes with any of the files, so that browsers fetch them anew and drop the old ones."""
    digest = hashlib.sha256()
    for name in (*SHELL, *_WORKER):
        digest.update((static / name).read_bytes())
    return digest.hexdigest()[:16]


@bp.get("/manifest.webmanifest")
def manifest() -> Response:
    body = {
        "id": "/tickets",
        "name": "Antrean",
        "short_name": "Antrean",
        "lang": "id",
        "start_url": "/tickets",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f4ee",
        "theme_color": "#0b5848",
        "icons": [_icon("app-192", 192), _icon("app-512", 512), _icon("app-maskable-512", 512, "maskable")],
    }
    return Response(json.dumps(body), mimetype="application/manifest+json")


def _icon(name: str, size: int, purpose: str = "any") -> dict[str, str]:
    return {"src": f"/static/icons/{name}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@bp.get("/robots.txt")
def robots() -> Response:
    return Response(ROBOTS, mimetype="text/plain")


@bp.get("/tickets")
def tickets() -> str | AnyResponse:
    """The tickets of this browser; a single one that is still live is shown at once."""
    ids = own_tickets.ticket_ids()
    with database().read() as session:
        rows = session.scalars(
            select(Ticket).where(Ticket.id.in_(ids)).options(joinedload(Ticket.office), joinedload(Ticket.service))
        ).all()
        live = [ticket for ticket in rows if ticket.state in LIVE]
        if len(live) == 1:
            return redirect(ticket_path(live[0].public_id), HTTPStatus.FOUND)
        ordered = sorted(rows, key=lambda ticket: (ticket.state not in LIVE, ids.index(ticket.id)))
        return render_template("citizen/tickets.html", tickets=ordered, live=LIVE)

"""For the city's portal: many offices on one page, soonest first, and a small frame for any website."""

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import force_locale

from queue_app import clock, queries, soonest
from queue_app.extensions import database
from queue_app.routes.language import LANGUAGES
from queue_app.routes.security import policy

bp = Blueprint("portal", __name__)

FRESH_S = 30
"""Browsers and proxies may keep the pages so long."""


@bp.get("/kota")
def show() -> Response:
    """Read-only. ``kantor``: short names of offices, with commas; ``layanan``: one service by name."""
    now, service = clock.now(), request.args.get("layanan", "").strip()
    with database().read() as session:
        offices, services = soonest.of_offices(session, now, named(request.args.get("kantor", "")), service)
    page = render_template(
        "citizen/portal.html",
        offices=offices,
        services=services,
        service=service,
        chosen=request.args.get("kantor", ""),
        now=now,
        most=soonest.MOST_OFFICES,
    )
    answer = make_response(page)
    answer.headers["Cache-Control"] = f"private, max-age={FRESH_S}"
    answer.vary.add("Cookie")
    return answer


@bp.get("/o/<slug>/widget")
def widget(slug: str) -> Response:
    """The waits of one office for a frame in any website: no cookie, no form. ``lang``: id or en."""
    now, language = clock.now(), request.args.get("lang", "id")
    with database().read() as session:
        office = soonest.of_office(session, queries.office(session, slug), now)
    language = language if language in LANGUAGES else "id"
    with force_locale(language):
        answer = make_response(render_template("citizen/widget.html", office=office, now=now, lang=language))
    answer.headers["Content-Security-Policy"] = policy(frame_ancestors="*")
    # A sandboxed frame has no origin of its own; what stands here is for everybody.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = f"public, max-age={FRESH_S}"
    return answer


def named(slugs: str) -> list[str]:
    """The short names of a list with commas."""
    return [slug for part in slugs.split(",") if (slug := part.strip())]

"""The page that a waiting room's TV shows: one whole board, kept right by ``static/js/display.js``."""

from flask import Blueprint, Response, jsonify, render_template

from queue_app import clock
from queue_app.display import board
from queue_app.extensions import database, studio

bp = Blueprint("display", __name__, url_prefix="/display")


@bp.get("/<slug>")
def show(slug: str) -> str:
    """An office's display. Raises NotFound ``unknown_office``."""
    now = clock.now()
    with database().read() as session:
        office = board.find_office(session, slug)
        return render_template("display/display.html", office=office, board=board.whole(session, office, now))


@bp.get("/<slug>/board")
def asked(slug: str) -> Response:
    """What the socket sends, for a display that has none. Raises NotFound ``unknown_office``."""
    with database().read() as session:
        return jsonify(board.message(session, board.find_office(session, slug), clock.now(), studio()))

"""The pages that hang on a wall: the waiting room's TV, and the light above each counter.

Each holds one whole board, kept right by a script (``static/js/display.js``, ``counter-light.js``).
"""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from queue_app import clock
from queue_app.display import board, edition
from queue_app.errors import N_, NotFound
from queue_app.extensions import database, studio
from queue_app.models import Office

bp = Blueprint("display", __name__, url_prefix="/display")


@bp.get("/<slug>")
def show(slug: str) -> str:
    """An office's display. Raises NotFound ``unknown_office``."""
    now = clock.now()
    with database().read() as session:
        office = board.find_office(session, slug)
        return _page("display.html", office, board.whole(session, office, now))


@bp.get("/<slug>/counter/<int:number>")
def counter_light(slug: str, number: int) -> str:
    """The small screen above a counter. Raises NotFound ``unknown_office``, ``unknown_counter``."""
    now = clock.now()
    with database().read() as session:
        office = board.find_office(session, slug)
        whole = board.whole(session, office, now)
        if not any(counter["number"] == number for counter in whole["counters"]):
            raise NotFound("unknown_counter", N_("Loket itu tidak ada di kantor ini."))
        return _page("counter.html", office, whole, number=number)


@bp.get("/<slug>/board")
def asked(slug: str) -> Response:
    """What the socket sends, for a display that has none. Raises NotFound ``unknown_office``."""
    with database().read() as session:
        return jsonify(board.message(session, board.find_office(session, slug), clock.now(), studio()))


def _page(template: str, office: Office, whole: board.Board, **more: Any) -> str:
    return render_template(f"display/{template}", office=office, board=whole, edition=edition.current(), **more)

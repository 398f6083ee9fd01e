"""The pages that hang on a wall: the waiting room's TV, and the light above each counter.

Each holds one whole board, kept right by a script (``static/js/display.js``, ``counter-light.js``).
"""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, send_file

from queue_app import clock
from queue_app.display import board, edition
from queue_app.display.push import pusher
from queue_app.errors import N_, NotFound
from queue_app.extensions import database, uploads
from queue_app.models import Office
from queue_app.signage import shown

bp = Blueprint("display", __name__, url_prefix="/display")

A_YEAR_S = 365 * 24 * 3600


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
        office_id = board.office_id(session, slug)
    return jsonify(pusher().boards.of(office_id))


@bp.get("/<slug>/media/<key>")
def media(slug: str, key: str) -> Response:
    """A picture, video or logo, whole or in ranges. Raises NotFound ``unknown_media``."""
    with database().read() as session:
        found = shown.find(session, board.find_office(session, slug).id, key)
    path = uploads().path(found.office_id, found.key) if found else None
    if found is None or path is None or not path.is_file():
        raise NotFound("unknown_media", N_("Berkas itu tidak ada."))
    answer = send_file(path, mimetype=found.mimetype, conditional=True, max_age=A_YEAR_S)
    answer.headers["Cache-Control"] = f"public, max-age={A_YEAR_S}, immutable"  # what a key names never changes
    return answer


def _page(template: str, office: Office, whole: board.Board, **more: Any) -> str:
    return render_template(f"display/{template}", office=office, board=whole, edition=edition.current(), **more)

"""What a display needs in order to speak: recordings of calls, and its turn where only one display speaks."""

import re
import time
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import clock, queries, speaker
from queue_app.errors import N_, Invalid, NotFound
from queue_app.extensions import database, studio
from queue_app.models import Office
from queue_app.routes import devices, limits
from queue_app.speech import aloud
from queue_app.speech.studio import DIGEST_LENGTH

bp = Blueprint("voice", __name__, url_prefix="/display/<slug>/voice")

A_YEAR_S = 365 * 24 * 3600
PATIENCE_S = 8.0
"""How long a display is kept waiting for a recording that is being made."""
LOOK_S = 0.1
_DISPLAY = re.compile(r"[A-Za-z0-9-]{8,40}", re.ASCII)
_DIGEST = re.compile(rf"[0-9a-f]{{{DIGEST_LENGTH}}}", re.ASCII)


@bp.get("/<digest>.ogg")
def recording(slug: str, digest: str) -> Response:
    """A recording that was made for a call. Only what the server itself announces is made, never at a request's wish.

    Who asks early is kept waiting; then 503 if it could not be made in time, 204 if the call was taken back meanwhile.
    Raises NotFound ``unknown_recording``.
    """
    if not _DIGEST.fullmatch(digest):
        raise _unknown()
    if not studio().has(digest):
        if not _is_due(slug, digest):
            raise _unknown()
        if not _becomes_ready(digest):
            if not _is_due(slug, digest):
                return Response(status=HTTPStatus.NO_CONTENT)
            later = {"Retry-After": "1"}
            return Response(gettext("Rekaman ini belum jadi."), HTTPStatus.SERVICE_UNAVAILABLE, later, "text/plain")
    answer = Response(studio().file(digest).read_bytes(), mimetype="audio/ogg")  # some 30 kB
    answer.headers["Cache-Control"] = f"public, max-age={A_YEAR_S}, immutable"
    return answer


@bp.post("/turn")
@limits.limit(limits.SPEAKING, "speaking")
def turn(slug: str) -> Response:
    """Whether this display speaks now, where only one does, and up to which call all was said.

    Body: ``{"display": a name that the page made up, "said": seq of the last call it said, "leave": true?}``.
    Raises Invalid ``bad_turn``.
    """
    match request.get_json(silent=True):
        case {"display": str(display), "said": int(said), **more} if _DISPLAY.fullmatch(display) and 0 <= said < 2**62:
            leaves = more.get("leave") is True
        case _:
            raise Invalid("bad_turn", N_("Permintaan layar ini tidak lengkap."))
    now, is_paired = clock.now(), devices.is_in(slug)
    with database().write() as session:
        office = queries.office(session, slug)
        if leaves:
            speaker.leave(session, office, display, now)
            mine = speaker.Turn(speaks=False, said=0)
        else:
            mine = speaker.claim(session, office, display, is_paired=is_paired, said=said, now=now)
    return jsonify(speaks=mine.speaks, said=mine.said)


def _unknown() -> NotFound:
    return NotFound("unknown_recording", N_("Rekaman itu tidak ada."))


def _becomes_ready(digest: str) -> bool:
    """Wait for a recording that is to be made, without holding anything."""
    until = time.monotonic() + PATIENCE_S
    while not (is_ready := studio().has(digest)) and time.monotonic() < until and not studio().has_failed(digest):
        time.sleep(LOOK_S)
    return is_ready


def _is_due(slug: str, digest: str) -> bool:
    now = clock.now()
    with database().read() as session:
        office = queries.office(session, slug)
        return office.voice and digest in _digests(session, office, now)


def _digests(session: Session, office: Office, now: datetime) -> set[str]:
    return {
        made.digest for call in aloud.calls(session, office, now) for made in aloud.recordings(studio(), office, call)
    }

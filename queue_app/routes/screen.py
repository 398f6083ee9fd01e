"""A TV that is a display of the office: it asks for a code, is paired by somebody of the staff, and shows its board."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from queue_app import clock
from queue_app.cookies import SignedCookie
from queue_app.devices import pairing, seen
from queue_app.display import board, edition, screens
from queue_app.display.part import Parts
from queue_app.errors import Forbidden
from queue_app.extensions import database, site, studio, vault
from queue_app.models import Device
from queue_app.routes import limits

bp = Blueprint("screen", __name__)

_PAIRING = "20 per minute; 200 per hour"
_WAITING = SignedCookie("pairing", "screen that waits", int(pairing.VALID_FOR.total_seconds()))


@bp.get("/tv")
@bp.get("/display/pair")
def pair() -> ResponseReturnValue:
    """Shows the code. A browser that is a display already goes to its board, so that a TV may always begin here."""
    with database().read() as session:
        device = screens.of_browser(session)
        if device is not None:
            return redirect(_address(device))
    return _pairing_page(was_one=screens.was_one())


@bp.post("/display/pairing")
@limits.limit(_PAIRING, "pairing")
def begin() -> Response:
    """A new code for the browser that asks: ``{"code", "seconds"}``."""
    with database().write() as session:
        offer = pairing.begin(session, vault(), clock.now())
    response = jsonify(code=offer.code, seconds=int(pairing.VALID_FOR.total_seconds()))
    _WAITING.write(response, offer.secret)
    return response


@bp.get("/display/pairing")
def state() -> Response:
    """What became of the browser's code: ``{"state": "waiting" | "expired"}`` or ``{"state": "paired", "url"}``."""
    secret = _WAITING.read()
    with database().read() as session:
        waiting = pairing.waiting(session, secret, clock.now()) if isinstance(secret, str) else None
        if waiting is None:
            return jsonify(state="expired")
        if waiting.device_id is None:
            return jsonify(state="waiting")
        device = pairing.device_of(session, secret)
        if device is None:  # revoked as soon as it was paired
            return jsonify(state="expired")
        response = jsonify(state="paired", url=_address(device))
    screens.remember(response, device, secret)
    return response


@bp.get("/display/<slug>/screen/<int:device_id>")
def show(slug: str, device_id: int) -> ResponseReturnValue:
    """The display's board; for any other browser what it is not, and a code with which it may become it."""
    now = clock.now()
    with database().read() as session:
        office = board.find_office(session, slug)
        try:
            device = screens.require(session, slug, device_id)
        except Forbidden as refusal:
            return _pairing_page(was_one=refusal.code == "display_revoked"), HTTPStatus.FORBIDDEN
        shown = Parts(board.whole(session, office, now), office).of(device)
        return render_template("display/display.html", office=office, board=shown, edition=edition.current())


@bp.get("/display/<slug>/screen/<int:device_id>/board")
def asked(slug: str, device_id: int) -> Response:
    """What the socket sends, for a screen that has none; asking is a sign of life too, with ``page`` and
    ``resolution``. Raises NotFound ``unknown_office``, Forbidden as ``screens.require`` does."""
    now = clock.now()
    with database().read() as session:
        office = board.find_office(session, slug)
        device = screens.require(session, slug, device_id)
        shown = Parts(board.message(session, office, now, studio()), office).of(device)
    screens.heard().note(device.token_digest or "", seen.read(request.args.to_dict()), now)
    return jsonify(shown)


def _address(device: Device) -> str:
    return url_for("screen.show", slug=device.office.slug, device_id=device.id)


def _pairing_page(*, was_one: bool) -> str:
    return render_template("display/pair.html", was_one=was_one, site=urlsplit(site()).netloc)

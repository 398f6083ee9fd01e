"""Browsers that stand in an office: its display, which shows the code that proves being there, and its kiosk.

A display that is registered with the office is paired by a code, see ``queue_app.devices``. Kiosks, and displays that
are not registered, are paired by a supervisor who is signed in at them; a signed cookie keeps that after signing out,
until a supervisor ends all pairings of the office.
"""

from flask_login import current_user
from werkzeug import Response

from queue_app import clock, pairing
from queue_app.cookies import SignedCookie
from queue_app.display import screens
from queue_app.extensions import database
from queue_app.permissions import STAFF

_COOKIE = SignedCookie("device", "device of an office", 400 * 24 * 3600)  # longer is cut by browsers


def is_in(slug: str) -> bool:
    """Whether this browser stands in the office: it was paired, or one of its staff is signed in at it."""
    if current_user.is_authenticated and current_user.role in STAFF and current_user.office_slug == slug:
        return not current_user.is_covered(clock.now())
    with database().read() as session:
        device = screens.of_browser(session)
        if device is not None and device.office.slug == slug:
            return True
    match _COOKIE.read():
        case [str(paired), int(carried)]:
            pass
        case str(paired):  # of the time before pairings could be ended
            carried = 0
        case _:
            return False
    if paired != slug:
        return False
    with database().read() as session:
        return pairing.number(session, slug) == carried


def pair(response: Response, slug: str) -> Response:
    """Keep in this browser that it stands in the office."""
    with database().read() as session:
        _COOKIE.write(response, [slug, pairing.number(session, slug)])
    return response

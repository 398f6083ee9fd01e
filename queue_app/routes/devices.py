"""Browsers that stand in an office: its display, which shows the code that proves being there, and its kiosk.

A supervisor pairs a browser while signed in at it; a signed cookie keeps that after signing out. Devices that are
registered and can be taken back one by one come later; until then, a new SECRET_KEY ends all pairings.
"""

from flask import request
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug import Response

from queue_app.extensions import config

_COOKIE = "device"
_KEPT_S = 400 * 24 * 3600  # longer is cut by browsers


def is_in(slug: str) -> bool:
    """Whether this browser stands in the office: it was paired, or one of its staff is signed in at it."""
    if current_user.is_authenticated and current_user.office_slug == slug:
        return True
    try:
        return bool(_serializer().loads(request.cookies.get(_COOKIE, "")) == slug)
    except BadSignature:
        return False


def pair(response: Response, slug: str) -> Response:
    """Keep in this browser that it stands in the office."""
    response.set_cookie(
        _COOKIE,
        _serializer().dumps(slug),
        max_age=_KEPT_S,
        httponly=True,
        samesite="Lax",
        secure=config().production,
        path="/",
    )
    return response


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(config().secret_key, salt="device of an office")

"""Which tickets this browser holds: those opened in it, in a signed cookie that no script can read."""

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug import Response

from queue_app.extensions import config

_COOKIE = "tickets"
_KEPT_S = 40 * 24 * 3600
_MOST = 12


def ticket_ids() -> list[int]:
    """Ids of the tickets, the latest opened first; none when the cookie is missing or not ours."""
    try:
        found = _serializer().loads(request.cookies.get(_COOKIE, ""))
    except BadSignature:
        return []
    return [int(ticket_id) for ticket_id in found][:_MOST]


def remember(response: Response, ticket_id: int) -> Response:
    """Put a ticket first; the oldest falls out."""
    before = ticket_ids()
    if before[:1] != [ticket_id]:
        ids = [ticket_id, *(each for each in before if each != ticket_id)][:_MOST]
        response.set_cookie(
            _COOKIE,
            _serializer().dumps(ids),
            max_age=_KEPT_S,
            httponly=True,
            samesite="Lax",
            secure=config().production,
            path="/",
        )
    return response


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(config().secret_key, salt="tickets of this browser")

"""Which tickets this browser holds: those opened in it, in a signed cookie that no script can read."""

from werkzeug import Response

from queue_app.cookies import SignedCookie

_COOKIE = SignedCookie("tickets", "tickets of this browser", 40 * 24 * 3600)
_MOST = 12


def ticket_ids() -> list[int]:
    """Ids of the tickets, the latest opened first; none when the cookie is missing or not ours."""
    return [int(ticket_id) for ticket_id in _COOKIE.read() or []][:_MOST]


def remember(response: Response, ticket_id: int) -> Response:
    """Put a ticket first; the oldest falls out."""
    before = ticket_ids()
    if before[:1] != [ticket_id]:
        _COOKIE.write(response, [ticket_id, *(each for each in before if each != ticket_id)][:_MOST])
    return response

"""Which complaints this browser filed, in a signed cookie that no script can read.

A ticket's address is known to the officer who served it. So the ticket's page tells of a complaint only in the browser
that filed it; anywhere else the complaint's own address is needed.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug import Response

from queue_app.cookies import SignedCookie
from queue_app.models import Complaint, Ticket

_COOKIE = SignedCookie("complaints", "complaints of this browser", 400 * 24 * 3600)
_MOST = 12


def remember(response: Response, complaint_id: int) -> Response:
    """Put a complaint first; the oldest falls out."""
    before = _ids()
    _COOKIE.write(response, [complaint_id, *(each for each in before if each != complaint_id)][:_MOST])
    return response


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Complaint]:
    """The complaints about a ticket that were filed in this browser, oldest first."""
    ids = _ids()
    if not ids:
        return ()
    return session.scalars(
        select(Complaint).where(Complaint.ticket_id == ticket.id, Complaint.id.in_(ids)).order_by(Complaint.id)
    ).all()


def _ids() -> list[int]:
    return [int(complaint_id) for complaint_id in _COOKIE.read() or []][:_MOST]

"""WRITE: whoever complained from the ticket's page is told that there is an answer, and where: never what it says."""

from sqlalchemy.orm import Session

from queue_app.complaints.record import Deed
from queue_app.messages import outbox
from queue_app.models import Channel, Complaint, MessageKind


def tell(session: Session, complaint: Complaint, deed: Deed) -> int:
    """Queue it for those whom the ticket's holder wanted to be told; how many. Of a complaint that came in at the kiosk
    or the reception nobody knows whether it is the holder's, so nobody is told.
    """
    if complaint.ticket is None or complaint.channel is not Channel.ONLINE:
        return 0
    occurrence = f"complaint {complaint.id} {complaint.version}"
    params = {"complaint": complaint.public_id}
    return outbox.tell(session, complaint.ticket, MessageKind.ANSWER, occurrence, deed.now, params=params)

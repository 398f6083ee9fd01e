"""Several services in one visit: what remains after the present one, and going on to it.

The ticket keeps its label and its due instant, so whoever finished one service is not sent to the back of the line for
the next: the wait counts from the same moment as before, as after a transfer.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import writer
from queue_app.lifecycle import LIVE, Action
from queue_app.models import Service, Ticket
from queue_app.writer import Entry


def remaining(session: Session, ticket: Ticket) -> Sequence[Service]:
    """The services of the visit that remain after the present one, in order; those no longer offered are left out."""
    if not ticket.legs:
        return []
    rows = session.scalars(
        select(Service).where(Service.office_id == ticket.office_id, Service.code.in_(ticket.legs), Service.active)
    )
    found = {service.code: service for service in rows}
    return [found[code] for code in ticket.legs if code in found]


def finish(session: Session, ticket: Ticket, entry: Entry) -> Ticket:
    """End the present service: the visit goes on to the next that remains, or is over."""
    further = [service for service in remaining(session, ticket) if not _has_another(session, ticket, service)]
    if not further:
        return writer.move(session, ticket, Action.FINISH, entry, legs=[])
    following, *rest = further
    went_on = Entry(
        entry.now, entry.actor, entry.reason, {"from_service": ticket.service.code, "to_service": following.code}
    )
    return writer.move(
        session,
        ticket,
        Action.CONTINUE,
        went_on,
        service_id=following.id,
        legs=[service.code for service in rest],
        counter_id=None,
        officer_id=None,
    )


def _has_another(session: Session, ticket: Ticket, service: Service) -> bool:
    """Whether the same person has a live ticket for this service already: then that one is the place for it."""
    if ticket.nik_hash is None:
        return False
    other = select(Ticket.id).where(
        Ticket.nik_hash == ticket.nik_hash, Ticket.service_id == service.id, Ticket.state.in_(LIVE)
    )
    return session.scalar(other.limit(1)) is not None

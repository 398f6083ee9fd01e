"""Several services in one visit: asking for them, what remains after the present one, and going on to it.

The number and the arrival slot are those of the first service; each further one takes a place of its day. The ticket
keeps its label and its due instant, so whoever finished one service is not sent to the back of the line for the next:
the wait counts from the same moment as before, as after a transfer.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import capacity, issuing, opening, standby, stops, writer
from queue_app.capacity import Place
from queue_app.errors import N_, Invalid, NotFound, QueueError, StaleTicket
from queue_app.lifecycle import LIVE, Action
from queue_app.models import Event, Service, Ticket
from queue_app.models.log import stands
from queue_app.writer import Entry

MOST = 4
"""Services in one visit, the first included."""


def asked(session: Session, first: Place, also: Sequence[Service], nik_hash: str | None, now: datetime) -> list[Place]:
    """The places that the further services of a visit need.

    Raises Invalid ``bad_visit`` when there are too many or one is named twice, NotFound ``unknown_service``; QueueError
    ``nik_has_ticket`` and as ``opening.require_open_day``, with the code of the ``service``.
    """
    services = [first.service, *also]
    if len({service.id for service in services}) < len(services):
        raise Invalid("bad_visit", N_("Tiap layanan cukup dipilih satu kali."))
    if len(services) > MOST:
        raise Invalid("bad_visit", N_("Paling banyak %(most)s layanan dalam satu kunjungan."), most=MOST)
    for service in also:
        if not service.active or service.office_id != first.service.office_id:
            raise NotFound("unknown_service", N_("Layanan ini tidak ada di kantor ini."))
        with _named(service):
            opening.require_open_day(session, service, first.day, now)
            issuing.require_free(session, service.id, nik_hash)
    return [Place(service, first.day, None, first.channel) for service in also]


def take(session: Session, further: Iterable[Place], now: datetime) -> None:
    """Take the places of further services, whose days are locked. Raises as ``capacity.take_further`` and
    ``stops.require_issued``."""
    for place in further:
        standby.serve(session, place.service, place.day, now)
        with _named(place.service):
            capacity.take_further(session, place, now)
            stops.require_issued(session, place.service, place.day)


@contextmanager
def _named(service: Service) -> Iterator[None]:
    """A refusal inside says which of the services it is about."""
    try:
        yield
    except QueueError as refusal:
        params = {**refusal.params, "service": service.code}
        raise QueueError(refusal.code, refusal.message, refusal.status, **params) from refusal


def unused(session: Session, ticket: Ticket) -> list[Place]:
    """The places a ticket has taken and not used: first that of the service it is numbered by (or, once it has gone on,
    of the present one), then those of the services that remain."""
    went_on = session.scalar(
        select(Event)
        .where(Event.ticket_id == ticket.id, Event.action == Action.CONTINUE, stands())
        .order_by(Event.ticket_version.desc())
        .limit(1)
    )
    present = []
    if went_on is None:
        first = session.get_one(Service, ticket.numbered_by_id)
        present = [Place(first, ticket.day, _minute(ticket), ticket.channel)]
    elif went_on.service_id == ticket.service_id:
        present = [Place(ticket.service, ticket.day, None, ticket.channel)]
    if not ticket.legs:
        return present
    further = session.scalars(
        select(Service).where(Service.office_id == ticket.office_id, Service.code.in_(ticket.legs)).order_by(Service.id)
    )
    return present + [Place(service, ticket.day, None, ticket.channel) for service in further]


def _minute(ticket: Ticket) -> int | None:
    if ticket.slot_start is None:
        return None
    start = ticket.slot_start.astimezone(ticket.office.zone)
    return start.hour * 60 + start.minute


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
    went_on = replace(
        entry, data={**(entry.data or {}), "from_service": ticket.service.code, "to_service": following.code}
    )
    with issuing.one_per_person(session, StaleTicket(ticket.state)):  # a booking of theirs came in between
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

"""A new ticket: numbered, with what is known of its holder; one person has one live ticket for a service."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from queue_app import database, line, stops, writer
from queue_app.capacity import Place
from queue_app.errors import N_, Invalid, QueueError
from queue_app.lifecycle import LIVE, Action
from queue_app.models import Category, Channel, Relation, Service, Ticket
from queue_app.personal import Sealed
from queue_app.writer import Entry


def label(service: Service, number: int) -> str:
    return f"{service.prefix}-{number:03d}"


def enter(
    session: Session,
    place: Place,
    number: int,
    action: Action,
    entry: Entry,
    *,
    holder: Sealed,
    category: Category,
    relation: Relation,
    legs: Sequence[str] = (),
    visit_id: int | None = None,
) -> Ticket:
    """Add the ticket for a place that was taken; ``legs`` are the codes of further services of the visit, ``visit_id``
    the template they come from.

    Raises QueueError ``nik_has_ticket`` or ``issuing_stopped``.
    """
    stops.require_issued(session, place.service, place.day)
    due_at = None
    if action is Action.JOIN:
        due_at = line.due_at_the_end(session, place.service, place.day, category, entry.now)
    columns = {
        "public_id": secrets.token_urlsafe(16),
        "numbered_by_id": place.service.id,
        "day": place.day,
        "number": number,
        "label": label(place.service, number),
        "channel": place.channel,
        "category": category,
        "relation": relation,
        "slot_start": place.slot_start,
        "due_at": due_at,
        "legs": list(legs),
        "visit_id": visit_id,
        **{name: getattr(holder, name) for name in Sealed.__slots__},
    }
    if holder.nik_hash is None:
        return writer.enter(session, place.service, columns, action, entry)
    require_free(session, place.service.id, holder.nik_hash)
    with one_per_person(session, nik_has_ticket()):
        return writer.enter(session, place.service, columns, action, entry)


def require_nik(place: Place, holder: Sealed) -> None:
    """Raises Invalid ``nik_required`` where nobody books online without a NIK."""
    if place.channel is Channel.ONLINE and place.service.office.nik_required and holder.nik_hash is None:
        raise Invalid("nik_required", N_("Isi NIK. Kantor ini memberi satu nomor untuk satu orang pada tiap layanan."))


def require_free(session: Session, service_id: int, nik_hash: str | None) -> None:
    """Raises QueueError ``nik_has_ticket`` when the person has a live ticket for the service."""
    if nik_hash is None:
        return
    query = select(Ticket.id).where(
        Ticket.service_id == service_id, Ticket.nik_hash == nik_hash, Ticket.state.in_(LIVE)
    )
    if session.scalar(query.limit(1)) is not None:
        raise nik_has_ticket()


@contextmanager
def one_per_person(session: Session, refusal: QueueError) -> Iterator[None]:
    """Whatever inside would give one person a second live ticket for a service is undone, and refused as said."""
    try:
        with database.guarded(session):
            yield
    except IntegrityError as error:
        # SQLite names the index's columns, PostgreSQL the index.
        if "nik" not in str(error.orig):
            raise
        raise refusal from error


def nik_has_ticket() -> QueueError:
    """Says nothing of the other ticket: whoever knows a NIK need not be its owner."""
    return QueueError(
        "nik_has_ticket",
        N_(
            "NIK ini sudah punya nomor yang masih berlaku untuk layanan ini. Pakai atau batalkan dahulu nomor itu; "
            "bila bukan Anda yang mengambilnya, hubungi petugas."
        ),
    )

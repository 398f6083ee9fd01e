"""A ticket as it is named at the office: its QR scanned, or its label and short code typed. Reads only."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import booking, opening
from queue_app.errors import N_, Forbidden, Invalid, NotFound, QueueError
from queue_app.models import Office, Ticket
from queue_app.presence import Presence

_LONGEST = 300
_ADDRESS = re.compile(r"/t/([A-Za-z0-9_-]{16,32})/?\s*$", re.ASCII)
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{20,32}", re.ASCII)
_LABEL = re.compile(r"([A-Za-z]{1,8})[\s.-]*([0-9]{1,4})", re.ASCII)
_LABEL_AND_CODE = re.compile(r"([A-Za-z]{1,8})[\s.-]*([0-9]{3,4}|[0-9]{1,4}(?=[^0-9]))[\s./-]*([0-9]{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered: the id from a QR, or a label, with its short code or without."""

    public_id: str = ""
    label: str = ""
    code: str = ""


def read(text: str) -> Entered:
    """Understand what a scanner or a person typed, "a12 0427" included. Raises Invalid ``bad_entry``."""
    tidy = text.strip()[:_LONGEST]
    if found := _ADDRESS.search(tidy):
        return Entered(public_id=found[1])
    if found := _LABEL_AND_CODE.fullmatch(tidy):
        return Entered(label=_label(found[1], found[2]), code=found[3])
    if found := _LABEL.fullmatch(tidy):
        return Entered(label=_label(found[1], found[2]))
    if _PUBLIC_ID.fullmatch(tidy):
        return Entered(public_id=tidy)
    raise Invalid("bad_entry", N_("Pindai kode QR tiket, atau tulis nomor dan kodenya, misalnya A-012 0427."))


def find(session: Session, office: Office, entered: Entered, now: datetime, *, for_change: bool = False) -> Ticket:
    """The ticket of this office that is meant; a label means today's. ``for_change`` locks its row.

    Raises NotFound ``unknown_ticket`` or ``unknown_label``, QueueError ``ticket_of_other_office``.
    """
    if entered.public_id:
        ticket = booking.find(session, entered.public_id, for_change=for_change)
        require_of(ticket, office)
        return ticket
    query = (
        select(Ticket)
        .where(
            Ticket.office_id == office.id,
            Ticket.day == opening.local_day(office, now),
            Ticket.label == entered.label,
        )
        .order_by(Ticket.id)
        .limit(1)
    )
    found = session.scalar(query.with_for_update() if for_change else query)
    if found is None:
        raise NotFound("unknown_label", N_("Hari ini tidak ada nomor %(label)s di kantor ini."), label=entered.label)
    return found


def require_of(ticket: Ticket, office: Office) -> None:
    """Raises QueueError ``ticket_of_other_office``, naming the right one."""
    if ticket.office_id != office.id:
        raise QueueError(
            "ticket_of_other_office",
            N_("Tiket ini untuk %(office)s, bukan untuk kantor ini."),
            409,
            office=ticket.office.name,
        )


def require_code(presence: Presence, ticket: Ticket, entered: Entered) -> None:
    """Whoever typed a label must have seen the ticket. Raises Invalid ``code_needed``, Forbidden ``wrong_code``."""
    if entered.public_id:
        return
    if not entered.code:
        raise Invalid(
            "code_needed",
            N_("Tulis juga empat angka kode yang ada di tiket, misalnya %(label)s 0427."),
            label=entered.label,
        )
    if entered.code != presence.short_code(ticket.public_id):
        raise Forbidden(
            "wrong_code", N_("Kode itu bukan milik nomor %(label)s. Lihat kode di tiket."), label=ticket.label
        )


def _label(prefix: str, number: str) -> str:
    return f"{prefix.upper()}-{int(number):03d}"

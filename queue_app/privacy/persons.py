"""READ: what is kept of one person who asks, found by tickets, by the NIK or by the phone number.

NIKs and phones of tickets are found by their keyed hashes. Of complaints the phones are only sealed: the newest of them
are opened, at most ``OPENED``. What was asked is kept nowhere; that somebody searched is recorded.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from queue_app.complaints import course
from queue_app.errors import N_, Invalid, NotFound
from queue_app.lifecycle import LIVE
from queue_app.models import Channel, Complaint, Office, Standby, Ticket
from queue_app.personal import Vault, checked_holder, checked_nik, comparable

OPENED = 2000
MOST = 200
"""Tickets, and complaints, of one person."""

_LABEL = re.compile(r"([A-Z]{1,8}-?[0-9]{1,6})[/@]([0-9]{4}-[0-9]{2}-[0-9]{2})")


class By(StrEnum):
    """How a person is found."""

    TICKET = "ticket"
    NIK = "nik"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Person:
    """What belongs to one person: ``tickets`` and ``complaints``, the newest first. ``waiting``: places in a waiting
    list, which end by themselves."""

    by: By
    tickets: Sequence[Ticket] = ()
    complaints: Sequence[Complaint] = ()
    waiting: Sequence[Standby] = ()
    is_cut: bool = field(default=False)

    @property
    def numbers(self) -> list[str]:
        """The tickets and complaints as the record names them."""
        return [f"{each.label} {each.day}" for each in self.tickets] + [each.label for each in self.complaints]

    @property
    def erasable(self) -> list[Ticket]:
        """Tickets that are over; one that is live still needs its person."""
        return [ticket for ticket in self.tickets if ticket.state not in LIVE]

    @property
    def closed(self) -> list[Complaint]:
        """Complaints that are over; one that is open still needs an answer."""
        return [complaint for complaint in self.complaints if complaint.state not in course.OPEN]


def find(session: Session, vault: Vault, office: Office, by: By, text: str, today: date) -> Person:
    """Everything of a person. ``text``: the NIK, the phone number, or tickets with spaces between them, each its
    address or like ``A-012/2026-11-24``. Raises Invalid ``bad_nik``, ``bad_phone`` or ``bad_tickets``."""
    phone: str | None = None
    match by:
        case By.NIK:
            known = vault.nik_hash(checked_nik(text, today=today))
            tickets = _tickets(session, office, Ticket.nik_hash == known)
            waiting = _waiting(session, office, Standby.nik_hash == known)
        case By.PHONE:
            phone = checked_holder(None, text, None, today=today).phone
            if phone is None:
                raise Invalid("bad_phone", N_("Isi nomor telepon orang itu."))
            tickets = _tickets(session, office, Ticket.phone_hash == vault.phone_hash(phone))
            waiting = _waiting(session, office, Standby.phone_hash == vault.phone_hash(phone))
        case By.TICKET:
            tickets, waiting = _tickets(session, office, _named(text)), ()
    complaints = _complaints(session, vault, office, tickets, phone)
    is_cut = len(tickets) > MOST or len(complaints) > MOST
    return Person(by, tickets[:MOST], complaints[:MOST], waiting, is_cut)


def chosen(session: Session, office: Office, by: By, tickets: Sequence[str], complaints: Sequence[str]) -> Person:
    """The same again by the secret addresses that ``find`` gave."""
    return Person(
        by,
        _tickets(session, office, Ticket.public_id.in_(tickets[:MOST])),
        session.scalars(
            select(Complaint)
            .where(Complaint.office_id == office.id, Complaint.public_id.in_(complaints[:MOST]))
            .order_by(Complaint.id.desc())
        ).all(),
    )


def require_somebody(person: Person) -> None:
    """Raises NotFound ``nobody_found``."""
    if not person.tickets and not person.complaints:
        raise NotFound("nobody_found", N_("Tidak ada tiket atau pengaduan itu di kantor ini."))


def _named(text: str) -> ColumnElement[bool]:
    """Tickets by the end of their address, or by number and day."""
    found: list[ColumnElement[bool]] = []
    for word in text.split()[:MOST]:
        if label := _LABEL.fullmatch(word.upper()):
            try:
                found.append((Ticket.label == label[1]) & (Ticket.day == date.fromisoformat(label[2])))
            except ValueError as error:
                raise _bad_tickets() from error
        else:
            found.append(Ticket.public_id == word.rstrip("/").rsplit("/", 1)[-1][:40])
    if not found:
        raise _bad_tickets()
    return or_(*found)


def _bad_tickets() -> Invalid:
    return Invalid("bad_tickets", N_("Tulis alamat tiket, atau nomor dan harinya seperti A-012/2026-11-24."))


def _tickets(session: Session, office: Office, condition: ColumnElement[bool]) -> Sequence[Ticket]:
    of_office: Select[Ticket] = select(Ticket).where(Ticket.office_id == office.id, condition)
    return session.scalars(of_office.order_by(Ticket.id.desc()).limit(MOST + 1)).all()


def _waiting(session: Session, office: Office, condition: ColumnElement[bool]) -> Sequence[Standby]:
    return session.scalars(select(Standby).where(Standby.office_id == office.id, condition).limit(MOST)).all()


def _complaints(
    session: Session, vault: Vault, office: Office, tickets: Sequence[Ticket], phone: str | None
) -> Sequence[Complaint]:
    """Those from the tickets' own pages, and those with that phone number. One about a ticket from the kiosk or the
    reception may be somebody else's."""
    ids = [ticket.id for ticket in tickets]
    own = select(Complaint).where(Complaint.ticket_id.in_(ids), Complaint.channel == Channel.ONLINE)
    found = {complaint.id: complaint for complaint in session.scalars(own.limit(MOST + 1))}
    if phone is not None:
        sealed = (
            select(Complaint)
            .where(Complaint.office_id == office.id, Complaint.phone_sealed.is_not(None))
            .order_by(Complaint.id.desc())
            .limit(OPENED)
        )
        for complaint in session.scalars(sealed):
            if comparable(vault.shown(complaint.phone_sealed) or "") == comparable(phone):
                found[complaint.id] = complaint
    return sorted(found.values(), key=lambda complaint: -complaint.id)
